/** What the guide's figures and blocks are made from: the rehearsed stacks, each once. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import program = require("../../index");
import type { RecordedResource } from "../rehearse/records";
import { Rehearsals, type Rehearsal } from "../rehearse/rehearse";
import { stackNames } from "../shared/stack-files";
import { PROJECT } from "./markdown";

/** The rehearsed stacks. */
export class Facts {
  private constructor(
    private readonly stacks: ReadonlyMap<string, Rehearsal>,
    /** The autoscaler's stack with its rights on the nodes' role: the chapter's shortcut. */
    readonly nodeRole: Rehearsal,
    /** The ingress's stack with the AWS Load Balancer Controller. */
    readonly alb: Rehearsal,
  ) {}

  /** Rehearses all stacks, and the variants that the guide speaks of. */
  static async gather(): Promise<Facts> {
    const rehearsals = new Rehearsals(PROJECT, program);
    const stacks = new Map<string, Rehearsal>();
    for (const stack of stackNames(PROJECT)) stacks.set(stack, await rehearsals.rehearse(stack));
    const nodeRole = ["permissions: irsa", "permissions: nodeRole"] as const;
    const alb = ["controller: nginx", "controller: alb"] as const;
    return new Facts(
      stacks,
      await rehearseEdited("exercise-autoscaler", ...nodeRole),
      await rehearseEdited("exercise-ingress", ...alb),
    );
  }

  get names(): string[] {
    return [...this.stacks.keys()];
  }

  stack(name: string): Rehearsal {
    const found = this.stacks.get(name);
    if (!found) throw new Error(`There is no stack ${name}. Known: ${this.names.join(", ")}`);
    return found;
  }

  /** The resource of a stack by its logical name, and its type where two share the name. */
  resource(stack: string, name: string, type = ""): RecordedResource {
    const found = this.stack(stack).resources.filter(
      (r) => r.name === name && r.type.includes(type),
    );
    if (found.length !== 1) throw new Error(`${found.length} resources ${name} in ${stack}`);
    return found[0]!;
  }

  /** What a component of a stack is made of, at any depth, itself left out. */
  within(stack: string, component: string): RecordedResource[] {
    const { resources } = this.stack(stack);
    const { urn } = this.resource(stack, component, ":components:");
    const isWithin = ({ parent }: RecordedResource): boolean =>
      parent === urn || resources.some((other) => other.urn === parent && isWithin(other));
    return resources.filter(isWithin);
  }

  /** What a stack costs a day, as it is written: two digits. */
  day(stack: string): string {
    return (this.stack(stack).cost.perHour * 24).toFixed(2);
  }

  /** Everything that the stacks register, as text: names, inputs, outputs. */
  get text(): string {
    return JSON.stringify([...this.stacks.values(), this.nodeRole, this.alb]);
  }
}

/** A stack as a reader has it who edits its file, beside the shipped cluster. */
async function rehearseEdited(stack: string, from: string, to: string): Promise<Rehearsal> {
  const directory = mkdtempSync(join(tmpdir(), "guide-"));
  try {
    for (const file of ["Pulumi.yaml", "Pulumi.exercise-cluster.yaml", `Pulumi.${stack}.yaml`]) {
      const text = readFileSync(join(PROJECT, file), "utf8");
      writeFileSync(join(directory, file), text.replace(from, to));
    }
    return await new Rehearsals(directory, program).rehearse(stack);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
