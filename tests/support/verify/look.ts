/** Runs one check at a time, in process, on a test's cluster. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Failed, Result } from "../../../tools/verify/result";
import { Budget } from "../../../tools/shared/deadline";
import { prepare, type Prepared } from "../../../tools/verify/run";
import { DIRECTORY } from "../shipped";

const directory = mkdtempSync(join(tmpdir(), "eks-exercises-verify-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));

let files = 0;

/** A file of its own for a test. @returns its path */
export function fileOf(content: string, name = "file"): string {
  const path = join(directory, `${files++}-${name}`);
  writeFileSync(path, content);
  return path;
}

/** Sections of a stack file. */
export type Sections = Readonly<Record<string, unknown>>;

/** Who may reach what is opened, in all tests: an address of the documentation's. */
export const ME = "203.0.113.7/32";

/** A stack file. @returns its path */
export function stackFile(sections: Sections): string {
  const config = Object.entries({ allowedCidrs: [ME], ...sections }).map(
    ([key, value]) => [`eks-exercises:${key}`, value] as const,
  );
  return fileOf(stringify({ config: Object.fromEntries(config) }), "Pulumi.test.yaml");
}

/** A stack on a cluster from a kubeconfig. */
export function onKind(kubeconfig: string, sections: Sections): Sections {
  return { cluster: { kubeconfig: { path: kubeconfig, context: "live" } }, ...sections };
}

/** The name of the cluster that a stack called "test" creates. */
export const CLUSTER = "student-test";

/** A kubeconfig of the live cluster that names it as `aws eks update-kubeconfig` would. */
export function namedAsEks(kubeconfig: string, cluster = CLUSTER): string {
  const config = JSON.parse(readFileSync(kubeconfig, "utf8")) as {
    clusters: { name: string }[];
    contexts: { name: string; context: { cluster: string } }[];
    "current-context": string;
  };
  const arn = `arn:aws:eks:us-east-1:123456789012:cluster/${cluster}`;
  config.clusters[0]!.name = arn;
  config.contexts[0]!.context.cluster = arn;
  config.contexts[0]!.name = arn;
  config["current-context"] = arn;
  return fileOf(JSON.stringify(config), "kubeconfig");
}

/** Options of a check's run. */
export interface Looking {
  readonly sections: Sections;
  readonly kubeconfig?: string;
  /** Seconds of the whole. @default 60 */
  readonly seconds?: number;
  readonly waitForScaleDown?: boolean;
  /** @default 0 */
  readonly steadySeconds?: number;
}

/** A stack, prepared, with the time that its checks have. */
async function prepareStack(looking: Looking): Promise<{ stack: Prepared; budget: Budget }> {
  const { sections, kubeconfig, seconds = 60 } = looking;
  const { waitForScaleDown = false, steadySeconds = 0 } = looking;
  const budget = new Budget(seconds);
  const options = {
    directory: DIRECTORY,
    config: stackFile(sections),
    waitForScaleDown,
    steadySeconds,
  };
  const stack = await prepare("test", { ...options, ...(kubeconfig && { kubeconfig }) }, budget);
  assert.equal(stack.problem, undefined, stack.problem?.why);
  return { stack, budget };
}

/** Runs a check, once or until its result is final. */
async function resultOf(id: string, looking: Looking, settle = false): Promise<Result> {
  const { stack, budget } = await prepareStack(looking);
  const check = stack.checks.find((each) => each.id === id);
  assert.ok(check, `no check ${id}; there are ${stack.checks.map((each) => each.id).join(", ")}`);
  try {
    return settle ? (await stack.judge(check, () => undefined)).result : await stack.look(check);
  } finally {
    budget.close();
  }
}

/** The checks that tests of this process have judged, by how it ended. */
export const judged = { passed: new Set<string>(), failed: new Set<string>() };

/** Asserts that a check passes, and what it observed. */
export async function passes(id: string, looking: Looking, seen: RegExp): Promise<void> {
  const result = await resultOf(id, looking, true);
  assert.equal(result.status, "passed", JSON.stringify(result, null, 2));
  assert.match((result as { seen: string }).seen, seen);
  judged.passed.add(id);
}

/** The failure that a check ends with, when there is nothing more to wait for. */
export async function finalFailure(id: string, looking: Looking): Promise<Failed> {
  const result = await resultOf(id, looking, true);
  assert.equal(result.status, "failed", JSON.stringify(result, null, 2));
  judged.failed.add(id);
  return result;
}

/** Expected texts of a failure; `waits`: the check may still pass. */
export interface Told {
  readonly seen: RegExp;
  readonly likelyCause: RegExp;
  readonly lookCloser: RegExp;
  readonly expected?: RegExp;
  readonly waits?: boolean;
}

/** Asserts that a check fails, and the text of the failure. KWOK needs a moment for some. */
export async function fails(id: string, looking: Looking, told: Told): Promise<Failed> {
  let result = await resultOf(id, looking);
  const end = Date.now() + 20_000;
  const isIt = (): boolean => result.status === "failed" && told.seen.test(result.seen);
  while (!isIt() && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    result = await resultOf(id, looking);
  }
  assert.equal(result.status, "failed", JSON.stringify(result, null, 2));
  judged.failed.add(id);
  const failure = result;
  for (const key of ["expected", "seen", "likelyCause", "lookCloser"] as const) {
    assert.match(failure[key], told[key] ?? /./, `${key}: ${failure[key]}`);
  }
  assert.equal(
    failure.pendingReason !== undefined,
    told.waits ?? false,
    `pendingReason: ${failure.pendingReason}`,
  );
  return failure;
}

/** Asserts that a check could not be made, and why. */
export async function isUnknown(id: string, looking: Looking, why: RegExp): Promise<void> {
  const result = await resultOf(id, looking);
  assert.equal(result.status, "unknown", JSON.stringify(result, null, 2));
  assert.match((result as { why: string }).why, why);
}
