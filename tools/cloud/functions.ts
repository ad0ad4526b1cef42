/** The functions of AWS's provider that the program calls. */
import { awsId, publicAddress } from "./ids";
import { eksClusters, T } from "./queries";
import { requireSubnet, textOf } from "./refusals";
import type { Answer, CloudView, Props } from "./types";

/** A managed node group, however it was made. */
interface NodeGroupFacts {
  readonly clusterName: string;
  readonly nodeGroupName: string;
  readonly desiredSize: number;
}

/** The managed node groups of all clusters. */
function nodeGroups(view: CloudView): NodeGroupFacts[] {
  const components = view.ofType("eks:index:ManagedNodeGroup").map(({ outputs }) => ({
    ...(outputs["nodeGroup"] as Props),
    scalingConfig: outputs["scalingConfig"],
  }));
  const own = view.ofType(T.nodeGroup).map(({ outputs }) => outputs);
  return [...components, ...own].map((group) => {
    const { clusterName, nodeGroupName, scalingConfig } = group as unknown as NodeGroupFacts & {
      scalingConfig: { desiredSize: number };
    };
    return { clusterName, nodeGroupName, desiredSize: scalingConfig.desiredSize };
  });
}

/** The nodes that run and pass the filters: as many as their groups want. */
function runningNodes(filters: Props[], groups: NodeGroupFacts[]): string[] {
  const wanted = (name: string) =>
    filters.find((filter) => filter["name"] === name)?.["values"] as string[] | undefined;
  return groups.flatMap(({ clusterName, nodeGroupName, desiredSize }) => {
    const isWanted =
      (wanted("tag:eks:cluster-name")?.includes(clusterName) ?? true) &&
      (wanted("tag:eks:nodegroup-name")?.includes(nodeGroupName) ?? true);
    if (!isWanted) return [];
    return Array.from({ length: desiredSize }, (_, i) => `${nodeGroupName}/${i}`);
  });
}

function isIn(region: string, arn: unknown): boolean {
  return (arn as string).split(":")[3] === region;
}

/** Answers by the function's token. */
export const FUNCTIONS: Readonly<Record<string, Answer>> = {
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
  }),
  "aws:index/getRegion:getRegion": (_, view, provider) => {
    const region = view.regionOf(provider);
    return { id: region, region, name: region };
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_, view, provider) => {
    const region = view.regionOf(provider);
    const names = ["a", "b", "c"].map((letter) => `${region}${letter}`);
    return { id: region, names, zoneIds: names.map((_, i) => `use1-az${i + 1}`) };
  },
  "aws:ec2/getSubnet:getSubnet": (args, view) => {
    const { id, inputs, outputs } = requireSubnet(view, args["id"]);
    const { vpcId, availabilityZone, cidrBlock, mapPublicIpOnLaunch = false } = inputs;
    return { ...outputs, id, vpcId, availabilityZone, cidrBlock, mapPublicIpOnLaunch };
  },
  "aws:eks/getAddonVersion:getAddonVersion": (args) => {
    const { addonName, kubernetesVersion } = args as {
      addonName: string;
      kubernetesVersion: string;
    };
    return { id: addonName, addonName, version: `v${kubernetesVersion}.0-eksbuild.1` };
  },
  "aws:eks/getClusters:getClusters": (_, view, provider) => {
    const region = view.regionOf(provider);
    const here = eksClusters(view).filter(({ facts }) => isIn(region, facts["arn"]));
    return { id: region, region, names: here.map(({ facts }) => facts["name"]) };
  },
  "aws:cloudwatch/getLogGroups:getLogGroups": (args, view, provider) => {
    const region = view.regionOf(provider);
    const prefix = textOf(args, "logGroupNamePrefix");
    const groups = view
      .ofType(T.logGroup)
      .filter(({ id, outputs }) => id.startsWith(prefix) && isIn(region, outputs["arn"]));
    const arns = groups.map(({ outputs }) => outputs["arn"]);
    return { id: region, region, arns, logGroupNames: groups.map(({ id }) => id) };
  },
  "aws:ssm/getParameter:getParameter": (args) => {
    const name = textOf(args, "name");
    return { id: name, name, value: awsId("ami", name), type: "String" };
  },
  "aws:ec2/getInstances:getInstances": (args, view) => {
    const nodes = runningNodes((args["filters"] ?? []) as Props[], nodeGroups(view));
    return {
      id: "instances",
      ids: nodes.map((node) => awsId("i", node)),
      publicIps: nodes.map(publicAddress),
      privateIps: nodes.map((_, i) => `10.0.0.${10 + i}`),
    };
  },
};
