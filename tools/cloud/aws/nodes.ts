/** The nodes of a managed node group, by their network interfaces. */
import { awsId } from "../ids";
import { putInterface } from "../owned";
import { having, keyOf, T } from "../queries";
import type { CloudResource, Effects } from "../types";

/** Starts nodes that are missing, and ends surplus ones, whose interfaces stay for a while. */
export function runNodes(group: CloudResource, cloud: Effects): void {
  const { desiredSize } = group.outputs["scalingConfig"] as { desiredSize: number };
  const subnetIds = group.inputs["subnetIds"] as string[];
  const owner = keyOf(group);
  const before = having(cloud, T.hiddenInterface, "owner", owner);
  for (const surplus of before.slice(desiredSize)) {
    const until = cloud.now() + cloud.eniDelayMs;
    cloud.putHidden(surplus.type, surplus.id, { ...surplus.inputs, owner: "", until });
  }
  for (let i = before.length; i < desiredSize; i++) {
    const subnetId = subnetIds[i % subnetIds.length]!;
    putInterface(cloud, `${group.seed} node ${i}`, {
      vpcId: vpcOfSubnet(cloud, subnetId),
      subnetId,
      groups: groupsOf(group, cloud),
      owner,
      isPublic: true,
      description: `interface of node ${i} of ${group.id}`,
    });
  }
}

/**
 * An interface of a pod, detached while its instance ended: it stays `available`, in the cluster's own
 * group, and nobody collects it once the VPC CNI is gone.
 */
export function leaveInterface(group: CloudResource, cloud: Effects): void {
  const subnetId = (group.inputs["subnetIds"] as string[])[0]!;
  const id = awsId("eni", `${group.seed} left behind`);
  cloud.putHidden(T.hiddenInterface, id, {
    vpcId: vpcOfSubnet(cloud, subnetId),
    subnetId,
    groups: groupsOf(group, cloud),
    owner: "",
    isPublic: false,
    status: "available",
    description: `interface ${id} of the VPC CNI (aws-K8S), available`,
  });
}

function vpcOfSubnet(cloud: Effects, subnetId: string): string {
  return cloud.find(T.subnet, subnetId)!.inputs["vpcId"] as string;
}

function groupsOf(group: CloudResource, cloud: Effects): string[] {
  const templateId = (group.inputs["launchTemplate"] as { id?: string } | undefined)?.id;
  const listed = cloud.find(T.template, templateId)?.inputs["vpcSecurityGroupIds"];
  return (listed as string[] | undefined) ?? [];
}
