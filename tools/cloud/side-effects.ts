/** What AWS makes, and takes away, behind Pulumi's back. */
import { awsId } from "./ids";
import { makesBalancer, publicSubnets, vpcOf } from "./refusals-kubernetes";
import type { CloudResource, Props, Surroundings } from "./types";
import {
  having,
  hasCni,
  isKubernetes,
  keyOf,
  policiesOf,
  roleByArn,
  T,
  type Interface,
} from "./world";

/** What the side effects do to the cloud. */
export interface Effects extends Surroundings {
  putHidden(type: string, id: string, inputs: Props): void;
  drop(resource: CloudResource): void;
  all(): CloudResource[];
  /** Milliseconds since 1970. */
  now(): number;
  /** How long the interfaces of nodes and load balancers stay behind them, in milliseconds. */
  readonly linger: number;
}

/** After a resource was made, or made anew by an update. */
export function afterMaking(resource: CloudResource, cloud: Effects): void {
  if (resource.type === T.cluster) controlPlane(resource, cloud);
  if (resource.type === T.nodeGroup) nodes(resource, cloud);
  if (makesBalancer(resource)) balancer(resource, cloud);
}

/** Before a resource goes: what it made goes too, but interfaces linger. */
export function beforeDeletion(resource: CloudResource, cloud: Effects): void {
  if (resource.type === T.cluster) {
    const inside = cloud.all().filter(({ place }) => place === resource.outputs["arn"]);
    // The cluster's objects go with it; load balancers that they had stay, with nobody to delete them.
    for (const object of inside.filter(({ type }) => isKubernetes(type))) cloud.drop(object);
  }
  if (resource.type === T.logGroup) logAgain(resource, cloud);
  if (resource.type === T.namespace) {
    const inside = cloud
      .all()
      .filter(({ place, id }) => place === resource.place && id.startsWith(`${resource.id}/`));
    for (const object of inside) {
      withdraw(object, cloud);
      cloud.drop(object);
    }
  }
  withdraw(resource, cloud);
}

/** Takes away what was made for a resource. */
export function withdraw(resource: CloudResource, cloud: Effects): void {
  const key = keyOf(resource);
  const isLeaking =
    (resource.type === T.nodeGroup && isWithoutCni(resource, cloud)) ||
    (resource.type === T.cluster && isWithoutRights(resource, cloud));
  for (const type of [T.hiddenBalancer, T.hiddenGroup, T.hiddenInterface]) {
    for (const hidden of having(cloud, type, "owner", key)) {
      if (type !== T.hiddenInterface) cloud.drop(hidden);
      else if (!isLeaking) {
        const until = cloud.now() + cloud.linger;
        cloud.putHidden(type, hidden.id, { ...hidden.inputs, isPublic: false, until });
      }
    }
  }
}

/** Without the VPC CNI nobody gives a node's interfaces back: they stay for ever. */
function isWithoutCni(group: CloudResource, cloud: Effects): boolean {
  const cluster = cloud.find(T.cluster, group.inputs["clusterName"]);
  return cluster !== undefined && !hasCni(cloud, cluster);
}

/** Without its role's policy EKS cannot give the control plane's interfaces back. */
function isWithoutRights(cluster: CloudResource, cloud: Effects): boolean {
  const role = roleByArn(cloud, cluster.inputs["roleArn"]);
  return !policiesOf(cloud, role?.id).includes("AmazonEKSClusterPolicy");
}

/** A control plane that logs makes its log group again when somebody deletes it. */
function logAgain(group: CloudResource, cloud: Effects): void {
  const clusters = cloud.ofType(T.cluster).filter(({ inputs }) => inputs["enabledClusterLogTypes"]);
  if (!clusters.some(({ id }) => group.id === logGroupOf(id))) return;
  cloud.putHidden(T.hiddenLogGroup, group.id, { name: group.id });
}

function logGroupOf(clusterName: string): string {
  return `/aws/eks/${clusterName}/cluster`;
}

function put(cloud: Effects, seed: string, nic: Interface): void {
  cloud.putHidden(T.hiddenInterface, awsId("eni", seed), { ...nic });
}

function controlPlane(cluster: CloudResource, cloud: Effects): void {
  const { vpcId, subnetIds, securityGroupIds, clusterSecurityGroupId } = cluster.outputs[
    "vpcConfig"
  ] as {
    vpcId: string;
    subnetIds: string[];
    securityGroupIds?: string[];
    clusterSecurityGroupId: string;
  };
  const owner = keyOf(cluster);
  cloud.putHidden(T.hiddenGroup, clusterSecurityGroupId, { vpcId, owner });
  for (const subnetId of subnetIds) {
    put(cloud, `${cluster.seed} ${subnetId}`, {
      vpcId,
      subnetId,
      groups: [clusterSecurityGroupId, ...(securityGroupIds ?? [])],
      owner,
      isPublic: false,
      description: `interface of the control plane of ${cluster.id}`,
    });
  }
  const logGroup = logGroupOf(cluster.id);
  const logs = cluster.inputs["enabledClusterLogTypes"] as string[] | undefined;
  if (logs?.length && !cloud.find(T.logGroup, logGroup)) {
    cloud.putHidden(T.hiddenLogGroup, logGroup, { name: logGroup });
  }
}

function nodes(group: CloudResource, cloud: Effects): void {
  const { desiredSize } = group.outputs["scalingConfig"] as { desiredSize: number };
  const subnetIds = group.inputs["subnetIds"] as string[];
  const templateId = (group.inputs["launchTemplate"] as { id?: string } | undefined)?.id;
  const groups = cloud.find(T.template, templateId)?.inputs["vpcSecurityGroupIds"];
  const owner = keyOf(group);
  const before = having(cloud, T.hiddenInterface, "owner", owner);
  for (const surplus of before.slice(desiredSize)) {
    const until = cloud.now() + cloud.linger;
    cloud.putHidden(surplus.type, surplus.id, { ...surplus.inputs, owner: "", until });
  }
  for (let i = before.length; i < desiredSize; i++) {
    const subnetId = subnetIds[i % subnetIds.length]!;
    put(cloud, `${group.seed} node ${i}`, {
      vpcId: cloud.find(T.subnet, subnetId)!.inputs["vpcId"] as string,
      subnetId,
      groups: (groups as string[] | undefined) ?? [],
      owner,
      isPublic: true,
      description: `interface of node ${i} of ${group.id}`,
    });
  }
}

/** Made anew with every update of the object; it keeps its ids. */
function balancer(object: CloudResource, cloud: Effects): void {
  const vpcId = vpcOf(cloud, object.place)!;
  const owner = keyOf(object);
  const group = awsId("sg", `${object.seed} balancer`);
  cloud.putHidden(T.hiddenBalancer, `k8s-${awsId("lb", object.seed)}`, { vpcId, owner });
  const { loadBalancerSourceRanges } = object.inputs["spec"] as Props;
  cloud.putHidden(T.hiddenGroup, group, { vpcId, owner, rules: loadBalancerSourceRanges });
  for (const { id: subnetId } of publicSubnets(cloud, vpcId)) {
    put(cloud, `${object.seed} ${subnetId}`, {
      vpcId,
      subnetId,
      groups: [group],
      owner,
      isPublic: true,
      description: `interface of the load balancer of ${object.id}`,
    });
  }
}
