import type * as pulumi from "@pulumi/pulumi";
import type { Arguments } from "./validation";

/** Size and kind of a group of nodes. */
export interface NodeOptions {
  /**
   * EC2 instance type of the nodes, such as `"t3.large"`. SockShop's images run on amd64 types only.
   * @default "t3.large"
   */
  instanceType?: pulumi.Input<string>;
  /**
   * Fewest nodes that the autoscaler may leave, from 0.
   * @default 2
   */
  minSize?: pulumi.Input<number>;
  /**
   * Nodes at first, from minSize to maxSize. The autoscaler changes the number afterwards, so a
   * change of this argument changes no group that exists.
   * @default 3
   */
  desiredSize?: pulumi.Input<number>;
  /**
   * Most nodes, from 1 to 450: EKS takes 450 for a group (EKS user guide, "View and manage quotas").
   * @default 4
   */
  maxSize?: pulumi.Input<number>;
  /**
   * Root volume of each node, in GiB (gp3, encrypted), from 20 to 16384: an AMI of AL2023 has a
   * snapshot of 20 GiB, and a gp3 volume has 16 TiB at most.
   * @default 30
   */
  diskSizeGiB?: pulumi.Input<number>;
  /**
   * Release of the EKS-optimised AL2023 AMI, such as `"v20261101"`; a change rolls the nodes.
   * Plain, since without one the AMI of a group that exists is kept.
   * @default the newest when the group is created
   */
  amiRelease?: string;
  /**
   * Tags for the instances and volumes of the group, which no provider creates, so that no
   * provider's default tags reach them.
   * @default none but `Name`
   */
  tags?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

/** Defaults of NodeOptions. */
const NODE_DEFAULTS = {
  instanceType: "t3.large",
  minSize: 2,
  desiredSize: 3,
  maxSize: 4,
  diskSizeGiB: 30,
} as const satisfies NodeOptions;

/** NodeOptions with all that has a default. */
export type NodeSettings = NodeOptions & Required<Pick<NodeOptions, keyof typeof NODE_DEFAULTS>>;

/** Nodes that a managed node group has at most. */
const MAX_NODES = 450;

/** Checks NodeOptions at a path, such as `nodes`, and adds the defaults. */
export function settleNodes(args: Arguments, path: string, options: NodeOptions): NodeSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const nodes: NodeSettings = { ...NODE_DEFAULTS, ...(Object.fromEntries(given) as NodeOptions) };
  const { instanceType, minSize, desiredSize, maxSize, diskSizeGiB, amiRelease } = nodes;
  args.check(
    `${path}.instanceType`,
    instanceType,
    (type) => typeof type === "string" && /^[a-z0-9-]+\.[a-z0-9-]+$/.test(type),
    "an EC2 instance type, such as t3.large",
  );
  args.wholeNumber(`${path}.minSize`, minSize, 0, MAX_NODES);
  args.wholeNumber(`${path}.desiredSize`, desiredSize, 0, MAX_NODES);
  args.wholeNumber(`${path}.maxSize`, maxSize, 1, MAX_NODES);
  const sizes = [minSize, desiredSize, maxSize];
  if (sizes.every((size) => typeof size === "number")) {
    const [min, desired, max] = sizes as [number, number, number];
    const isOrdered = min <= desired && desired <= max;
    if (!isOrdered) {
      args.add(path, { minSize, desiredSize, maxSize }, "minSize <= desiredSize <= maxSize");
    }
  }
  args.wholeNumber(`${path}.diskSizeGiB`, diskSizeGiB, 20, 16_384);
  args.checkPlain(
    `${path}.amiRelease`,
    amiRelease,
    (release) => /^v\d{8}$/.test(release),
    "a release such as v20261101",
  );
  return nodes;
}
