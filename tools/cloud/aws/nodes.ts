/** The nodes of a managed node group, by their network interfaces. */
import { awsId } from "../ids";
import { putInterface } from "../owned";
import { having, keyOf, T } from "../queries";
import type { CloudResource, Effects } from "../types";

/** What an Auto Scaling group does after the autoscaler ended nodes: the zones, by their subnets. */
export interface Rebalancing {
  readonly from: string;
  readonly to: string;
}

/** Starts nodes that are missing, each in the zone that has fewest, and ends surplus ones. */
export function runNodes(group: CloudResource, cloud: Effects): void {
  const { desiredSize } = group.outputs["scalingConfig"] as { desiredSize: number };
  const nodes = nodesOf(group, cloud);
  for (const surplus of nodes.slice(desiredSize)) endNode(surplus, cloud);
  for (let i = nodes.length; i < desiredSize; i++) {
    startNode(group, perZone(group, cloud).at(-1)!.subnetId, cloud);
  }
}

/**
 * Ends nodes as the cluster autoscaler may: those that are alone in their zone. A group in several
 * zones then starts a node in the zone that is empty, and ends one elsewhere, which nobody drains.
 * @returns what it did about the zones; undefined if they are even
 */
export function endUnneededNodes(group: CloudResource, cloud: Effects): Rebalancing | undefined {
  const { desiredSize } = group.outputs["scalingConfig"] as { desiredSize: number };
  while (nodesOf(group, cloud).length > desiredSize) {
    const occupied = perZone(group, cloud).filter(({ nodes }) => nodes.length > 0);
    endNode(occupied.at(-1)!.nodes[0]!, cloud);
  }
  const zones = perZone(group, cloud);
  const [most, least] = [zones[0]!, zones.at(-1)!];
  if (most.nodes.length - least.nodes.length < 2) return undefined;
  startNode(group, least.subnetId, cloud);
  endNode(most.nodes[0]!, cloud);
  return { from: zoneOf(most.subnetId, cloud), to: zoneOf(least.subnetId, cloud) };
}

function nodesOf(group: CloudResource, cloud: Effects): CloudResource[] {
  return having(cloud, T.hiddenInterface, "owner", keyOf(group)).filter(
    ({ inputs }) => inputs["until"] === undefined,
  );
}

/** The subnets of a group with their nodes, the fullest first. */
function perZone(group: CloudResource, cloud: Effects) {
  const nodes = nodesOf(group, cloud);
  return (group.inputs["subnetIds"] as string[])
    .map((subnetId) => ({
      subnetId,
      nodes: nodes.filter(({ inputs }) => inputs["subnetId"] === subnetId),
    }))
    .reverse()
    .sort((a, b) => b.nodes.length - a.nodes.length);
}

function zoneOf(subnetId: string, cloud: Effects): string {
  return String(cloud.find(T.subnet, subnetId)?.inputs["availabilityZone"]);
}

/** A node's interface stays for a while when the node has ended. */
function endNode({ type, id, inputs }: CloudResource, cloud: Effects): void {
  cloud.putHidden(type, id, { ...inputs, owner: "", until: cloud.now() + cloud.eniDelayMs });
}

function startNode(group: CloudResource, subnetId: string, cloud: Effects): void {
  const seedOf = (number: number): string => `${group.seed} node ${number}`;
  let number = 0;
  while (cloud.find(T.hiddenInterface, awsId("eni", seedOf(number)))) number++;
  putInterface(cloud, seedOf(number), {
    vpcId: vpcOfSubnet(cloud, subnetId),
    subnetId,
    groups: groupsOf(group, cloud),
    owner: keyOf(group),
    isPublic: true,
    description: `interface of node ${number} of ${group.id}`,
  });
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
