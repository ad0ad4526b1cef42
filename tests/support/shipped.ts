/** Runs the shipped stacks once, each from its own file, in the chapter's order. */
import assert from "node:assert/strict";
import { join } from "node:path";
import program = require("../../index");
import { SimulatedCloud } from "../../tools/cloud";
import type { StackState } from "../../tools/rehearse/records";
import { run } from "../../tools/rehearse/run";
import { stackConfig, stackNames } from "../../tools/shared/stack-files";
import { Run, type TypeName } from "./harness";

/** The project's directory. */
export const DIRECTORY = join(__dirname, "..", "..");

let shipped: Promise<Map<string, Run>> | undefined;

/** All shipped stacks by name; exercises 2 to 6 use the cluster of exercise 1. */
export function shippedStacks(): Promise<Map<string, Run>> {
  shipped ??= shipAll();
  return shipped;
}

/** Runs the stacks before the tests of a file. @returns a function that finds one by name */
export function useShippedStacks(): (stack: string) => Run {
  let runs: Map<string, Run> | undefined;
  before(async () => {
    runs = await shippedStacks();
  });
  return (stack) => {
    const run = runs?.get(stack);
    assert.ok(run, `the stack ${stack} is shipped`);
    return run;
  };
}

async function shipAll(): Promise<Map<string, Run>> {
  const cloud = new SimulatedCloud();
  const stacks = new Map<string, StackState>();
  const runs = new Map<string, Run>();
  for (const stack of stackNames(DIRECTORY)) {
    const { config } = stackConfig(DIRECTORY, stack);
    const around = {
      organization: "organization",
      project: "eks-exercises",
      program,
      cloud,
      stacks,
    };
    const result = await run({ ...around, stack, config });
    assert.deepEqual(result.errors, []);
    // The others are not up at the same time: exercises 3 to 5 are one namespace and pod.
    if (stack === "exercise-cluster") {
      stacks.set(`organization/eks-exercises/${stack}`, result.state);
    }
    runs.set(stack, new Run(result));
  }
  return runs;
}

/** Asserts that a run has no resource of a type. */
export function assertNone(run: Run, type: TypeName): void {
  const names = run.all(type).map(({ name }) => name);
  assert.deepEqual(names, [], `no ${type}`);
}
