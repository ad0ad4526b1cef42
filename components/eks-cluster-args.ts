import type * as pulumi from "@pulumi/pulumi";
import type { TokenCredentials } from "./kubeconfig";
import type { NodeOptions } from "./node-options";

/** Arguments of EksCluster; only `allowedCidrs` is required. */
export interface EksClusterArgs {
  /**
   * IPv4 CIDR blocks that may reach the public API endpoint and the control plane's interfaces,
   * such as `["203.0.113.7/32"]`. 1 to 40 public blocks, each once: EKS takes 40 ranges for an
   * endpoint (EKS user guide, "View and manage quotas"). Required, because EKS opens an endpoint
   * without ranges to the world. The list is plain, since each block has a rule of its own; a block
   * may be an output.
   */
  allowedCidrs: pulumi.Input<string>[];
  /**
   * Minor version of Kubernetes of the cluster and of its nodes' AMI, such as `"1.36"`: one that
   * the catalog knows, in standard support. Plain, since the nodes' launch template is named by it.
   * @default "1.36", the newest that the catalog knows
   */
  kubernetesVersion?: string;
  /**
   * Name of the cluster in AWS: 1 to 100 letters, digits, `-` and `_`, first a letter or digit. It
   * is unique within an account and a region, and a change replaces the cluster.
   * @default the component's name and seven hexadecimal digits, as Pulumi names resources; the
   * digits are a digest of organization, project, stack, parent and name, since subnets and the log
   * group carry the name before the cluster exists
   */
  clusterName?: pulumi.Input<string>;
  /**
   * Availability zones of the network, from 2 to 4. EKS requires two (EKS user guide, "VPC and
   * subnet requirements"), and takes no others later. Plain, since each zone has subnets of its own.
   * @default 2
   */
  zones?: number;
  /**
   * Size and kind of the nodes.
   * @default 2 to 4 nodes of type t3.large, 3 at first
   */
  nodes?: NodeOptions;
  /**
   * Credentials with which the component's own Kubernetes provider gets its tokens: name those of the
   * AWS provider here, because a provider does not reveal its own. The `kubeconfig` output stays
   * without them.
   * @default the usual chain of the AWS CLI
   */
  credentials?: TokenCredentials;
  /**
   * Name of the control plane's log group, `/aws/eks/<clusterName>/cluster`, if it exists already: it
   * is imported. EKS creates the group again when events arrive after a destroy, and creating it once
   * more would fail. Plain, since Pulumi takes no output for an import.
   * @default none: the log group is created
   */
  importLogGroup?: string;
}
