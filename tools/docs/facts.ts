/** What the docs say about the program, asked from the program: its stacks, each rehearsed once, and its pins. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import program = require("../../index");
import {
  DEFAULT_KUBERNETES,
  INSTANCE_TYPES,
  JENKINS,
  KUBERNETES,
  SOCK_SHOP,
} from "../../components/catalog";
import { RULES } from "../../policies/analyser";
import { SECTIONS } from "../../settings/schema";
import { HOURS_PER_MONTH, PRICES } from "../cloud/prices";
import type { RecordedResource } from "../rehearse/records";
import type { Rehearsal } from "../rehearse/rehearse";
import { Rehearsals } from "../rehearse/rehearse";
import { rehearseWith, withPermissions } from "../report";
import { compare, type Comparison } from "../report/permissions/compare";
import { isExercise, stackNames } from "../shared/stack-files";
import { PROJECT } from "./markdown";

const CLUSTER = "exercise-cluster";
const AUTOSCALER = "exercise-autoscaler";

/** The rehearsed stacks. */
export class Facts {
  private constructor(
    private readonly stacks: ReadonlyMap<string, Rehearsal>,
    /** The autoscaler's stack with the chapter's shortcut: its policy on the node role. */
    readonly nodeRole: Rehearsal,
    /** The shortcut and IRSA, side by side. */
    readonly comparison: Comparison,
    /** All names, inputs and outputs that the stacks register, as text. */
    readonly text: string,
  ) {}

  /** Rehearses all stacks, and the variants that the docs describe. */
  static async gather(): Promise<Facts> {
    const project = { directory: PROJECT, program };
    const all = new Rehearsals(PROJECT, program);
    const stacks = new Map<string, Rehearsal>();
    for (const stack of stackNames(PROJECT)) stacks.set(stack, await all.rehearse(stack));
    const shortcut = await rehearseWith(
      AUTOSCALER,
      "autoscaler",
      { permissions: "nodeRole" },
      project,
    );
    const alb = await rehearseWith("exercise-ingress", "ingress", { controller: "alb" }, project);
    const comparison = compare(
      await withPermissions(AUTOSCALER, "nodeRole", project),
      await withPermissions(AUTOSCALER, "irsa", project),
    );
    const text = JSON.stringify([...stacks.values(), shortcut.rehearsal, alb.rehearsal]);
    return new Facts(stacks, shortcut.rehearsal, comparison, text);
  }

  get names(): string[] {
    return [...this.stacks.keys()];
  }

  stack(name: string): Rehearsal {
    const found = this.stacks.get(name);
    if (!found) throw new Error(`There is no stack ${name}. Known: ${this.names.join(", ")}`);
    return found;
  }

  /** A resource of a stack by its logical name. */
  resource(stack: string, name: string): RecordedResource {
    const found = this.stack(stack).resources.filter((resource) => resource.name === name);
    if (found.length !== 1) throw new Error(`${found.length} resources ${name} in ${stack}`);
    return found[0]!;
  }

  /** What a stack costs an hour in USD; `chapter` is all exercises together. */
  perHour(stack: string): number {
    const stacks = stack === "chapter" ? this.names.filter(isExercise) : [stack];
    return stacks.reduce((sum, name) => sum + this.stack(name).cost.perHour, 0);
  }

  /** The value of a fact, by its name and argument, such as `day exercise-cluster`. */
  value(query: string): string {
    const [name = "", argument = ""] = query.trim().split(" ");
    const fact = FACTS[name];
    if (!fact) throw new Error(`There is no fact ${name}. Known: ${Object.keys(FACTS).join(", ")}`);
    return String(fact(this, argument));
  }

  /** How many resources are below a component, at any depth. */
  countWithin(stack: string, component: string): number {
    const { resources } = this.stack(stack);
    const root = resources.find(
      (r) => r.name === component && r.type.startsWith("eks-exercises-components:"),
    );
    const isWithin = ({ parent }: RecordedResource): boolean =>
      parent !== undefined &&
      (parent === root?.urn || resources.some((r) => r.urn === parent && isWithin(r)));
    return resources.filter(isWithin).length;
  }
}

type Fact = (facts: Facts, argument: string) => string | number;

const CREATE = SECTIONS.cluster.parse({ create: {} }).create!;
const PACKAGE = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
};

/** A number of the cluster's launch template, key or log group. */
function clusterInput(facts: Facts, name: string, ...path: string[]): number {
  const { inputs } = facts.resource(CLUSTER, name);
  const value = path.reduce<unknown>(
    (inner, key) => (inner as Record<string, unknown>)[key],
    inputs,
  );
  if (typeof value !== "number") throw new Error(`${name}.${path.join(".")} is not a number`);
  return value;
}

/** Facts by name. Money is in USD. */
const FACTS: Readonly<Record<string, Fact>> = {
  resources: (facts, stack) => facts.stack(stack).resources.length,
  hour: (facts, stack) => facts.perHour(stack).toFixed(2),
  day: (facts, stack) => (facts.perHour(stack) * 24).toFixed(2),
  month: (facts, stack) => Math.round(facts.perHour(stack) * HOURS_PER_MONTH),
  "control-plane-hour": () => PRICES.controlPlane.toFixed(2),
  "control-plane-share": (facts) =>
    Math.round((100 * PRICES.controlPlane) / facts.perHour(CLUSTER)),
  "price-date": () => PRICES.date,
  "cluster-parts": (facts) => facts.countWithin(CLUSTER, "cluster"),
  nodes: (_, size) => String(CREATE.nodes[size as keyof typeof CREATE.nodes]),
  vcpus: () => CREATE.nodes.desiredSize * INSTANCE_TYPES[CREATE.nodes.instanceType]!.vcpu,
  pods: (_, type) => INSTANCE_TYPES[type]!.maxPods,
  zones: () => CREATE.zones,
  kubernetes: () => DEFAULT_KUBERNETES,
  "kubernetes-versions": () => Object.keys(KUBERNETES).join(", "),
  "autoscaler-image": () => KUBERNETES[DEFAULT_KUBERNETES]!.clusterAutoscaler,
  "shop-parts": () => Object.keys(SOCK_SHOP).length,
  "jenkins-memory": () => `${JENKINS.memoryMiB} MiB`,
  "hop-limit": (facts) =>
    clusterInput(
      facts,
      `cluster-nodes-${CREATE.kubernetesVersion.replace(".", "-")}`,
      "metadataOptions",
      "httpPutResponseHopLimit",
    ),
  "key-days": (facts) => clusterInput(facts, "cluster-secrets", "deletionWindowInDays"),
  "log-days": (facts) => clusterInput(facts, "cluster-logs", "retentionInDays"),
  rules: () => RULES.length,
  node: () => PACKAGE.engines.node.replace(">=", ""),
  pulumi: () => PACKAGE.dependencies["@pulumi/pulumi"]!,
};
