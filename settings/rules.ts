/** Rules that join several settings; each looks only at what is valid by itself. */
import { fittingTypes, shortage } from "./capacity";
import { checkCidr, type CidrEntry } from "./cidr";
import type { CommandContext, Edit } from "./edits";
import { INSTANCE_TYPES } from "../components/catalog";
import { checkKubeconfig } from "./kubeconfig";
import type { DeepPartial } from "./parse-partial";
import { nearestName } from "./nearest-name";
import type { Finding } from "./problems";
import { REGIONS } from "./regions";
import type { Sections, Values } from "./schema";

/** What the rules know of the stack besides its settings. */
export interface StackContext extends CommandContext {
  /** AWS region, from `aws:region` or the environment. */
  readonly region?: string;
}

/** Settings of which each part is valid by itself or undefined, and the keys that are present. */
export interface Candidate {
  readonly values: Partial<Values>;
  readonly sections: DeepPartial<Sections>;
  readonly present: ReadonlySet<string>;
  /** A key's value as it is configured, valid or not; undefined if it is not. */
  readonly valueOf: (key: string) => unknown;
}

type Rule = (candidate: Candidate, context: StackContext) => Finding[];

const CHAPTER_CLUSTER = "exercise-cluster";
const TAKE_CLUSTER: Edit = { set: ["cluster", "stack"], to: CHAPTER_CLUSTER };
const CREATE_CLUSTER: Edit = { set: ["cluster", "create", "zones"], to: 2 };

/** Whether this is the cluster's source, or one of them, valid or not. */
function comesFrom({ sections }: Candidate, source: "create" | "stack" | "kubeconfig"): boolean {
  return sections.cluster !== undefined && source in sections.cluster;
}

const clusterHasOneSource: Rule = ({ sections, present }) => {
  const allowed = "exactly one of create, stack, kubeconfig";
  const mends = [[TAKE_CLUSTER], [CREATE_CLUSTER]];
  if (!present.has("cluster")) return [{ path: "cluster", allowed, mends }];
  if (!sections.cluster) return [];
  const sources = Object.keys(sections.cluster);
  if (sources.length === 1) return [];
  if (sources.length === 0) return [{ path: "cluster", value: sources, allowed, mends }];
  const keepOne = sources.map((kept) =>
    sources.filter((each) => each !== kept).map((each): Edit => ({ remove: ["cluster", each] })),
  );
  return [{ path: "cluster", value: sources, allowed, mends: keepOne, isChoice: true }];
};

const clusterIsNotItself: Rule = ({ sections }, { organization, project, stack }) => {
  const reference = sections.cluster?.stack;
  if (reference !== stack && reference !== `${organization}/${project}/${stack}`) return [];
  return [
    {
      path: "cluster.stack",
      value: reference,
      allowed: "the name of another stack: a stack cannot take its cluster from itself",
      mends: [[TAKE_CLUSTER], [{ remove: ["cluster", "stack"] }, CREATE_CLUSTER]],
    },
  ];
};

const nodesAreInOrder: Rule = ({ sections }) => {
  const nodes = sections.cluster?.create?.nodes;
  if (!nodes) return [];
  const { minSize, desiredSize, maxSize } = nodes;
  if (minSize === undefined || desiredSize === undefined || maxSize === undefined) return [];
  if (minSize <= desiredSize && desiredSize <= maxSize) return [];
  const value = { minSize, desiredSize, maxSize };
  const resize = (sizes: readonly number[]): Edit[] =>
    Object.entries(value).flatMap(([name, size], i) =>
      sizes[i] === size ? [] : [{ set: ["cluster", "create", "nodes", name], to: sizes[i] }],
    );
  const raised = Math.max(minSize, desiredSize);
  return [
    {
      path: "cluster.create.nodes",
      value,
      allowed: "minSize <= desiredSize <= maxSize",
      mends: [
        resize([minSize, desiredSize, maxSize].sort((a, b) => a - b)),
        resize([minSize, raised, Math.max(raised, maxSize)]),
      ],
    },
  ];
};

const nodesHoldThePods: Rule = ({ sections }) => {
  const { instanceType, minSize } = sections.cluster?.create?.nodes ?? {};
  const type = instanceType === undefined ? undefined : INSTANCE_TYPES[instanceType];
  if (instanceType === undefined || !type) return [];
  // A type that holds the pods on one node holds them on any number.
  const fitting = fittingTypes(minSize ?? 1);
  const best = fitting.includes("t3.large") ? ["t3.large"] : fitting.slice(0, 1);
  const at = ["cluster", "create", "nodes", "instanceType"] as const;
  const finding = {
    path: at.join("."),
    value: instanceType,
    mends: best.map((to) => [{ set: at, to }]),
  };
  if (type.architecture !== "amd64") {
    const allowed = `amd64 types, as SockShop's images are: ${fitting.join(", ")}`;
    return [{ ...finding, allowed }];
  }
  const reason = minSize === undefined ? undefined : shortage(instanceType, minSize);
  if (!reason) return [];
  const allowed = `types that hold the chapter's pods on minSize nodes (${reason}): ${fitting.join(", ")}`;
  return [{ ...finding, allowed }];
};

const regionIsKnown: Rule = (candidate, { region }) => {
  if (!comesFrom(candidate, "create") || (region && REGIONS.includes(region))) return [];
  const nearest = nearestName(region?.trim().replace(/(?<=\d)[a-z]$/, "") ?? "", REGIONS);
  const regions = nearest === undefined ? ["us-east-1"] : [nearest, "us-east-1"];
  return [
    {
      path: "aws:region",
      value: region,
      allowed: "an AWS region, such as us-east-1",
      mends: regions.map((to) => [{ set: ["aws:region"], to }]),
    },
  ];
};

const requiresEks: Rule = (candidate) => {
  if (!comesFrom(candidate, "kubeconfig")) return [];
  const { sections, present } = candidate;
  const findings: Finding[] = [];
  if (present.has("autoscaler")) {
    findings.push({
      path: "autoscaler",
      value: sections.autoscaler,
      allowed: "only with an EKS cluster: it changes the size of an Auto Scaling group",
      mends: [[{ remove: ["autoscaler"] }]],
    });
  }
  if (sections.ingress?.controller === "alb") {
    findings.push({
      path: "ingress.controller",
      value: "alb",
      allowed: "nginx, ingress-nginx on a cluster that is not on EKS",
      mends: [[{ set: ["ingress", "controller"], to: "nginx" }]],
    });
  }
  return findings;
};

const ingressHasAShop: Rule = (candidate) => {
  const { present } = candidate;
  const isNew = comesFrom(candidate, "create");
  if (!isNew || !present.has("ingress") || present.has("sockShop")) return [];
  return [
    {
      path: "sockShop",
      allowed: "present, if a new cluster has an ingress: sock-shop-ingress routes to the shop",
      mends: [30001, 30002].map((to) => [{ set: ["sockShop", "nodePort"], to }]),
    },
  ];
};

const nodePortBelongsToItsType: Rule = ({ sections }) => {
  const jenkins = sections.jenkins;
  if (jenkins?.nodePort === undefined || jenkins.service === undefined) return [];
  if (jenkins.service === "NodePort") return [];
  return [
    {
      path: "jenkins.nodePort",
      value: jenkins.nodePort,
      allowed: `nothing: a service of type ${jenkins.service} gets no node port`,
      mends: [
        [{ remove: ["jenkins", "nodePort"] }],
        [{ set: ["jenkins", "service"], to: "NodePort" }],
      ],
      isChoice: true,
    },
  ];
};

const nodePortsDiffer: Rule = ({ sections }) => {
  const { jenkins, sockShop } = sections;
  if (jenkins?.service !== "NodePort") return [];
  // A port that is not valid is there, and undefined; one that is not set is not there.
  const port = "nodePort" in jenkins ? jenkins.nodePort : DEFAULT_NODE_PORT;
  if (port === undefined || port !== sockShop?.nodePort) return [];
  const to = port === 32000 ? 32001 : 32000;
  return [
    {
      path: "jenkins.nodePort",
      value: port,
      allowed: `another port than sockShop.nodePort (${sockShop.nodePort})`,
      mends: [[{ set: ["jenkins", "nodePort"], to }]],
    },
  ];
};

/** The entries of `allowedCidrs`, written as a list or as a single text. */
function cidrEntries({ values, valueOf }: Candidate): (CidrEntry & { cidr: string })[] {
  const cidrs = values.allowedCidrs ?? [];
  const isList = Array.isArray(valueOf("allowedCidrs"));
  return cidrs.map((cidr, i) => ({
    cidr,
    path: `allowedCidrs[${i}]`,
    replaceBy: (to) => [{ set: isList ? ["allowedCidrs", i] : ["allowedCidrs"], to }],
    remove: [{ remove: isList && cidrs.length > 1 ? ["allowedCidrs", i] : ["allowedCidrs"] }],
  }));
}

const validAllowedCidrs: Rule = (candidate) => {
  const { values, sections, present } = candidate;
  const cidrs = values.allowedCidrs;
  const isLocal = comesFrom(candidate, "kubeconfig");
  if (cidrs) {
    const mustBePublic =
      !isLocal && (comesFrom(candidate, "create") || comesFrom(candidate, "stack"));
    const options = { allowWorld: values.allowWorld ?? false, mustBePublic };
    const findings = cidrEntries(candidate).map(
      (entry, i) =>
        checkCidr(entry, entry.cidr, options) ?? repeated(entry, cidrs.indexOf(entry.cidr), i),
    );
    return findings.filter((finding) => finding !== undefined);
  }
  const isExposed = isLocal && sections.jenkins?.service === "LoadBalancer";
  if (!isExposed || present.has("allowedCidrs")) return [];
  return [
    {
      path: "allowedCidrs",
      allowed:
        "the blocks that may reach a load balancer outside EKS, such as kind's network: your address there cannot be looked up",
      mends: [[{ set: ["allowedCidrs", 0], to: "172.18.0.0/16" }]],
    },
  ];
};

function repeated(
  { path, remove, cidr }: CidrEntry & { cidr: string },
  first: number,
  i: number,
): Finding | undefined {
  if (first === i) return undefined;
  const allowed = `each block once: allowedCidrs[${first}] is the same, and AWS refuses a second rule for it`;
  return { path, value: cidr, allowed, mends: [remove] };
}

const kubeconfigIsThere: Rule = ({ sections }) => {
  const finding = checkKubeconfig(sections.cluster?.kubeconfig ?? {});
  return finding ? [finding] : [];
};

/** Node port of Jenkins if none is set. */
export const DEFAULT_NODE_PORT = 32000;

const RULES: readonly Rule[] = [
  clusterHasOneSource,
  clusterIsNotItself,
  nodesAreInOrder,
  nodesHoldThePods,
  regionIsKnown,
  kubeconfigIsThere,
  requiresEks,
  ingressHasAShop,
  nodePortBelongsToItsType,
  nodePortsDiffer,
  validAllowedCidrs,
];

/** All combinations of settings that are not allowed. */
export function validateCombinations(candidate: Candidate, context: StackContext): Finding[] {
  return RULES.flatMap((rule) => rule(candidate, context));
}
