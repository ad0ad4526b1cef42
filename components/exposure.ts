/** How things inside a cluster are reached from outside, and by whom. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { readFact, type EksClusterInfo } from "./target-cluster";
import { type CallerLimits, isDeferred } from "./validation";

/**
 * Opens one port of the nodes to these IPv4 CIDR blocks and to nobody else. Each block has a rule of
 * its own.
 */
export function allowNodeIngress(
  name: string,
  args: {
    readonly nodeSecurityGroupId: pulumi.Input<string>;
    readonly port: pulumi.Input<number>;
    readonly allowedCidrs: readonly pulumi.Input<string>[];
    readonly description: string;
  },
  parent: pulumi.Resource,
): void {
  const { nodeSecurityGroupId, port, description } = args;
  args.allowedCidrs.forEach(
    (cidrIpv4, i) =>
      new aws.vpc.SecurityGroupIngressRule(
        ruleName(name, cidrIpv4, i),
        {
          securityGroupId: nodeSecurityGroupId,
          description,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          cidrIpv4,
        },
        { parent, aliases: [{ name: `${name}-${i}` }] },
      ),
  );
}

/**
 * Names a rule by its block. Named by its place in the list, the first rule would be changed to the
 * second one's block when the first block is removed, which AWS refuses as a duplicate. A block that
 * is known only later has no other name than its place.
 */
export function ruleName(name: string, cidr: pulumi.Input<string>, place: number): string {
  return typeof cidr === "string"
    ? `${name}-${cidr.replace(/[./]/g, "-")}`
    : `${name}-later-${place}`;
}

/** Inbound rules that a security group has at most, unless its quota was raised (VPC quotas). */
export const MAX_RULES = 60;

/** Rules for which each program has asked, by the group that they are for. */
const asked = new WeakMap<object, Map<unknown, number>>();

/**
 * Takes room on the nodes' security group for a component's callers. AWS counts the rules of a group,
 * so all components of a program share its room. Components of another stack are not known here, nor
 * are those of another call in a component provider: AWS refuses what is too much for the group then.
 * @returns limits for the check of these callers
 */
export function takeNodeRules(
  cluster: pulumi.Input<EksClusterInfo>,
  callers: readonly pulumi.Input<string>[] | undefined,
): CallerLimits {
  const program = pulumi.runtime.getStackResource() ?? {};
  const groups = asked.get(program) ?? new Map<unknown, number>();
  asked.set(program, groups);
  const group = isDeferred(cluster) ? cluster : cluster.nodeSecurityGroupId;
  const taken = groups.get(group) ?? 0;
  groups.set(group, taken + (callers?.length ?? 0));
  if (taken === 0) return { most: MAX_RULES };
  const why = `the nodes' security group takes ${MAX_RULES} rules, and other components have ${taken} on it`;
  return { most: MAX_RULES - taken, why };
}

/** Ports that Kubernetes gives Services on nodes (kube-apiserver --service-node-port-range). */
export const MIN_NODE_PORT = 30_000;
export const MAX_NODE_PORT = 32_767;

/**
 * The URL of a port on a node that runs now. On a cluster that is not EKS only its own tool knows the
 * nodes' addresses, so NODE stands in the URL: `kubectl get nodes --output wide`.
 */
export function nodeUrl(
  component: string,
  cluster: pulumi.Input<EksClusterInfo> | undefined,
  port: pulumi.Input<number>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  if (!cluster) return pulumi.interpolate`http://NODE:${port}`;
  const filters = [
    { name: "tag:eks:cluster-name", values: [readFact(component, cluster, "clusterName")] },
  ];
  // The group's name is known only once its nodes are there, so that they are found.
  if (isDeferred(cluster) || cluster.nodeGroupName !== undefined) {
    const nodeGroupName = readFact(component, cluster, "nodeGroupName");
    filters.push({ name: "tag:eks:nodegroup-name", values: [nodeGroupName] });
  }
  const running = aws.ec2.getInstancesOutput(
    { filters, instanceStateNames: ["running"] },
    { parent },
  );
  return pulumi
    .all([running.publicIps, port])
    .apply(([addresses, number]) => `http://${addresses[0] ?? "NODE"}:${number}`);
}

/**
 * Annotations that make EKS's own cloud controller give a Service a Network Load Balancer, the
 * current generation, with our tags. On other clusters they mean nothing.
 */
export function loadBalancerAnnotations(tags: pulumi.Input<Tags>) {
  const prefix = "service.beta.kubernetes.io/aws-load-balancer";
  return {
    [`${prefix}-type`]: "nlb",
    [`${prefix}-additional-resource-tags`]: tagList(tags),
  };
}

/** Writes tags as load balancer controllers take them in an annotation. */
export function tagList(tags: pulumi.Input<Tags>): pulumi.Output<string> {
  return pulumi.output(tags).apply((known) =>
    Object.entries(known)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
  );
}

type Tags = Record<string, pulumi.Input<string>>;

/** The host of the load balancer that a Service or an Ingress was given. */
export function loadBalancerHost(status: {
  loadBalancer?: { ingress?: { hostname?: string; ip?: string }[] };
}): string {
  const entry = status.loadBalancer?.ingress?.[0];
  return entry?.hostname ?? entry?.ip ?? "";
}
