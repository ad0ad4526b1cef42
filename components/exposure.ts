/** How things inside a cluster are reached from outside, and by whom. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EksClusterInfo } from "./target-cluster";

/** Opens one port of the nodes to some callers and to nobody else; each block has its own rule. */
export function allowNodeIngress(
  name: string,
  args: { eks: EksClusterInfo; port: number; allowedCidrs: readonly string[]; description: string },
  parent: pulumi.Resource,
): aws.vpc.SecurityGroupIngressRule[] {
  validateCallers("allowedCidrs", args.allowedCidrs, MAX_RULES);
  return args.allowedCidrs.map(
    (cidrIpv4, i) =>
      new aws.vpc.SecurityGroupIngressRule(
        ruleName(name, cidrIpv4, i),
        {
          securityGroupId: args.eks.nodeSecurityGroupId,
          description: args.description,
          ipProtocol: "tcp",
          fromPort: args.port,
          toPort: args.port,
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
    ? `${name}-${cidr.replaceAll(/[./]/g, "-")}`
    : `${name}-later-${place}`;
}

/** Inbound rules that a security group has at most, unless its quota was raised (VPC quotas). */
const MAX_RULES = 60;

/**
 * Fails closed, before anything is created: no block at all would mean EKS's default, the world.
 * @throws pulumi.RunError when there are no blocks, or more than AWS takes
 */
export function validateCallers(argument: string, cidrs: readonly string[], most: number): void {
  if (cidrs.length > 0 && cidrs.length <= most) return;
  const allowed = `1 to ${most} IPv4 CIDR blocks, such as 203.0.113.7/32 for one address`;
  throw new pulumi.RunError(`${argument}: ${cidrs.length} blocks\n    allowed: ${allowed}`);
}

/**
 * The URL of a port on a node that runs now. On a cluster that is not EKS nobody but its tool
 * knows the nodes' addresses, so NODE stands in the URL: `kubectl get nodes --output wide`.
 */
export function nodeUrl(
  eks: EksClusterInfo | undefined,
  port: number,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  if (!eks) return pulumi.output(`http://NODE:${port}`);
  const running = aws.ec2.getInstancesOutput(
    {
      filters: [
        { name: "tag:eks:cluster-name", values: [eks.clusterName] },
        // A name that is known only once the group is there, so that its nodes are found.
        { name: "tag:eks:nodegroup-name", values: [eks.nodeGroupName] },
      ],
      instanceStateNames: ["running"],
    },
    { parent },
  );
  return running.publicIps.apply((addresses) => `http://${addresses[0] ?? "NODE"}:${port}`);
}

/**
 * Annotations that make EKS's own cloud controller give a Service a Network Load Balancer, the
 * current generation, with our tags. On other clusters they mean nothing.
 */
export function loadBalancerAnnotations(tags: Readonly<Record<string, string>>) {
  const prefix = "service.beta.kubernetes.io/aws-load-balancer";
  return {
    [`${prefix}-type`]: "nlb",
    [`${prefix}-additional-resource-tags`]: tagList(tags),
  };
}

/** Tags as load balancer controllers take them in an annotation. */
export function tagList(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** The host of the load balancer that a Service or an Ingress was given. */
export function loadBalancerHost(status: {
  loadBalancer?: { ingress?: { hostname?: string; ip?: string }[] };
}): string {
  const entry = status.loadBalancer?.ingress?.[0];
  return entry?.hostname ?? entry?.ip ?? "";
}
