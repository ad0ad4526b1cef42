import { arn, autoName, hex } from "../ids";
import { awsProvider, OBSERVED, type ResourceModel } from "../model";
import { releaseOwned } from "../owned";
import { hasCni, requireOrRefuse, T } from "../queries";
import { unless } from "../rules";
import type { CloudResource, CloudView, Handler } from "../types";
import { leaveInterface, runNodes } from "./nodes";
import { refuseNodeGroup } from "./node-group-refusals";

/** Makes a node group's ARN and the name of its Auto Scaling group. */
export const simulateNodeGroup: Handler = ({ seed, name, inputs, provider }, view) => {
  const clusterName = inputs["clusterName"] as string;
  const nodeGroupName = (inputs["nodeGroupName"] as string | undefined) ?? autoName(name, seed);
  const resource = `nodegroup/${clusterName}/${nodeGroupName}/${hex(seed, 8)}`;
  return {
    id: `${clusterName}:${nodeGroupName}`,
    outputs: {
      clusterName,
      nodeGroupName,
      arn: arn("eks", view.regionOf(provider), resource),
      status: "ACTIVE",
      resources: [
        {
          autoscalingGroups: [{ name: `eks-${nodeGroupName}-${hex(seed, 8)}` }],
          remoteAccessSecurityGroupId: "",
        },
      ],
    },
  };
};

/** Without the VPC CNI nobody gives a node's interfaces back: they stay. */
function lacksCni(group: CloudResource, view: CloudView): boolean {
  const cluster = view.find(T.cluster, group.inputs["clusterName"]);
  return cluster !== undefined && !hasCni(view, cluster);
}

/** A group's sizes, as its Auto Scaling group has them. */
export interface Scaling {
  readonly minSize: number;
  readonly desiredSize: number;
  readonly maxSize: number;
}

/** Refuses a size that is not between the group's limits, in the words of Auto Scaling. */
export function refuseDesiredCapacity(size: number, { minSize, maxSize }: Scaling): void {
  const words = `ValidationError: New SetDesiredCapacity value ${size} is`;
  requireOrRefuse(size >= minSize, `${words} below min value ${minSize} for the AutoScalingGroup.`);
  requireOrRefuse(size <= maxSize, `${words} above max value ${maxSize} for the AutoScalingGroup.`);
}

export const nodeGroup: ResourceModel = {
  type: T.nodeGroup,
  sources: {
    schema: awsProvider("eks/node_group"),
    create: "https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html",
    // Its update sends all of scalingConfig: a changed maxSize brings the desired size with it.
    update: `${awsProvider("eks/node_group")}; https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html`,
    effects:
      "aws/amazon-vpc-cni-k8s issues 1223 and 608; aws/containers-roadmap issue 1453 and https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html",
    latency: OBSERVED,
  },
  required: ["clusterName", "nodeRoleArn", "scalingConfig", "subnetIds"],
  exclusive: [
    ["nodeGroupName", "nodeGroupNamePrefix"],
    ["launchTemplate", "remoteAccess"],
    ["launchTemplate", "diskSize"],
  ],
  immutable: [
    "clusterName",
    "nodeGroupName",
    "nodeGroupNamePrefix",
    "nodeRoleArn",
    "subnetIds",
    "instanceTypes",
    "amiType",
    "capacityType",
    "diskSize",
    "remoteAccess",
    "launchTemplate.id",
    "launchTemplate.name",
  ],
  autoNamed: "nodeGroupName",
  taggable: true,
  check: ({ scalingConfig }) => {
    const { minSize, desiredSize, maxSize } = scalingConfig as Partial<Scaling>;
    if (minSize === undefined || desiredSize === undefined || maxSize === undefined) return [];
    const isOrdered = minSize <= desiredSize && desiredSize <= maxSize && maxSize >= 1;
    const reason = "InvalidParameterException: minSize <= desiredSize <= maxSize must hold";
    return unless(isOrdered, "scalingConfig", reason);
  },
  simulate: simulateNodeGroup,
  refuseCreate: refuseNodeGroup,
  refuseUpdate({ after }) {
    const scaling = after.inputs["scalingConfig"] as Scaling;
    refuseDesiredCapacity(scaling.desiredSize, scaling);
  },
  afterChange: runNodes,
  keepsOwned: true,
  afterDelete: (group, cloud) => releaseOwned(group, cloud, lacksCni(group, cloud)),
  leak: leaveInterface,
  latency: [120, 240],
};
