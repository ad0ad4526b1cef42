import type * as pulumi from "@pulumi/pulumi";

/**
 * What the other components need to know of an EKS cluster. The stack that creates one exports
 * these under the same names, so that other stacks can work on it.
 */
export interface EksClusterInfo {
  /** Name of the cluster. */
  readonly clusterName: pulumi.Output<string>;
  /** Minor version of Kubernetes, such as 1.36. */
  readonly kubernetesVersion: pulumi.Output<string>;
  /** Region, such as us-east-1. */
  readonly region: pulumi.Output<string>;
  /** The VPC that the cluster is in. */
  readonly vpcId: pulumi.Output<string>;
  /** ARN of the IAM OpenID Connect provider, the issuer's twin in IAM. */
  readonly oidcProviderArn: pulumi.Output<string>;
  /** The issuer of service account tokens, without `https://`. */
  readonly oidcIssuer: pulumi.Output<string>;
  /** Name of the role that the nodes' kubelets have. */
  readonly nodeRoleName: pulumi.Output<string>;
  /** The nodes' own security group: closed, until a component admits something. */
  readonly nodeSecurityGroupId: pulumi.Output<string>;
  /** Name of the managed node group. */
  readonly nodeGroupName: pulumi.Output<string>;
  /** ARN of the managed node group. */
  readonly nodeGroupArn: pulumi.Output<string>;
  /** Name of the Auto Scaling group behind it. */
  readonly autoScalingGroupName: pulumi.Output<string>;
}

/** The names of EksClusterInfo, for exporting and importing them. */
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

/** A cluster to put components on, wherever it comes from. */
export interface TargetCluster {
  /** The Kubernetes provider, and AWS's where the cluster is of EKS. */
  readonly providers: pulumi.ProviderResource[];
  /** Undefined for a cluster that is known only by its kubeconfig, such as kind. */
  readonly eks?: EksClusterInfo;
}
