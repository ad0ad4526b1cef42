/** Load balancers of each generation, and target groups. */
import { awsCommand, isOwnedIn, REASONS, type LookContext, type Leftover } from "../leftover";
import { tagsOf, type Tags } from "../ownership";
import { perDay } from "../prices";

/** Most resources that one call of DescribeTags takes. */
const TAGS_PER_CALL = 20;

/** Network, Application and Gateway Load Balancers. */
export async function loadBalancers(context: LookContext): Promise<Leftover[]> {
  const { aws, owner } = context;
  const { sdk, client } = await aws.loadBalancersV2();
  const all = await aws.all(
    (options) => sdk.paginateDescribeLoadBalancers({ client }, {}, options),
    (page) => page.LoadBalancers,
  );
  const tags = await tagsByArn(
    context,
    all.map((each) => each.LoadBalancerArn!),
  );
  return all
    .filter((each) => isOwnedIn(context, tags.get(each.LoadBalancerArn!) ?? {}, each.VpcId))
    .map((each) => {
      const zones = each.Scheme === "internet-facing" ? (each.AvailabilityZones?.length ?? 0) : 0;
      const arn = each.LoadBalancerArn!;
      return {
        kind: `${each.Type} load balancer`,
        id: arn,
        detail: madeFor(tags.get(arn)) ?? each.LoadBalancerName,
        ...REASONS.controllerGone,
        perDay: perDay.balancer(zones),
        commands: [awsCommand(owner, "elbv2", "delete-load-balancer", "--load-balancer-arn", arn)],
      };
    });
}

/** Target groups: they stay when their balancer goes. */
export async function targetGroups(context: LookContext): Promise<Leftover[]> {
  const { aws, owner } = context;
  const { sdk, client } = await aws.loadBalancersV2();
  const all = await aws.all(
    (options) => sdk.paginateDescribeTargetGroups({ client }, {}, options),
    (page) => page.TargetGroups,
  );
  const arns = all.map((each) => each.TargetGroupArn!);
  const tags = await tagsByArn(context, arns);
  return all
    .filter((each) => isOwnedIn(context, tags.get(each.TargetGroupArn!) ?? {}, each.VpcId))
    .map((each) => ({
      kind: "target group",
      id: each.TargetGroupArn!,
      detail: madeFor(tags.get(each.TargetGroupArn!)) ?? each.TargetGroupName,
      ...REASONS.controllerGone,
      perDay: 0,
      commands: [
        awsCommand(
          owner,
          "elbv2",
          "delete-target-group",
          "--target-group-arn",
          each.TargetGroupArn!,
        ),
      ],
    }));
}

/** Classic Load Balancers. */
export async function classicLoadBalancers(context: LookContext): Promise<Leftover[]> {
  const { aws, owner } = context;
  const { sdk, client } = await aws.classicLoadBalancers();
  const all = await aws.all(
    (options) => sdk.paginateDescribeLoadBalancers({ client }, {}, options),
    (page) => page.LoadBalancerDescriptions,
  );
  const tags = new Map<string, Tags>();
  for (const names of chunks(all.map((each) => each.LoadBalancerName!))) {
    const command = new sdk.DescribeTagsCommand({ LoadBalancerNames: names });
    const { TagDescriptions = [] } = await aws.ask((options) => client.send(command, options));
    for (const each of TagDescriptions) tags.set(each.LoadBalancerName!, tagsOf(each.Tags));
  }
  return all
    .filter((each) => isOwnedIn(context, tags.get(each.LoadBalancerName!) ?? {}, each.VPCId))
    .map((each) => {
      const name = each.LoadBalancerName!;
      const zones = each.Scheme === "internal" ? 0 : (each.AvailabilityZones?.length ?? 0);
      return {
        kind: "classic load balancer",
        id: name,
        detail: madeFor(tags.get(name)),
        ...REASONS.controllerGone,
        perDay: perDay.classicBalancer(zones),
        commands: [awsCommand(owner, "elb", "delete-load-balancer", "--load-balancer-name", name)],
      };
    });
}

async function tagsByArn(
  { aws }: LookContext,
  arns: readonly string[],
): Promise<Map<string, Tags>> {
  const { sdk, client } = await aws.loadBalancersV2();
  const found = new Map<string, Tags>();
  for (const ResourceArns of chunks(arns)) {
    const command = new sdk.DescribeTagsCommand({ ResourceArns });
    const { TagDescriptions = [] } = await aws.ask((options) => client.send(command, options));
    for (const each of TagDescriptions) found.set(each.ResourceArn!, tagsOf(each.Tags));
  }
  return found;
}

function chunks(all: readonly string[]): string[][] {
  const count = Math.ceil(all.length / TAGS_PER_CALL);
  return Array.from({ length: count }, (_, i) =>
    all.slice(i * TAGS_PER_CALL, (i + 1) * TAGS_PER_CALL),
  );
}

/** The object in the cluster that it was made for, as its controller tags it. */
function madeFor(tags: Tags = {}): string | undefined {
  const service = tags["kubernetes.io/service-name"] ?? tags["service.k8s.aws/stack"];
  if (service !== undefined) return `of the Service ${service}`;
  const ingress = tags["ingress.k8s.aws/stack"];
  return ingress === undefined ? undefined : `of the Ingress ${ingress}`;
}
