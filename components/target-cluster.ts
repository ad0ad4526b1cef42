import * as pulumi from "@pulumi/pulumi";
import { type Arguments, ArgumentsError, isDeferred } from "./validation";

/**
 * An EKS cluster, as other components need to know it. `EksCluster.eks` has every property. For a
 * cluster of another stack or tool, give those that the component asks for.
 */
export interface EksClusterInfo {
  /** Name of the EKS cluster. */
  clusterName: pulumi.Input<string>;
  /** Minor version of Kubernetes, such as 1.36. */
  kubernetesVersion?: pulumi.Input<string>;
  /** AWS region, such as us-east-1. */
  region?: pulumi.Input<string>;
  /** ID of the VPC that the cluster is in. */
  vpcId?: pulumi.Input<string>;
  /** ARN of the cluster's OpenID Connect provider in IAM. */
  oidcProviderArn?: pulumi.Input<string>;
  /** URL of the issuer of service account tokens, with or without `https://`. */
  oidcIssuer?: pulumi.Input<string>;
  /** Name of the nodes' IAM role. */
  nodeRoleName?: pulumi.Input<string>;
  /** ID of the nodes' own security group. Components add rules to it. */
  nodeSecurityGroupId?: pulumi.Input<string>;
  /** Name of the managed node group. */
  nodeGroupName?: pulumi.Input<string>;
  /** ARN of the managed node group. */
  nodeGroupArn?: pulumi.Input<string>;
  /** Name of the Auto Scaling group of the managed node group. */
  autoScalingGroupName?: pulumi.Input<string>;
}

/** The properties of EksClusterInfo, as a stack exports them for other stacks. */
export const EKS_CLUSTER_INFO = [
  "clusterName",
  "kubernetesVersion",
  "region",
  "vpcId",
  "oidcProviderArn",
  "oidcIssuer",
  "nodeRoleName",
  "nodeSecurityGroupId",
  "nodeGroupName",
  "nodeGroupArn",
  "autoScalingGroupName",
] as const satisfies readonly (keyof EksClusterInfo)[];

type Fact = keyof EksClusterInfo;

/** Reports the properties that a component needs and a cluster of plain properties lacks. */
export function requireFacts(
  args: Arguments,
  cluster: pulumi.Input<EksClusterInfo> | undefined,
  facts: readonly Fact[],
): void {
  if (isDeferred(cluster)) return;
  for (const fact of facts) {
    if (cluster?.[fact] === undefined) args.add(`cluster.${fact}`, undefined, ALLOWED[fact]);
  }
}

/**
 * Reads one property of a cluster. The output depends on what that property depends on, and not on
 * the rest of the cluster, unless the whole cluster is an output.
 * @param component type and name, for the error if a cluster that is an output lacks the property
 */
export function readFact(
  component: string,
  cluster: pulumi.Input<EksClusterInfo>,
  fact: Fact,
): pulumi.Output<string> {
  const value = isDeferred(cluster)
    ? pulumi.output(cluster as pulumi.Input<EksClusterInfo>).apply((known) => known[fact])
    : pulumi.output(cluster[fact]);
  return value.apply((text) => {
    if (text !== undefined) return text;
    throw new ArgumentsError(component, [{ path: `cluster.${fact}`, allowed: ALLOWED[fact] }]);
  });
}

/** Examples, for the error when a property is missing. */
const ALLOWED: Readonly<Record<Fact, string>> = {
  clusterName: "the name of the EKS cluster",
  kubernetesVersion: "the minor version of Kubernetes, such as 1.36",
  region: "the cluster's AWS region, such as us-east-1",
  vpcId: "the ID of the cluster's VPC, such as vpc-0abc",
  oidcProviderArn: "the ARN of the cluster's OpenID Connect provider in IAM",
  oidcIssuer: "the cluster's OpenID Connect issuer URL",
  nodeRoleName: "the name of the nodes' IAM role",
  nodeSecurityGroupId: "the ID of the nodes' security group, such as sg-0abc",
  nodeGroupName: "the name of the managed node group",
  nodeGroupArn: "the ARN of the managed node group",
  autoScalingGroupName: "the name of the node group's Auto Scaling group",
};
