/**
 * Every figure that the guide writes in a sentence: computed from the program, or from a source that
 * the page links, or what the chapter says, or an estimate. A number that none of these explains
 * fails the tests.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { amiParameter } from "../../components/node-user-data";
import { PRICES } from "../cloud/prices";
import {
  DEFAULT_KUBERNETES,
  INSTANCE_TYPES,
  JENKINS,
  KUBERNETES,
  SOCK_SHOP,
} from "../../components/catalog";
import { SECTIONS, type LeafHelp } from "../../settings/schema";
import type { Facts } from "./facts";
import { PROJECT } from "./markdown";

/** A figure as the guide writes it. */
export interface Figure {
  /** The words around it, so that the same number elsewhere is not taken for it. */
  readonly phrase: string;
  /** Whether the phrase is all that its paragraph or cell says. */
  readonly isWhole?: boolean;
  /**
   * Where it is from: computed; an address that the page links; words of the chapter; an estimate;
   * a note of what was once run.
   */
  readonly from: "program" | "chapter" | "estimate" | "note" | `https://${string}`;
}

/** All figures of the guide. */
export function figures(facts: Facts): Figure[] {
  return [
    ...fromProgram(facts).map((phrase): Figure => ({ phrase, from: "program" })),
    ...cells(facts).map((phrase): Figure => ({ phrase, from: "program", isWhole: true })),
    ...FROM_SOURCES.map(([phrase, from]): Figure => ({ phrase, from })),
    ...FROM_CHAPTER.map((phrase): Figure => ({ phrase, from: "chapter" })),
    ...ESTIMATES.map((phrase): Figure => ({ phrase, from: "estimate" })),
    ...NOTES.map((phrase): Figure => ({ phrase, from: "note" })),
  ];
}

interface PackageFile {
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

/** A number deep within a resource's inputs. */
function input(facts: Facts, name: string, path: string, type?: string): number {
  const value = path
    .split(".")
    .reduce<unknown>(
      (within, step) => (within as Record<string, unknown>)[step],
      facts.resource("exercise-cluster", name, type).inputs,
    );
  if (typeof value !== "number") throw new Error(`${name}.${path} is no number`);
  return value;
}

/** The node ports that the settings allow, in their words: `30000 to 32767`. */
function nodePorts(): string {
  const problem = SECTIONS.jenkins.safeParse({ nodePort: 1 }).error?.issues[0];
  const { allowed } = (problem as unknown as { params: LeafHelp }).params;
  return allowed.replace("a whole number from ", "");
}

function fromProgram(facts: Facts): string[] {
  const cluster = "exercise-cluster";
  const create = SECTIONS.cluster.parse({ create: {} }).create!;
  const { instanceType, minSize, desiredSize, maxSize, diskSizeGiB } = create.nodes;
  const { engines, dependencies } = JSON.parse(
    readFileSync(join(PROJECT, "package.json"), "utf8"),
  ) as PackageFile;
  const shop = Object.keys(SOCK_SHOP).length;
  const processors = desiredSize * INSTANCE_TYPES[instanceType]!.vcpu;
  const controlPlane = PRICES.controlPlane.toFixed(2);
  const share = Math.round((100 * PRICES.controlPlane) / facts.stack(cluster).cost.perHour);
  const hops = input(
    facts,
    `cluster-nodes-${create.kubernetesVersion.replace(".", "-")}`,
    "metadataOptions.httpPutResponseHopLimit",
  );
  const keyDays = input(facts, "cluster-secrets", "deletionWindowInDays");
  return [
    `$${facts.day(cluster)} a day`,
    `$${facts.day("exercise-loadbalancer")} a day for each service`,
    `$${facts.day("exercise-ingress")} a day for all of them`,
    `$${controlPlane} an hour`,
    `instead of $${controlPlane}`,
    `${share}% of what exercise 1 costs`,
    `${facts.within(cluster, "cluster").length} resources of the component`,
    `node group of ${minSize}/${desiredSize}/${maxSize}`,
    `${minSize} nodes at least, ${desiredSize} to begin with, ${maxSize} at most`,
    `${desiredSize} nodes to ${minSize}`,
    `the group's minimum, ${minSize}`,
    `setting it back to ${desiredSize}`,
    `It stays at ${desiredSize} long`,
    `keep the cluster at ${desiredSize}`,
    `To have ${desiredSize} again`,
    `in each of ${create.zones} zones`,
    `${instanceType}, ${minSize}, ${desiredSize}, ${maxSize}, ${diskSizeGiB}, newest`,
    `the AMI of Kubernetes ${DEFAULT_KUBERNETES}`,
    `${KUBERNETES[DEFAULT_KUBERNETES]!.clusterAutoscaler} for Kubernetes ${DEFAULT_KUBERNETES}`,
    Object.keys(KUBERNETES).join(", "),
    `${shop} Deployments and ${shop} Services`,
    `${shop} deployments available`,
    `SockShop's ${shop} parts`,
    `has addresses for ${INSTANCE_TYPES["t3.medium"]!.maxPods} pods`,
    `are ${processors} virtual processors`,
    `${JENKINS.memoryMiB} MiB`,
    `hop limit of ${hops} and a token required`,
    `stays ${keyDays} days longer`,
    `there for ${keyDays} days more`,
    `kept, for ${input(facts, "cluster-logs", "retentionInDays")} days`,
    nodePorts(),
    "Jenkins at port 32000 of each node",
    "http://localhost:8080",
    "port 80. It names no host",
    `as of ${PRICES.date}`,
    `Node.js ${engines.node.replace(">=", "")} or later`,
    `Pulumi ${dependencies["@pulumi/pulumi"]!.split(".").slice(0, 2).join(".")}`,
    `a real Kubernetes control plane (${controlPlaneOfTests().kubernetes}`,
    `Go ${controlPlaneOfTests().go}`,
    amiParameter(DEFAULT_KUBERNETES).includes("amazon-linux-2023") ? "Amazon Linux 2023" : "",
  ].filter(Boolean);
}

/** The minor versions of Kubernetes that the tests build, and of the Go that builds it. */
function controlPlaneOfTests(): { go: string; kubernetes: string } {
  const module = readFileSync(join(PROJECT, "tests/real/control-plane/go.mod"), "utf8");
  const go = /^go (\d+\.\d+)/m.exec(module)?.[1] ?? "";
  return { go, kubernetes: /k8s\.io\/kubernetes v(\d+\.\d+)/.exec(module)?.[1] ?? "" };
}

/** Cells of the README's tables that hold a figure and nothing else. */
function cells(facts: Facts): string[] {
  const create = SECTIONS.cluster.parse({ create: {} }).create!;
  return [
    ...facts.names.map((name) => facts.day(name)),
    create.kubernetesVersion,
    `${create.zones}`,
    "2 to 4",
    `${SECTIONS.sockShop.parse({}).nodePort}`,
    "32000",
  ];
}

const LIFECYCLE = "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html";
const PRICING = "https://aws.amazon.com/eks/pricing/";
const TEMPLATES = "https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html";
const LOOP = "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md";
const AL2 = "https://github.com/awslabs/amazon-eks-ami/issues/2545";
const HOP_REPORT = "https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3695";
const RETIREMENT = "https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/";

const FROM_SOURCES: readonly (readonly [string, `https://${string}`])[] = [
  ["every 14 months at least", LIFECYCLE],
  ["after 14 months", LIFECYCLE],
  ["for 14 months, then for 12 months more", LIFECYCLE],
  ["$0.60", PRICING],
  ["subnets in 2 zones", "https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"],
  ["hop limit of 2, from any pod. EKS sets 2", TEMPLATES],
  ["have been seen with 1", HOP_REPORT],
  ["Amazon Linux 2 ended on 2025-11-26", AL2],
  ["those of 2023", AL2],
  ["Every 10 seconds", LOOP],
  ["After 10 minutes", LOOP],
  ["Some 10 minutes", LOOP],
  ["more than 10 if", LOOP],
  ["after 10 minutes", LOOP],
  [
    "within 7 days",
    "https://docs.aws.amazon.com/eks/latest/best-practices/rollback-cluster-upgrades.html",
  ],
  ["5 VPCs", "https://docs.aws.amazon.com/general/latest/gr/vpc-service.html"],
  ["no Docker since 1.24", "https://kubernetes.io/blog/2022/02/17/dockershim-faq/"],
  ["Kubernetes 1.22", "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"],
  [
    "of 1.18",
    "https://kubernetes.io/blog/2020/04/02/improvements-to-the-ingress-api-in-kubernetes-1.18/",
  ],
  ["the 12 of F5's chart", "https://github.com/nginx/kubernetes-ingress"],
  ["the 7 of the AWS Load Balancer", "https://github.com/aws/eks-charts"],
  ["again after 5 minutes", LOOP],
  ["On Kubernetes 1.34 the line", LOOP],
  ["From Kubernetes 1.34 on", LOOP],
  ["retired in March 2026", RETIREMENT],
  ["Retired in March 2026", RETIREMENT],
];

const FROM_CHAPTER: readonly string[] = [
  "allows traffic to port 32000",
  "A node goes after 10 minutes",
  "Unneeded for 10m",
  "from 1.19 on",
  "your version is 1.19 or later",
];

const ESTIMATES: readonly string[] = ["about 20 minutes", "15 minutes that EKS takes"];

/** Numbers that count nothing: exit codes, sizes of blocks, names, and what was once run. */
const NOTES: readonly string[] = [
  "exits with 1",
  "exits with 0 if all passed, 1 if something failed, 2 if nothing failed",
  "the AWS CLI (version 2)",
  "wider than /8",
  "Apache-2.0",
  "AGPL-3.0",
  "Node.js 20, 22 and 24",
  "1 cluster · 2 autoscaler · 3 ClusterIP · 4 NodePort · 5 LoadBalancer · 6 Ingress",
];
