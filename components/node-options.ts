import type * as pulumi from "@pulumi/pulumi";

/** Where the instances of a group come from. */
export const CapacityType = {
  /** Instances that run until they are terminated. */
  OnDemand: "ON_DEMAND",
  /** Spare capacity at a lower price, which EC2 takes back on two minutes' notice. */
  Spot: "SPOT",
} as const;
export type CapacityType = (typeof CapacityType)[keyof typeof CapacityType];

/** Which subnets the nodes of a group are in. */
export const NodeSubnets = {
  /** Nodes with public addresses, as the chapter reaches them. */
  Public: "public",
  /** Nodes without, which need a NAT gateway or VPC endpoints. */
  Private: "private",
} as const;
export type NodeSubnets = (typeof NodeSubnets)[keyof typeof NodeSubnets];

/** The effect of a taint on pods that do not tolerate it, in the words of EKS. */
export const TaintEffect = {
  /** No pod without a toleration is scheduled. */
  NoSchedule: "NO_SCHEDULE",
  /** Pods without a toleration are scheduled elsewhere, if there is room. */
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
  /** Pods without a toleration are evicted, too. */
  NoExecute: "NO_EXECUTE",
} as const;
export type TaintEffect = (typeof TaintEffect)[keyof typeof TaintEffect];

/** A taint of the nodes of a group. */
export interface NodeTaint {
  /** Key, such as `dedicated`: 1 to 63 characters. */
  key: string;
  /**
   * Value, of at most 63 characters.
   * Default: empty.
   */
  value?: string;
  /** NO_SCHEDULE, PREFER_NO_SCHEDULE or NO_EXECUTE. */
  effect: TaintEffect;
}

/** Size and kind of a group of nodes. */
export interface NodeOptions {
  /**
   * EC2 instance type of the nodes, such as `"t3.large"`; a Graviton type gets an AMI for arm64. As an
   * output it keeps to one architecture: the AMI of a group that exists stays.
   * SockShop's images run on amd64 types only.
   * Default: "t3.large", unless `instanceTypes` is given.
   */
  instanceType?: pulumi.Input<string>;
  /**
   * EC2 instance types to choose from, 1 to 20 of one architecture, the preferred first: for Spot,
   * where several types are interrupted less often. Instead of `instanceType`.
   * Default: none.
   */
  instanceTypes?: pulumi.Input<string>[];
  /**
   * ON_DEMAND or SPOT; a change replaces the group.
   * Default: ON_DEMAND.
   */
  capacityType?: pulumi.Input<CapacityType>;
  /**
   * Fewest nodes that the autoscaler may leave, from 0.
   * Default: 2.
   */
  minSize?: pulumi.Input<number>;
  /**
   * Nodes at first, from minSize to maxSize. The autoscaler changes the number afterwards, so a
   * change of this argument changes no group that exists.
   * Default: 3.
   */
  desiredSize?: pulumi.Input<number>;
  /**
   * Most nodes, from 1 to 450: EKS takes 450 for a group (EKS user guide, "View and manage quotas").
   * Default: 4.
   */
  maxSize?: pulumi.Input<number>;
  /**
   * Root volume of each node, in GiB (gp3, encrypted), from 20 to 16384: an AMI of AL2023 has a
   * snapshot of 20 GiB, and a gp3 volume has 16 TiB at most.
   * Default: 30.
   */
  diskSizeGiB?: pulumi.Input<number>;
  /**
   * Release of the EKS-optimised AL2023 AMI, such as `"v20261101"`; a change rolls the nodes.
   * Plain, since without one the AMI of a group that exists is kept.
   * Default: the newest when the group is created.
   */
  amiRelease?: string;
  /**
   * Id of an AMI that starts nodes by nodeadm, as AL2023's do, such as `"ami-0123456789abcdef0"`;
   * a change rolls the nodes. Instead of `amiRelease`.
   * Default: the EKS-optimised AL2023 AMI of the cluster's version.
   */
  amiId?: pulumi.Input<string>;
  /**
   * Labels of the nodes, known now. Keys of kubernetes.io and k8s.io are Kubernetes' own: a kubelet
   * may set only those of node.kubernetes.io and kubelet.kubernetes.io (NodeRestriction).
   * Default: none.
   */
  labels?: { [key: string]: string };
  /**
   * Taints of the nodes, known now: at most 50 (EKS API reference, CreateNodegroup). CoreDNS and
   * other pods without tolerations need one group that has none.
   * Default: none.
   */
  taints?: NodeTaint[];
  /**
   * "public" or "private". The chapter reaches nodes by their own addresses, so they are public.
   * Default: "private" if the network has NAT gateways or VPC endpoints, or if `privateSubnetIds`
   * are given; else "public".
   */
  subnets?: NodeSubnets;
  /**
   * Zones that the group spreads over, from 1 to the zones of the network. An Auto Scaling group
   * evens out its zones, and a managed node group cannot be told otherwise (aws/containers-roadmap
   * 1453): of three nodes in two zones the autoscaler may end the lone one, and the group launches
   * another. A volume of EBS stays in its zone, too.
   * Default: 1.
   */
  zones?: number;
  /**
   * Tags for the instances and volumes of the group, which no provider creates, so that no
   * provider's default tags reach them. They come over the cluster's `tags`.
   * Default: the cluster's `tags`, and `Name`.
   */
  tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/** Defaults of NodeOptions. */
export const NODE_DEFAULTS = {
  minSize: 2,
  desiredSize: 3,
  maxSize: 4,
  diskSizeGiB: 30,
  zones: 1,
} as const satisfies NodeOptions;

/** The instance type of a group that names none. */
const DEFAULT_INSTANCE_TYPE = "t3.large";

/** NodeOptions with all that has a default. */
export interface NodeSettings extends Omit<
  NodeOptions,
  "instanceType" | keyof typeof NODE_DEFAULTS
> {
  readonly instanceTypes: pulumi.Input<string>[];
  readonly minSize: pulumi.Input<number>;
  readonly desiredSize: pulumi.Input<number>;
  readonly maxSize: pulumi.Input<number>;
  readonly diskSizeGiB: pulumi.Input<number>;
  readonly zones: number;
}

/** Adds the defaults to NodeOptions that are checked. */
export function settleNodes(options: NodeOptions): NodeSettings {
  const { instanceType = DEFAULT_INSTANCE_TYPE, ...rest } = options;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const instanceTypes = [instanceType];
  return { ...NODE_DEFAULTS, instanceTypes, ...(Object.fromEntries(given) as NodeOptions) };
}
