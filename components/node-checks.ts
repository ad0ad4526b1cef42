/** Checks of NodeOptions. */
import {
  CapacityType,
  NODE_DEFAULTS,
  NodeSubnets,
  TaintEffect,
  type NodeOptions,
} from "./node-options";
import { type Arguments, isDeferred, isMap } from "./validation";

/** Nodes that a managed node group has at most (EKS user guide, "View and manage quotas"). */
const MAX_NODES = 450;

/** Checks NodeOptions at a path, such as `nodes`, in a network of so many zones. */
export function checkNodes(
  args: Arguments,
  path: string,
  options: NodeOptions,
  zones: number,
): void {
  checkTypes(args, path, options);
  checkSizes(args, path, options);
  checkImage(args, path, options);
  checkLabels(args, path, options);
  checkTaints(args, path, options);
  args.choice(`${path}.subnets`, options.subnets, Object.values(NodeSubnets));
  args.checkPlain(
    `${path}.zones`,
    options.zones,
    (count) => Number.isInteger(count) && count >= 1 && count <= zones,
    `a whole number from 1 to ${zones}, the zones of the network`,
  );
}

function checkTypes(args: Arguments, path: string, options: NodeOptions): void {
  const { instanceType, instanceTypes, capacityType } = options;
  const isType = (type: unknown): boolean =>
    typeof type === "string" && /^[a-z0-9-]+\.[a-z0-9-]+$/.test(type);
  const allowed = "an EC2 instance type, such as t3.large";
  args.check(`${path}.instanceType`, instanceType, isType, allowed);
  args.check(
    `${path}.capacityType`,
    capacityType,
    (type) => Object.values(CapacityType).includes(type),
    Object.values(CapacityType).join(", "),
  );
  if (instanceTypes === undefined) return;
  const at = `${path}.instanceTypes`;
  if (!Array.isArray(instanceTypes) || instanceTypes.length < 1 || instanceTypes.length > 20) {
    args.add(at, instanceTypes, "a list of 1 to 20 EC2 instance types");
    return;
  }
  if (instanceType !== undefined) args.add(at, instanceTypes, "nothing beside instanceType");
  instanceTypes.forEach((type, i) => args.check(`${at}[${i}]`, type, isType, allowed));
  const known = instanceTypes.filter((type): type is string => isType(type));
  if (new Set(known.map(architectureOf)).size > 1) {
    args.add(at, known, "types of one architecture: the nodes of a group share an AMI");
  }
}

function checkSizes(args: Arguments, path: string, options: NodeOptions): void {
  const { minSize, desiredSize, maxSize, diskSizeGiB } = { ...NODE_DEFAULTS, ...options };
  args.wholeNumber(`${path}.minSize`, minSize, 0, MAX_NODES);
  args.wholeNumber(`${path}.desiredSize`, desiredSize, 0, MAX_NODES);
  args.wholeNumber(`${path}.maxSize`, maxSize, 1, MAX_NODES);
  args.wholeNumber(`${path}.diskSizeGiB`, diskSizeGiB, 20, 16_384);
  if ([minSize, desiredSize, maxSize].some(isDeferred)) return;
  if (minSize <= desiredSize && desiredSize <= maxSize) return;
  args.add(path, { minSize, desiredSize, maxSize }, "minSize <= desiredSize <= maxSize");
}

function checkImage(args: Arguments, path: string, { amiRelease, amiId }: NodeOptions): void {
  args.checkPlain(
    `${path}.amiRelease`,
    amiRelease,
    (release) => /^v\d{8}$/.test(release),
    "a release such as v20261101",
  );
  args.check(
    `${path}.amiId`,
    amiId,
    (id) => /^ami-[0-9a-f]{8,17}$/.test(id),
    "the id of an AMI, such as ami-0123456789abcdef0",
  );
  if (amiRelease !== undefined && amiId !== undefined) {
    args.add(`${path}.amiId`, amiId, "nothing beside amiRelease");
  }
}

/** A name of Kubernetes' labels and taints: an optional domain, and 1 to 63 characters. */
const KEY =
  /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Domains of labels that a kubelet may not set (NodeRestriction), but for the two of its own. */
const RESERVED = /(^|\.)(kubernetes|k8s)\.io\//;
const OWN = /(^|\.)(node|kubelet)\.kubernetes\.io\//;

function checkLabels(args: Arguments, path: string, { labels }: NodeOptions): void {
  args.checkPlain(`${path}.labels`, labels, isMap, "a map of labels");
  if (!isMap(labels)) return;
  for (const [key, value] of Object.entries(labels)) {
    const at = `${path}.labels[${JSON.stringify(key)}]`;
    const isAllowed = KEY.test(key) && (!RESERVED.test(key) || OWN.test(key));
    if (!isAllowed) {
      args.add(at, value, "a key such as team or example.com/team, of no domain of Kubernetes");
    }
    const isValue = (text: string) => typeof text === "string" && VALUE.test(text);
    args.checkPlain(at, value, isValue, "at most 63 letters, digits, - _ and .");
  }
}

function checkTaints(args: Arguments, path: string, { taints }: NodeOptions): void {
  const isList = (list: unknown): list is unknown[] => Array.isArray(list) && list.length <= 50;
  args.checkPlain(`${path}.taints`, taints, isList, "a list of at most 50 taints");
  if (!isList(taints)) return;
  taints.forEach(({ key, value, effect }, i) => {
    const at = `${path}.taints[${i}]`;
    args.checkPlain(`${at}.key`, key, (text) => KEY.test(text), "a key such as dedicated");
    const isValue = (text: string) => VALUE.test(text);
    args.checkPlain(`${at}.value`, value, isValue, "at most 63 letters, digits, - _ and .");
    args.choice(`${at}.effect`, effect, Object.values(TaintEffect));
  });
}

/**
 * The architecture of an instance type, as AWS's AMI parameters name it: Graviton's families have a
 * g after their generation, such as t4g and m7gd; a1 was the first.
 */
export function architectureOf(instanceType: string): "arm64" | "x86_64" {
  return /^([a-z]+\d+[a-z]*?g[a-z]*|a1)(-|\.)/.test(instanceType) ? "arm64" : "x86_64";
}
