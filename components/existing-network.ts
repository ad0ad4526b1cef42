import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterNetwork } from "./network";
import { ArgumentsError, type ArgumentProblem } from "./validation";

/** A network that somebody else manages. */
export interface ExistingNetwork {
  readonly vpcId: pulumi.Input<string>;
  readonly publicSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly privateSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether nodes are to be in the public subnets, which then have to give them addresses. */
  readonly hasPublicNodes: boolean;
}

/**
 * Takes a network that exists, and creates nothing in it. The subnets are looked up: all in the VPC,
 * in two zones at least, and public ones of nodes give them public addresses.
 * @param component type and name of who needs it, for errors
 */
export function takeNetwork(
  component: string,
  network: ExistingNetwork,
  parent: pulumi.Resource,
): ClusterNetwork {
  const subnets = pulumi
    .all([network.vpcId, network.publicSubnetIds, network.privateSubnetIds])
    .apply(([vpcId, publicIds, privateIds]) => {
      const found = [...publicIds, ...privateIds].map((id) =>
        aws.ec2.getSubnetOutput({ id }, { parent }),
      );
      return pulumi.all(found).apply((each) => {
        const problems = checkSubnets(network, vpcId, publicIds.length, each);
        if (problems.length > 0) throw new ArgumentsError(component, problems);
        return { publicIds, privateIds };
      });
    });
  const { publicIds, privateIds } = subnets;
  return {
    vpcId: pulumi.output(network.vpcId),
    publicSubnetIds: publicIds,
    privateSubnetIds: privateIds,
    routes: [],
    nodeSubnetIds: (kind, count) =>
      (kind === "public" ? publicIds : privateIds).apply((ids) => ids.slice(0, count)),
  };
}

/** The first `publicCount` subnets are the public ones. */
function checkSubnets(
  { hasPublicNodes }: ExistingNetwork,
  vpcId: string,
  publicCount: number,
  subnets: readonly aws.ec2.GetSubnetResult[],
): ArgumentProblem[] {
  const problems: ArgumentProblem[] = [];
  subnets.forEach(({ id, vpcId: holder, mapPublicIpOnLaunch }, i) => {
    const isPublic = i < publicCount;
    const path = isPublic ? `publicSubnetIds[${i}]` : `privateSubnetIds[${i - publicCount}]`;
    if (holder !== vpcId) {
      const allowed = `a subnet of ${vpcId}; this one is in ${holder}`;
      problems.push({ path, value: id, allowed });
    } else if (isPublic && hasPublicNodes && !mapPublicIpOnLaunch) {
      const allowed = "a subnet with MapPublicIpOnLaunch: its nodes join over the Internet";
      problems.push({ path, value: id, allowed });
    }
  });
  const zones = [...new Set(subnets.map(({ availabilityZone }) => availabilityZone))];
  if (zones.length < 2) {
    const path = "publicSubnetIds, privateSubnetIds";
    problems.push({ path, value: zones, allowed: "subnets in two availability zones at least" });
  }
  return problems;
}
