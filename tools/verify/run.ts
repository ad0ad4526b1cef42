/** Walks the checks of stacks: all at once, each waiting for what may yet become right. */
import { Aws } from "../shared/aws";
import { selectChecks } from "./checks";
import type { Check, Context, SkippedCheck } from "./check";
import { CouldNotCheck } from "../shared/could-not-check";
import type { Result } from "./result";
import { redact, redactAll, firstLine } from "../shared/redact";
import { Connection } from "./connection";
import { pause, within, type Budget } from "../shared/deadline";
import { LiveEks } from "./eks";
import { lookUpMyCidr } from "../../settings/my-ip";
import { SettingsError } from "../../settings/problems";
import { NotUp } from "./pulumi-outputs";
import { readTarget, type Target, type TargetOptions } from "./target";

/** What the command line asks for. */
export interface VerifyOptions extends TargetOptions {
  readonly directory: string;
  readonly waitForScaleDown: boolean;
  readonly steadySeconds: number;
}

/** A check, and what it came to. */
export interface Judged {
  readonly check: Check;
  readonly result: Result;
  readonly seconds: number;
}

/** A stack before its checks: what they are; or why there are none. */
export interface Prepared {
  readonly stack: string;
  readonly notes: readonly string[];
  readonly checks: readonly Check[];
  readonly skipped: readonly SkippedCheck[];
  /** Set where the stack could not be looked at, as a whole. */
  readonly problem?: { readonly why: string; readonly lookCloser?: string };
  /** Whether that is because the stack is not up. */
  readonly isNotUp?: boolean;
  /** Looks at one of the checks, once. */
  look(check: Check): Promise<Result>;
  /** Looks at one of the checks until it is settled. */
  judge(check: Check, progress: (text: string) => void): Promise<Judged>;
}

/** Milliseconds between two looks at what may yet become right. */
const EVERY = 2000;

/** Finds out what is to be checked of a stack; says so where that cannot be found out. */
export async function prepare(
  stack: string,
  options: VerifyOptions,
  budget: Budget,
): Promise<Prepared> {
  try {
    const target = await readTarget(options.directory, stack, options, budget.signal);
    return await prepared(target, options, budget);
  } catch (error) {
    const problem = describeProblem(error);
    const result = { status: "unknown", ...problem } as const;
    return {
      stack,
      notes: [],
      checks: [],
      skipped: [],
      problem,
      isNotUp: error instanceof NotUp,
      look: () => Promise.resolve(result),
      judge: (check) => Promise.resolve({ check, result, seconds: 0 }),
    };
  }
}

function describeProblem(error: unknown): { why: string; lookCloser?: string } {
  if (error instanceof CouldNotCheck) {
    return {
      why: redact(error.why),
      ...(error.lookCloser && { lookCloser: redact(error.lookCloser) }),
    };
  }
  // A settings error is many lines, each of them of use, and cites no secret.
  if (error instanceof SettingsError) {
    return { why: error.message.replaceAll("; nothing was created", "") };
  }
  return { why: firstLine(redact(error instanceof Error ? error.message : String(error))) };
}

async function prepared(target: Target, options: VerifyOptions, budget: Budget): Promise<Prepared> {
  const { signal } = budget;
  const aws = new Aws(target.eks?.region ?? "us-east-1", target.eks?.profile, signal);
  const eks = new LiveEks(aws, target.eks);
  const connection = await Connection.of(target, eks, signal);
  const context: Context = {
    target,
    connection,
    kube: connection.kube,
    aws,
    eks,
    callers: once(() => findCallers(target, signal)),
    signal,
    waitForScaleDown: options.waitForScaleDown,
    steadySeconds: options.steadySeconds,
  };
  const { checks, skipped } = selectChecks(target);
  const notes = [...target.notes, ...(connection.note ? [connection.note] : [])];
  return {
    stack: target.stack,
    notes: redactAll(notes, connection.secrets),
    checks,
    skipped,
    look: async (check) => redactAll(await look(check, context, budget), connection.secrets),
    judge: async (check, progress) => {
      const began = Date.now();
      const result = await poll(check, context, budget, progress);
      const seconds = Math.round((Date.now() - began) / 100) / 10;
      return { check, result: redactAll(result, connection.secrets), seconds };
    },
  };
}

function once<T>(question: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= question());
}

async function findCallers(
  { settings, stack }: Target,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (settings.allowedCidrs.length > 0) return settings.allowedCidrs;
  try {
    return [await within(lookUpMyCidr(), signal)];
  } catch (error) {
    if (error instanceof CouldNotCheck) throw error;
    throw new CouldNotCheck(
      "your public address could not be looked up, so it is not known who should be admitted",
      `pulumi config set allowedCidrs -s ${stack}, which asks for the address, such as 203.0.113.7/32`,
    );
  }
}

/** Looks at a check until it passes, cannot pass any more, or the time is over. */
async function poll(
  check: Check,
  context: Context,
  budget: Budget,
  progress: (text: string) => void,
): Promise<Result> {
  let last: Result | undefined;
  const began = Date.now();
  for (;;) {
    const result = await look(check, context, budget);
    // What was seen before the time was over says more than that it is over.
    if (result.status === "unknown" && last?.status === "failed" && budget.signal.aborted) {
      return last;
    }
    if (result.status !== "failed" || result.pendingReason === undefined) return result;
    const waited = Math.round((Date.now() - began) / 1000);
    last = {
      ...result,
      seen: waited < 1 ? result.seen : `${result.seen} (after ${waited} s of waiting)`,
    };
    const isOver = result.timeoutSeconds !== undefined && waited >= result.timeoutSeconds;
    if (isOver || budget.left() <= EVERY) return last;
    progress(result.pendingReason);
    await pause(EVERY, budget.signal);
    if (budget.signal.aborted) return last;
  }
}

async function look(check: Check, context: Context, budget: Budget): Promise<Result> {
  try {
    return await within(check.run(context), budget.signal);
  } catch (error) {
    return { status: "unknown", ...describeProblem(error) };
  }
}
