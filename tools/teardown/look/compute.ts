/** The cluster, its nodes, and their groups, templates and volumes. */
import { undefinedIfMissing } from "../../shared/aws";
import { awsCommand, isOwnedIn, REASONS, type LookContext, type Leftover } from "../leftover";
import { isOwned, tagsOf } from "../ownership";
import { perDay } from "../prices";

/** The EKS cluster, with the node groups that must go before it. */
export async function clusters({ aws, owner }: LookContext): Promise<Leftover[]> {
  const { sdk, client } = await aws.eks();
  const { clusterName } = owner;
  const command = new sdk.DescribeClusterCommand({ name: clusterName });
  const found = await undefinedIfMissing(aws.ask((options) => client.send(command, options)));
  const status = found?.cluster?.status;
  if (!found?.cluster || status === "DELETING") return [];
  const nodegroups = await aws.all(
    (options) => sdk.paginateListNodegroups({ client }, { clusterName }, options),
    (page) => page.nodegroups,
  );
  const named = ["--cluster-name", clusterName];
  return [
    ...nodegroups.map((name) => ({
      kind: "node group",
      id: `${clusterName}/${name}`,
      ...REASONS.cutShort,
      perDay: 0,
      commands: [
        awsCommand(owner, "eks", "delete-nodegroup", ...named, "--nodegroup-name", name),
        awsCommand(owner, "eks", "wait", "nodegroup-deleted", ...named, "--nodegroup-name", name),
      ],
    })),
    {
      kind: "EKS cluster",
      id: clusterName,
      detail: status,
      ...REASONS.cutShort,
      perDay: perDay.controlPlane,
      commands: [
        awsCommand(owner, "eks", "delete-cluster", "--name", clusterName),
        awsCommand(owner, "eks", "wait", "cluster-deleted", "--name", clusterName),
      ],
    },
  ];
}

/** Auto Scaling groups: they would replace an instance that is terminated. */
export async function autoScalingGroups({ aws, owner }: LookContext): Promise<Leftover[]> {
  const { sdk, client } = await aws.autoScaling();
  const all = await aws.all(
    (options) => sdk.paginateDescribeAutoScalingGroups({ client }, {}, options),
    (page) => page.AutoScalingGroups,
  );
  return all
    .filter((each) => each.Status === undefined && isOwned(owner, tagsOf(each.Tags)))
    .map(({ AutoScalingGroupName: name = "" }) => ({
      kind: "Auto Scaling group",
      id: name,
      ...REASONS.eksMadeIt,
      perDay: 0,
      commands: [
        awsCommand(
          owner,
          "autoscaling",
          "delete-auto-scaling-group",
          "--auto-scaling-group-name",
          name,
          "--force-delete",
        ),
      ],
    }));
}

/** Instances that run or are stopped. */
export async function instances(context: LookContext): Promise<Leftover[]> {
  const { aws, owner } = context;
  const { sdk, client } = await aws.ec2();
  const states = ["pending", "running", "stopping", "stopped"];
  const Filters = [{ Name: "instance-state-name", Values: states }];
  const reservations = await aws.all(
    (options) => sdk.paginateDescribeInstances({ client }, { Filters }, options),
    (page) => page.Reservations,
  );
  return reservations
    .flatMap(({ Instances = [] }) => Instances)
    .filter((each) => isOwnedIn(context, tagsOf(each.Tags), each.VpcId))
    .map((each) => ({
      kind: "instance",
      id: each.InstanceId!,
      detail: `${each.InstanceType}, ${each.State?.Name}`,
      ...REASONS.eksMadeIt,
      perDay:
        each.State?.Name === "stopped"
          ? 0
          : perDay.instance(each.InstanceType) + (each.PublicIpAddress ? perDay.address : 0),
      commands: [
        awsCommand(owner, "ec2", "terminate-instances", "--instance-ids", each.InstanceId!),
        awsCommand(owner, "ec2", "wait", "instance-terminated", "--instance-ids", each.InstanceId!),
      ],
    }));
}

/** Launch templates, the program's own and the copies that EKS makes. */
export async function launchTemplates({ aws, owner }: LookContext): Promise<Leftover[]> {
  const { sdk, client } = await aws.ec2();
  const all = await aws.all(
    (options) => sdk.paginateDescribeLaunchTemplates({ client }, {}, options),
    (page) => page.LaunchTemplates,
  );
  return all
    .filter(({ Tags }) => isOwned(owner, tagsOf(Tags)))
    .map(({ LaunchTemplateId: id = "", LaunchTemplateName }) => ({
      kind: "launch template",
      id,
      detail: LaunchTemplateName,
      ...(LaunchTemplateName?.startsWith("eks-") ? REASONS.eksMadeIt : REASONS.cutShort),
      perDay: 0,
      commands: [awsCommand(owner, "ec2", "delete-launch-template", "--launch-template-id", id)],
    }));
}

/** Volumes that no instance has: those of nodes go with them, those of claims do not. */
export async function volumes({ aws, owner }: LookContext): Promise<Leftover[]> {
  const { sdk, client } = await aws.ec2();
  const all = await aws.all(
    (options) => sdk.paginateDescribeVolumes({ client }, {}, options),
    (page) => page.Volumes,
  );
  return all
    .filter((each) => each.State === "available" && isOwned(owner, tagsOf(each.Tags)))
    .map((each) => {
      const claim = tagsOf(each.Tags)["kubernetes.io/created-for/pvc/name"];
      return {
        kind: "volume",
        id: each.VolumeId!,
        detail: claim ? `of the claim ${claim}, ${each.Size} GiB` : `${each.Size} GiB`,
        why: "a driver in the cluster made it for a claim; if the cluster goes first, nobody deletes it",
        source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/",
        perDay: perDay.volume(each.Size ?? 0),
        commands: [awsCommand(owner, "ec2", "delete-volume", "--volume-id", each.VolumeId!)],
      };
    });
}
