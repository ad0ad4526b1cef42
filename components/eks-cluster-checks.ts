/** Checks of the arguments of EksCluster. */
import type * as pulumi from "@pulumi/pulumi";
import { checkAccessEntries } from "./access-entries";
import { checkAddons } from "./addons";
import { KUBERNETES } from "./catalog";
import { MAX_CLUSTER_NAME } from "./cluster-name";
import type { EksClusterArgs } from "./eks-cluster-args";
import { MAX_RULES } from "./exposure";
import { NatGateways } from "./network-options";
import { checkNodes } from "./node-checks";
import type { NodeOptions, NodeTaint } from "./node-options";
import { type Arguments, FLAGS, isDeferred, isFlag, isMap } from "./validation";

/** Ranges that EKS takes for a public endpoint (EKS user guide, "View and manage quotas"). */
const MAX_ENDPOINT_RANGES = 40;

/** Most zones of a network: those that every region with EKS may have. */
const MAX_ZONES = 4;

const CLUSTER_NAME = /^[0-9A-Za-z][\w-]{0,99}$/;

/** Days that CloudWatch keeps logs (CloudWatch Logs API reference, PutRetentionPolicy); 0: always. */
const RETENTIONS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
  3288, 3653,
];

/** Reports all that is wrong. */
export function checkCluster(problems: Arguments, args: EksClusterArgs): void {
  checkAccess(problems, args);
  checkVersion(problems, args);
  problems.check(
    "clusterName",
    args.clusterName,
    (text) => typeof text === "string" && CLUSTER_NAME.test(text),
    `1 to ${MAX_CLUSTER_NAME} letters, digits, - and _, first a letter or digit`,
  );
  checkNetwork(problems, args);
  checkGroups(problems, args);
  checkAccessEntries(problems, args.accessEntries);
  checkAddons(problems, args.addons);
  problems.check(
    "secretsKeyArn",
    args.secretsKeyArn,
    (arn) => /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(arn),
    "the ARN of a KMS key, such as arn:aws:kms:us-east-1:123456789012:key/1234abcd-…",
  );
  problems.check(
    "logRetentionDays",
    args.logRetentionDays,
    (days) => RETENTIONS.includes(days),
    RETENTIONS.join(", "),
  );
  checkTags(problems, args);
}

function checkAccess(problems: Arguments, args: EksClusterArgs): void {
  const { endpointPublicAccess = true } = args;
  problems.flag("endpointPublicAccess", endpointPublicAccess);
  problems.check("deletionProtection", args.deletionProtection, isFlag, FLAGS);
  // Without a public endpoint, callers come from the VPC, or from networks that are joined to it.
  const limits = endpointPublicAccess
    ? ({ most: MAX_ENDPOINT_RANGES, mustBePublic: true } as const)
    : ({ most: MAX_RULES, least: 0 } as const);
  problems.callers("allowedCidrs", args.allowedCidrs, limits);
}

/** A version that the catalog does not know yet needs AMIs that are named. */
function checkVersion(problems: Arguments, args: EksClusterArgs): void {
  const known = Object.keys(KUBERNETES);
  const groups: unknown[] = [args.nodes ?? {}, ...Object.values(args.nodeGroups ?? {})];
  const areNamed = groups.filter(isMap).every((group: NodeOptions) => group.amiId !== undefined);
  problems.checkPlain(
    "kubernetesVersion",
    args.kubernetesVersion,
    (version) => known.includes(version) || (areNamed && isNewer(version, known.at(-1)!)),
    `${known.join(", ")}; a newer version, if every group of nodes has an amiId`,
  );
}

function isNewer(version: unknown, known: string): boolean {
  const [, minor] = /^1\.(\d{2})$/.exec(String(version)) ?? [];
  return minor !== undefined && Number(minor) > Number(known.split(".")[1]);
}

function checkNetwork(problems: Arguments, args: EksClusterArgs): void {
  const { vpcId, publicSubnetIds, privateSubnetIds, zones, natGateways, vpcEndpoints } = args;
  problems.checkPlain(
    "zones",
    zones,
    (count) => Number.isInteger(count) && count >= 2 && count <= MAX_ZONES,
    `a whole number from 2 to ${MAX_ZONES}`,
  );
  problems.choice("natGateways", natGateways, Object.values(NatGateways));
  problems.flag("vpcEndpoints", vpcEndpoints);
  const subnets = { publicSubnetIds, privateSubnetIds };
  if (vpcId === undefined) {
    for (const [path, ids] of Object.entries(subnets)) {
      if (ids !== undefined) problems.add(path, ids, "only with the vpcId of their VPC");
    }
    return;
  }
  problems.check("vpcId", vpcId, (id) => /^vpc-\w+$/.test(id), "the id of a VPC: vpc-…");
  for (const [path, ids] of Object.entries(subnets)) checkSubnetIds(problems, path, ids);
  if (publicSubnetIds === undefined && privateSubnetIds === undefined) {
    const allowed = "subnets of the VPC, in two zones at least: publicSubnetIds, privateSubnetIds";
    problems.add("publicSubnetIds", undefined, allowed);
  }
  for (const [path, value] of Object.entries({ zones, natGateways, vpcEndpoints })) {
    const why = "only without vpcId: an existing network is left as it is";
    if (value !== undefined) problems.add(path, value, why);
  }
}

function checkSubnetIds(
  problems: Arguments,
  path: string,
  ids: pulumi.Input<pulumi.Input<string>[]> | undefined,
): void {
  const allowed = "a list of the ids of subnets: subnet-…";
  problems.check(path, ids, (list) => Array.isArray(list) && list.length > 0, allowed);
  if (!Array.isArray(ids)) return;
  ids.forEach((id, i) => {
    problems.check(`${path}[${i}]`, id, (text) => /^subnet-\w+$/.test(text), "subnet-…");
  });
}

/** A group's name is part of the names of its resources. */
const GROUP = /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/;

function checkGroups(problems: Arguments, args: EksClusterArgs): void {
  const { nodes = {}, nodeGroups = {}, vpcId } = args;
  // How many zones a network of somebody else's has is found out when it is looked up.
  const zones = vpcId === undefined && !isDeferred(args.zones) ? (args.zones ?? 2) : 6;
  problems.checkPlain("nodeGroups", nodeGroups, isMap, "a map of names to groups of nodes");
  const others = isMap(nodeGroups) ? Object.entries(nodeGroups) : [];
  for (const [name] of others.filter(([group]) => !GROUP.test(group) || group === "nodes")) {
    const allowed =
      "a name of at most 30 letters a-z, digits and -, first a letter, other than nodes";
    problems.add(`nodeGroups.${name}`, name, allowed);
  }
  const given: [string, NodeOptions][] = [
    ["nodes", nodes],
    ...others.map(([name, options]): [string, NodeOptions] => [`nodeGroups.${name}`, options]),
  ];
  for (const [path, options] of given) {
    problems.checkPlain(path, options, isMap, "a map of options of a group of nodes");
    if (!isMap(options)) continue;
    checkNodes(problems, path, options, zones);
    checkPlace(problems, path, options.subnets, args);
  }
  const groups = given.map(([, options]) => options).filter(isMap);
  if (groups.length > 0 && !groups.some(canRunCoreDns)) {
    const allowed =
      "one group at least with nodes at first, and without taints NO_SCHEDULE and NO_EXECUTE: CoreDNS has to run there";
    problems.add("nodes, nodeGroups", undefined, allowed);
  }
}

/** CoreDNS tolerates one taint besides those of control planes (its EKS add-on's defaults). */
function canRunCoreDns({ taints, desiredSize }: NodeOptions): boolean {
  const hasNodes = desiredSize !== 0;
  const repels = ({ key, effect }: NodeTaint): boolean =>
    effect !== "PREFER_NO_SCHEDULE" && key !== "CriticalAddonsOnly";
  return hasNodes && !(Array.isArray(taints) && taints.some(repels));
}

/** Nodes without a way out of their subnets never join. */
function checkPlace(
  problems: Arguments,
  path: string,
  subnets: NodeOptions["subnets"],
  args: EksClusterArgs,
): void {
  const { vpcId, natGateways = "none", vpcEndpoints = false } = args;
  const at = `${path}.subnets`;
  if (vpcId !== undefined) {
    const key = subnets === "public" ? "publicSubnetIds" : "privateSubnetIds";
    if (subnets !== undefined && args[key] === undefined) {
      problems.add(at, subnets, `${subnets} only with ${key}`);
    }
  } else if (subnets === "private" && natGateways === "none" && !vpcEndpoints) {
    problems.add(at, subnets, "private only with natGateways or vpcEndpoints");
  }
}

function checkTags(problems: Arguments, { tags }: EksClusterArgs): void {
  if (isDeferred(tags) || tags === undefined) return;
  problems.check("tags", tags, isMap, "a map of tags");
  if (!isMap(tags)) return;
  for (const [key, value] of Object.entries(tags)) {
    const path = `tags[${JSON.stringify(key)}]`;
    if (key.length < 1 || key.length > 128 || /^aws:/i.test(key)) {
      problems.add(path, value, "a key of 1 to 128 characters that does not begin with aws:");
    }
    const isValue = (text: unknown) => typeof text === "string" && text.length <= 256;
    problems.check(path, value, isValue, "a text of at most 256 characters");
  }
}
