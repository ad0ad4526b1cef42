import { nodeGroups, type NodeGroupFacts } from "./eks";
import { arn, autoName, awsId, hex, publicAddress } from "./ids";
import type { Answer, Handler, Props } from "./types";

function simple(prefix: string): Handler {
  return ({ seed }) => ({ id: awsId(prefix, seed) });
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const role: Handler = ({ seed, name, inputs }) => {
  const roleName = text(inputs["name"]) || autoName(name, seed);
  return {
    id: roleName,
    outputs: {
      name: roleName,
      arn: arn("iam", "", `role/${roleName}`),
      uniqueId: `AROA${hex(seed, 16)}`,
    },
  };
};

const key: Handler = ({ seed, provider }, around) => {
  const id = [8, 4, 4, 4, 12].map((digits, i) => hex(`${seed}${i}`, digits)).join("-");
  return { id, outputs: { keyId: id, arn: arn("kms", around.regionOf(provider), `key/${id}`) } };
};

const launchTemplate: Handler = ({ seed, name, inputs, provider }, around) => {
  const id = awsId("lt", seed);
  return {
    id,
    outputs: {
      name: text(inputs["name"]) || autoName(name, seed),
      latestVersion: 1,
      defaultVersion: 1,
      arn: arn("ec2", around.regionOf(provider), `launch-template/${id}`),
    },
  };
};

const addon: Handler = ({ inputs, provider }, around) => {
  const id = `${text(inputs["clusterName"])}:${text(inputs["addonName"])}`;
  const resource = `addon/${id.replace(":", "/")}/${hex(id, 8)}`;
  return { id, outputs: { arn: arn("eks", around.regionOf(provider), resource) } };
};

const logGroup: Handler = ({ seed, name, inputs, provider }, around) => {
  const id = text(inputs["name"]) || autoName(name, seed);
  return {
    id,
    outputs: { name: id, arn: arn("logs", around.regionOf(provider), `log-group:${id}`) },
  };
};

const rolePolicy: Handler = ({ seed, name, inputs }) => {
  const policyName = text(inputs["name"]) || autoName(name, seed);
  return { id: `${text(inputs["role"])}:${policyName}`, outputs: { name: policyName } };
};

/** The resources of AWS that the program uses. */
export const AWS_RESOURCES: Record<string, Handler> = {
  "aws:ec2/vpc:Vpc": simple("vpc"),
  "aws:ec2/subnet:Subnet": simple("subnet"),
  "aws:ec2/internetGateway:InternetGateway": simple("igw"),
  "aws:ec2/routeTable:RouteTable": simple("rtb"),
  "aws:ec2/route:Route": simple("r-rtb"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": simple("rtbassoc"),
  "aws:ec2/securityGroup:SecurityGroup": ({ seed, name, inputs }) => ({
    id: awsId("sg", seed),
    outputs: { name: text(inputs["name"]) || autoName(name, seed) },
  }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": simple("sgr"),
  "aws:ec2/launchTemplate:LaunchTemplate": launchTemplate,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ({ seed, inputs }) => ({
    id: `${text(inputs["role"])}-${hex(seed, 26)}`,
  }),
  "aws:kms/key:Key": key,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:eks/addon:Addon": addon,
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": ({ seed }) => ({
    id: `a-${hex(seed, 17)}`,
  }),
};

/** Nodes of a cluster that run: as many as its groups want. */
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

/** The questions that the program asks of AWS. */
export const AWS_ANSWERS: Record<string, Answer> = {
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
  }),
  "aws:index/getRegion:getRegion": (_, around, provider) => {
    const region = around.regionOf(provider);
    return { id: region, region, name: region };
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_, around, provider) => {
    const region = around.regionOf(provider);
    const names = ["a", "b", "c"].map((letter) => `${region}${letter}`);
    return { id: region, names, zoneIds: names.map((_, i) => `use1-az${i + 1}`) };
  },
  "aws:eks/getAddonVersion:getAddonVersion": (args) => {
    const { addonName, kubernetesVersion } = args as {
      addonName: string;
      kubernetesVersion: string;
    };
    return { id: addonName, addonName, version: `v${kubernetesVersion}.0-eksbuild.1` };
  },
  "aws:ssm/getParameter:getParameter": (args) => {
    const name = text(args["name"]);
    return { id: name, name, value: awsId("ami", name), type: "String" };
  },
  "aws:ec2/getInstances:getInstances": (args, around) => {
    const nodes = runningNodes((args["filters"] ?? []) as Props[], nodeGroups(around));
    return {
      id: "instances",
      ids: nodes.map((node) => awsId("i", node)),
      publicIps: nodes.map(publicAddress),
      privateIps: nodes.map((_, i) => `10.0.0.${10 + i}`),
    };
  },
};
