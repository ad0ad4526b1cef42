/** What EKS makes for a control plane by itself. */
import { arn } from "../ids";
import { having, keyOf, policiesOf, roleByArn, T } from "../queries";
import { putInterface } from "../owned";
import type { CloudResource, CloudView, Effects } from "../types";

/** The log group that a cluster's control plane writes to. */
export function controlPlaneLogGroup(clusterName: string): string {
  return `/aws/eks/${clusterName}/cluster`;
}

interface VpcConfig {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds?: readonly string[];
  readonly clusterSecurityGroupId: string;
}

/** Whether a cluster's control plane writes to its log group. */
export function writesLogs({ inputs }: CloudResource): boolean {
  return ((inputs["enabledClusterLogTypes"] ?? []) as string[]).length > 0;
}

/** Makes a log group, unless it is there: EKS's service-linked role does before each write. */
export function putLogGroup(cloud: Effects, name: string, region: string): void {
  if (cloud.find(T.logGroup, name)) return;
  const outputs = { name, arn: arn("logs", region, `log-group:${name}`) };
  cloud.putHidden(T.logGroup, name, { name }, outputs);
}

/** The cluster's own security group, an interface in each of its subnets, and its log group. */
export function makeControlPlane(cluster: CloudResource, cloud: Effects): void {
  const { vpcId, subnetIds, securityGroupIds, clusterSecurityGroupId } = cluster.outputs[
    "vpcConfig"
  ] as VpcConfig;
  const owner = keyOf(cluster);
  cloud.putHidden(T.hiddenGroup, clusterSecurityGroupId, { vpcId, owner });
  for (const subnetId of subnetIds) {
    putInterface(cloud, `${cluster.seed} ${subnetId}`, {
      vpcId,
      subnetId,
      groups: [clusterSecurityGroupId, ...(securityGroupIds ?? [])],
      owner,
      isPublic: false,
      description: `interface of the control plane of ${cluster.id}`,
    });
  }
  const region = (cluster.outputs["arn"] as string).split(":")[3]!;
  if (writesLogs(cluster)) putLogGroup(cloud, controlPlaneLogGroup(cluster.id), region);
}

/** Without its role's policy EKS cannot give the control plane's interfaces back. */
export function lacksClusterPolicy(cluster: CloudResource, view: CloudView): boolean {
  const role = roleByArn(view, cluster.inputs["roleArn"]);
  return !policiesOf(view, role?.id).includes("AmazonEKSClusterPolicy");
}

/** Whether interfaces that nobody will collect have the cluster's own group: EKS keeps it then. */
export function isGroupHeld(groupId: string, view: CloudView): boolean {
  return having(view, T.hiddenInterface, "status", "available").some(({ inputs }) =>
    (inputs["groups"] as string[]).includes(groupId),
  );
}
