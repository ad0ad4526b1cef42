/**
 * The settings of a stack as its file may write them: names, types, allowed values, defaults.
 * Rules that join several settings are in `rules.ts`.
 */
import { z } from "zod";
import { AutoscalerPermissions, IngressController, JenkinsServiceType } from "../components";
import { DEFAULT_KUBERNETES, INSTANCE_TYPES, KUBERNETES } from "../components/catalog";
import { nearestName } from "./nearest-name";

/** Help for a value that is not allowed. */
export interface LeafHelp {
  readonly allowed: string;
  /** A value that is allowed, for the command that mends it. */
  readonly example: unknown;
  /** The allowed value that was probably meant; undefined if none is near. */
  readonly suggest?: (value: unknown) => unknown;
  /** Whether the setting is better removed than given the example. */
  readonly isBestRemoved?: boolean;
}

function leaf<T>(test: (value: unknown) => boolean, help: LeafHelp) {
  return z.custom<T>(test, { params: { ...help } });
}

function wholeNumber(min: number, max: number, example: number) {
  return leaf<number>((v) => Number.isInteger(v) && (v as number) >= min && (v as number) <= max, {
    allowed: `a whole number from ${min} to ${max}`,
    example,
    suggest: (value) => {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      const isAllowed =
        Number.isInteger(number) && (number as number) >= min && (number as number) <= max;
      return isAllowed ? number : undefined;
    },
  });
}

function choice<const T extends string>(
  values: readonly T[],
  example: T = values[0]!,
  allowed = values.join(", "),
) {
  return leaf<T>((v) => values.includes(v as T), {
    allowed,
    example,
    suggest: (value) =>
      typeof value === "string" || typeof value === "number"
        ? nearestName(String(value), values)
        : undefined,
  });
}

/** @param repair turns a text into one that is probably meant, and may be allowed */
function text(
  pattern: RegExp,
  allowed: string,
  example: string,
  repair: (value: string) => string = (value) => value,
) {
  return leaf<string>((v) => typeof v === "string" && pattern.test(v), {
    allowed,
    example,
    suggest: (value) => {
      if (typeof value !== "string" && typeof value !== "number") return undefined;
      const repaired = repair(String(value));
      return pattern.test(repaired) ? repaired : undefined;
    },
  });
}

const asLabel = (value: string): string =>
  value
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");

const asTagValue = (value: string): string =>
  value
    .trim()
    .replaceAll(/[^\p{L}\p{N} +\-._:/@]+/gu, "-")
    .replace(/^-+/, "");

/** Longest `name`: a namespace has at most 63 characters, and ours ends in `-bc-svc`. */
export const MAX_NAME = 63 - "-bc-svc".length;

// A load balancer's tags are written as one annotation, k=v,k=v: neither sign may be in a value.
const TAG_VALUE = /^[\p{L}\p{N} +\-._:/@]{1,128}$/u;
const TAG_RULE = "1 to 128 letters, digits, spaces and + - . _ : / @";

const NodePort = wholeNumber(30000, 32767, 32000);

const Nodes = z.strictObject({
  /** EC2 instance type of the nodes. @default t3.large */
  instanceType: choice(Object.keys(INSTANCE_TYPES), "t3.large").default("t3.large"),
  /** Fewest nodes that the autoscaler may leave. @default 2 */
  minSize: wholeNumber(1, 100, 2).default(2),
  /** Nodes to begin with; the autoscaler changes it afterwards. @default 3 */
  desiredSize: wholeNumber(1, 100, 3).default(3),
  /** Most nodes. @default 4 */
  maxSize: wholeNumber(1, 100, 4).default(4),
  /** Root volume of each node, in GiB (gp3, encrypted). @default 30 */
  diskSizeGiB: wholeNumber(20, 1000, 30).default(30),
  /**
   * Release of the EKS-optimised AL2023 AMI. Without one, the newest at the group's creation is
   * taken and kept; with one, changing it rolls the nodes.
   */
  amiRelease: text(/^v\d{8}$/, "a release such as v20261101", "v20261101", (value) =>
    value.startsWith("v") ? value : `v${value}`,
  ).optional(),
});

const Create = z.strictObject({
  /** Minor version of Kubernetes, of the cluster and of its nodes' AMI. @default newest known */
  kubernetesVersion: choice(
    Object.keys(KUBERNETES),
    DEFAULT_KUBERNETES,
    // Without quotes YAML reads a number: 1.36 is refused where 1.36 seems to be allowed.
    `${Object.keys(KUBERNETES).join(", ")} (as text: in quotes)`,
  ).default(DEFAULT_KUBERNETES),
  /** Availability zones to spread over; EKS wants two at least. @default 2 */
  zones: wholeNumber(2, 4, 2).default(2),
  nodes: Nodes.prefault({}),
});

const Kubeconfig = z.strictObject({
  /** The file. @default ~/.kube/config */
  path: text(/\S/, "the path of a kubeconfig file", "~/.kube/config").default("~/.kube/config"),
  /** The context in it, named so that nobody deploys to whichever happens to be current. */
  context: text(/\S/, "the name of a context: kubectl config get-contexts -o name", "kind-kind"),
});

const Cluster = z.strictObject({
  /** Create an EKS cluster with its network. */
  create: Create.optional(),
  /** Use the cluster of another stack of this project. */
  stack: text(
    /^([\w.-]+\/[\w.-]+\/)?[\w.-]+$/,
    "the name of another stack, or organization/project/stack",
    "exercise-cluster",
  ).optional(),
  /** Use a cluster that exists: kind, minikube, k3d, any. Needs no AWS. */
  kubeconfig: Kubeconfig.optional(),
});

/** The sections of a stack file. Each one that is present composes its component. */
export const SECTIONS = {
  cluster: Cluster,
  sockShop: z.strictObject({
    /** Node port of the shop's front page. @default 30001 */
    nodePort: wholeNumber(30000, 32767, 30001).default(30001),
  }),
  autoscaler: z.strictObject({
    /**
     * How the autoscaler gets its rights: `irsa` (a role for its service account), `podIdentity`
     * (the same by EKS Pod Identity), `nodeRole` (the chapter's shortcut: every pod gets them).
     * @default irsa
     */
    permissions: choice(Object.values(AutoscalerPermissions)).default("irsa"),
  }),
  jenkins: z.strictObject({
    /** Type of the service in front of Jenkins; `none` removes the service only. @default ClusterIP */
    service: choice(Object.values(JenkinsServiceType)).default("ClusterIP"),
    /** Port on each node, for a service of type NodePort. @default 32000 */
    nodePort: NodePort.optional(),
  }),
  ingress: z.strictObject({
    /**
     * The ingress controller: `nginx` (F5's, maintained), `ingress-nginx` (the community's, which
     * the chapter links: retired in March 2026), `alb` (AWS Load Balancer Controller).
     * @default nginx
     */
    controller: choice(Object.values(IngressController)).default("nginx"),
  }),
};

/** The values that stand beside the sections. */
export const VALUES = {
  /** Your name: the Jenkins namespace is `<name>-bc-svc`, the cluster `<name>-<stack>`. */
  name: text(
    new RegExp(`^(?=.{1,${MAX_NAME}}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$`),
    `a DNS label of at most ${MAX_NAME} characters: a-z, 0-9 and -, with a letter or digit at both ends`,
    "student",
    asLabel,
  ),
  /** Value of the tag Owner. @default the name */
  owner: text(TAG_VALUE, TAG_RULE, "student", asTagValue).optional(),
  /** Value of the tag CostCenter. @default bootcamp */
  costCenter: text(TAG_VALUE, TAG_RULE, "bootcamp", asTagValue).default("bootcamp"),
  /** Who may reach what the stack opens. @default your own address, found out at run time */
  allowedCidrs: leaf<string[]>(
    (v) => Array.isArray(v) && v.length > 0 && v.every((c) => typeof c === "string"),
    {
      allowed: "a list of IPv4 CIDR blocks, such as 203.0.113.7/32",
      example: ["172.18.0.0/16"],
      isBestRemoved: true,
    },
  ).optional(),
  /** Says that blocks as wide as 0.0.0.0/0 are meant. @default false */
  allowWorld: leaf<boolean>((v) => typeof v === "boolean", {
    allowed: "true, false",
    example: false,
    suggest: (value) => /^(true|yes|on|1)$/i.test(String(value)),
  }).default(false),
};

export type SectionName = keyof typeof SECTIONS;
export type ValueName = keyof typeof VALUES;
export type Sections = { [K in SectionName]?: z.output<(typeof SECTIONS)[K]> };
export type Values = { [K in ValueName]: z.output<(typeof VALUES)[K]> };
export type CreateSettings = z.output<typeof Create>;
