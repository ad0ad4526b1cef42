/** Rules that join several settings; each looks only at what is valid by itself. */
import { fittingTypes, shortage } from "./capacity";
import { checkCidr } from "./cidr";
import { INSTANCE_TYPES } from "./instance-types";
import { kubeconfigProblem } from "./kubeconfig";
import { setCommand, type Problem } from "./problems";
import type { Sections, Values } from "./schema";
import type { Partly } from "./valid-part";

/** What the rules know of the stack besides its settings. */
export interface Surroundings {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  /** Region of AWS, from `aws:region` or the environment. */
  readonly region?: string;
}

/** Settings of which each part is valid by itself or undefined, and the keys that are present. */
export interface Candidate {
  readonly values: Partial<Values>;
  readonly sections: Partly<Sections>;
  readonly present: ReadonlySet<string>;
}

type Rule = (candidate: Candidate, around: Surroundings) => Problem[];

/** Whether the cluster's source is, or is one of, this: also where its value is not valid. */
function comesFrom({ sections }: Candidate, source: "create" | "stack" | "kubeconfig"): boolean {
  return sections.cluster !== undefined && source in sections.cluster;
}

const clusterHasOneSource: Rule = ({ sections, present }, { stack }) => {
  const allowed = "exactly one of create, stack, kubeconfig";
  if (!present.has("cluster")) {
    return [{ path: "cluster", allowed, fix: setCommand("cluster.stack", "exercise-cluster") }];
  }
  if (!sections.cluster) return [];
  const sources = Object.keys(sections.cluster);
  if (sources.length === 1) return [];
  const fix =
    sources.length > 1
      ? `keep one and remove the others from Pulumi.${stack}.yaml`
      : setCommand("cluster.stack", "exercise-cluster");
  return [{ path: "cluster", value: sources, allowed, fix }];
};

const clusterIsNotItself: Rule = ({ sections }, { organization, project, stack }) => {
  const reference = sections.cluster?.stack;
  if (reference !== stack && reference !== `${organization}/${project}/${stack}`) return [];
  const allowed = "the name of another stack: a stack cannot take its cluster from itself";
  const fix = setCommand("cluster.stack", "exercise-cluster");
  return [{ path: "cluster.stack", value: reference, allowed, fix }];
};

const nodesAreInOrder: Rule = ({ sections }) => {
  const nodes = sections.cluster?.create?.nodes;
  if (!nodes) return [];
  const { minSize, desiredSize, maxSize } = nodes;
  if (minSize === undefined || desiredSize === undefined || maxSize === undefined) return [];
  if (minSize <= desiredSize && desiredSize <= maxSize) return [];
  return [
    {
      path: "cluster.create.nodes",
      value: { minSize, desiredSize, maxSize },
      allowed: "minSize <= desiredSize <= maxSize",
      fix: "put them in order; the chapter asks for 2, 3 and 4",
    },
  ];
};

const nodesHoldThePods: Rule = ({ sections }) => {
  const { instanceType, minSize } = sections.cluster?.create?.nodes ?? {};
  const type = instanceType === undefined ? undefined : INSTANCE_TYPES[instanceType];
  if (instanceType === undefined || !type) return [];
  const path = "cluster.create.nodes.instanceType";
  // What holds the pods on one node holds them on however many are meant.
  const fitting = fittingTypes(minSize ?? 1);
  const fix = setCommand(
    path,
    fitting.includes("t3.large") ? "t3.large" : (fitting[0] ?? "larger"),
  );
  if (type.architecture !== "amd64") {
    const allowed = `amd64 types, as SockShop's images are: ${fitting.join(", ")}`;
    return [{ path, value: instanceType, allowed, fix }];
  }
  const reason = minSize === undefined ? undefined : shortage(instanceType, minSize);
  if (!reason) return [];
  const allowed = `types that hold the chapter's pods on minSize nodes (${reason}): ${fitting.join(", ")}`;
  return [{ path, value: instanceType, allowed, fix }];
};

const awsIsThere: Rule = (candidate, { region }) => {
  if (!comesFrom(candidate, "create")) return [];
  const help = {
    path: "aws:region",
    allowed: "a region of AWS, such as us-east-1",
    fix: "pulumi config set aws:region us-east-1",
  };
  if (region === undefined) return [help];
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? [] : [{ ...help, value: region }];
};

const eksIsThereForThoseThatNeedIt: Rule = (candidate) => {
  if (!comesFrom(candidate, "kubeconfig")) return [];
  const { sections, present } = candidate;
  const problems: Problem[] = [];
  if (present.has("autoscaler")) {
    problems.push({
      path: "autoscaler",
      value: sections.autoscaler,
      allowed: "only with a cluster of EKS: it changes the size of an Auto Scaling group",
      fix: "remove autoscaler, or take the cluster from cluster.create or cluster.stack",
    });
  }
  if (sections.ingress?.controller === "alb") {
    problems.push({
      path: "ingress.controller",
      value: "alb",
      allowed: "nginx, ingress-nginx on a cluster that is not of EKS",
      fix: setCommand("ingress.controller", "nginx"),
    });
  }
  return problems;
};

const ingressHasAShop: Rule = (candidate) => {
  const { present } = candidate;
  const isNew = comesFrom(candidate, "create");
  if (!isNew || !present.has("ingress") || present.has("sockShop")) return [];
  return [
    {
      path: "sockShop",
      allowed: "present, where a new cluster has an ingress: sock-shop-ingress routes to the shop",
      fix: setCommand("sockShop.nodePort", 30001),
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
      allowed: `nothing: a service of type ${jenkins.service} is given no node port`,
      fix: `pulumi config rm --path jenkins.nodePort, or: ${setCommand("jenkins.service", "NodePort")}`,
    },
  ];
};

const nodePortsDiffer: Rule = ({ sections }) => {
  const { jenkins, sockShop } = sections;
  if (jenkins?.service !== "NodePort") return [];
  // A port that is not valid is there, and undefined; one that is not set is not there.
  const port = "nodePort" in jenkins ? jenkins.nodePort : DEFAULT_NODE_PORT;
  if (port === undefined || port !== sockShop?.nodePort) return [];
  const allowed = `another port than sockShop.nodePort (${sockShop.nodePort})`;
  const fix = setCommand("jenkins.nodePort", port === 32000 ? 32001 : 32000);
  return [{ path: "jenkins.nodePort", value: port, allowed, fix }];
};

const callersAreNamed: Rule = (candidate) => {
  const { values, sections, present } = candidate;
  const cidrs = values.allowedCidrs;
  const isLocal = comesFrom(candidate, "kubeconfig");
  if (cidrs) {
    const mustBePublic =
      !isLocal && (comesFrom(candidate, "create") || comesFrom(candidate, "stack"));
    const options = { allowWorld: values.allowWorld ?? false, mustBePublic };
    const problems = cidrs.map((cidr, i) => {
      const path = `allowedCidrs[${i}]`;
      return checkCidr(path, cidr, options) ?? repeated(path, cidr, cidrs.indexOf(cidr), i);
    });
    return problems.filter((problem) => problem !== undefined);
  }
  const isExposed = isLocal && sections.jenkins?.service === "LoadBalancer";
  if (!isExposed || present.has("allowedCidrs")) return [];
  return [
    {
      path: "allowedCidrs",
      allowed:
        "the blocks that may reach a load balancer of a cluster that is not EKS: what address you have there cannot be found out",
      fix: "pulumi config set --path 'allowedCidrs[0]' 172.18.0.0/16 (the network of kind, for one)",
    },
  ];
};

function repeated(path: string, value: string, first: number, i: number): Problem | undefined {
  if (first === i) return undefined;
  const allowed = "each block once: AWS refuses a second rule for the same block";
  return { path, value, allowed, fix: `remove it: allowedCidrs[${first}] is the same` };
}

const kubeconfigIsThere: Rule = ({ sections }) => {
  const problem = kubeconfigProblem(sections.cluster?.kubeconfig ?? {});
  return problem ? [problem] : [];
};

/** Node port of Jenkins where none is set. */
export const DEFAULT_NODE_PORT = 32000;

const RULES: readonly Rule[] = [
  clusterHasOneSource,
  clusterIsNotItself,
  nodesAreInOrder,
  nodesHoldThePods,
  awsIsThere,
  kubeconfigIsThere,
  eksIsThereForThoseThatNeedIt,
  ingressHasAShop,
  nodePortBelongsToItsType,
  nodePortsDiffer,
  callersAreNamed,
];

/** Everything that the rules find wrong. */
export function brokenRules(candidate: Candidate, around: Surroundings): Problem[] {
  return RULES.flatMap((rule) => rule(candidate, around));
}
