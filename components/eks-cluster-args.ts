import type * as pulumi from "@pulumi/pulumi";
import type { AccessEntryOptions } from "./access-entries";
import type { AddonOptions } from "./addons";
import type { TokenCredentials } from "./kubeconfig";
import type { NatGateways } from "./network-options";
import type { NodeOptions } from "./node-options";
import type { Tags } from "./tags";

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
   * the catalog knows, or a newer one if every group of nodes has an `amiId`. Plain, since the
   * nodes' launch template is named by it.
   * Default: "1.36", the newest that the catalog knows.
   */
  kubernetesVersion?: string;
  /**
   * Name of the cluster in AWS: 1 to 100 letters, digits, `-` and `_`, first a letter or digit. It
   * is unique within an account and a region, and a change replaces the cluster.
   * Default: the component's name and seven hexadecimal digits, as Pulumi names resources; the
   * digits are a digest of organization, project, stack, parent and name, since subnets and the log
   * group carry the name before the cluster exists.
   */
  clusterName?: pulumi.Input<string>;
  /**
   * Whether the API endpoint answers from the Internet, to `allowedCidrs` only. If false, it answers
   * from the VPC alone, and from networks that are joined to it: `allowedCidrs` may then be private
   * or empty, and whoever runs Pulumi needs a way into the VPC. Plain.
   * Default: true.
   */
  endpointPublicAccess?: boolean;
  /**
   * Availability zones of the component's network, from 2 to 4. EKS requires two (EKS user guide,
   * "VPC and subnet requirements"), and takes no others later. Plain, since each zone has subnets of
   * its own.
   * Default: 2.
   */
  zones?: number;
  /**
   * How the private subnets of the component's network reach the Internet: "none", "single" (one NAT
   * gateway, in the first zone) or "perZone". A gateway costs about $0.045 an hour, and data. Plain.
   * Default: "none".
   */
  natGateways?: NatGateways;
  /**
   * Whether the private subnets of the component's network reach AWS by VPC endpoints: S3, and nine
   * interface endpoints, each about $0.01 an hour for each zone. Without NAT gateways nodes pull
   * images only from registries of ECR in the region. Plain.
   * Default: false.
   */
  vpcEndpoints?: boolean;
  /**
   * An existing VPC to be in, with DNS names and resolution, instead of a network of the component's
   * own. Load balancers need its subnets tagged `kubernetes.io/role/elb` or
   * `kubernetes.io/role/internal-elb`: the component changes nothing there.
   * Default: a VPC of the component's own.
   */
  vpcId?: pulumi.Input<string>;
  /**
   * Public subnets of `vpcId`. Together with the private ones they are in two zones at least; nodes
   * in them need public addresses (MapPublicIpOnLaunch).
   * Default: none.
   */
  publicSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Private subnets of `vpcId`, for the control plane's interfaces and for nodes; for nodes they need
   * a way to AWS's APIs.
   * Default: none.
   */
  privateSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Size and kind of the nodes of the first group, which the outputs of `eks` are about.
   * Default: 2 to 4 nodes of type t3.large, 3 at first.
   */
  nodes?: NodeOptions;
  /**
   * Groups of nodes besides `nodes`, by a name of at most 30 letters a-z, digits and `-`. Each has a
   * role and a launch template of its own; all share the nodes' security group. Plain, since each group is a resource.
   * Default: none.
   */
  nodeGroups?: { [name: string]: NodeOptions };
  /**
   * IAM principals that may use the cluster besides its creator, who is its administrator, by a name
   * for each. Plain, since each entry is a resource.
   * Default: none.
   */
  accessEntries?: { [name: string]: AccessEntryOptions };
  /**
   * EKS add-ons besides VPC CNI, kube-proxy and CoreDNS, such as `[{ name: "aws-ebs-csi-driver" }]`,
   * which gets its role and policy by itself. Plain, since each add-on is a resource.
   * Default: none.
   */
  addons?: AddonOptions[];
  /**
   * ARN of the KMS key that encrypts the cluster's secrets, in the cluster's region; a change
   * replaces the cluster. Whether there is one is to be known now.
   * Default: a key of the component's own, which rotates each year.
   */
  secretsKeyArn?: pulumi.Input<string>;
  /**
   * Days that the control plane's logs are kept, of those that CloudWatch takes (1, 3, 5, 7, 14, 30,
   * … 3653); 0 keeps them for ever.
   * Default: 7.
   */
  logRetentionDays?: pulumi.Input<number>;
  /**
   * Whether EKS refuses to delete the cluster. To delete it, first set this to false and update.
   * Default: false.
   */
  deletionProtection?: pulumi.Input<boolean>;
  /**
   * Tags for all that the component creates, and for the nodes' instances and volumes. A provider's
   * default tags reach all but instances and volumes: the nodes' own `tags` are for these.
   * Default: none.
   */
  tags?: Tags;
  /**
   * Credentials with which the component's own Kubernetes provider gets its tokens: name those of the
   * AWS provider here, because a provider does not reveal its own. The `kubeconfig` output stays
   * without them.
   * Default: the usual chain of the AWS CLI.
   */
  credentials?: TokenCredentials;
  /**
   * Name of the control plane's log group, `/aws/eks/<clusterName>/cluster`, if it exists already: it
   * is imported. EKS creates the group again when events arrive after a destroy, and creating it once
   * more would fail. Plain, since Pulumi takes no output for an import.
   * Default: none: the log group is created.
   */
  importLogGroup?: string;
}
