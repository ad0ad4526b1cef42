/** What a run came to, as one value that every way of telling it takes. */
import type { SkippedCheck } from "./check";
import type { Result } from "./result";
import type { Judged } from "./run";

/** A stack, judged. */
export interface StackReport {
  readonly stack: string;
  readonly notes: readonly string[];
  readonly judged: readonly Judged[];
  readonly skipped: readonly SkippedCheck[];
  readonly problem?: { readonly why: string; readonly lookCloser?: string };
  /** Set with --all for a stack that is not up: there is nothing to look at, and nothing is wrong. */
  readonly isNotUp?: boolean;
}

/** How many checks came to what. A stack that could not be looked at counts as one unknown. */
export function totals(reports: readonly StackReport[]) {
  const count = (status: Result["status"]): number =>
    reports.flatMap(({ judged }) => judged).filter(({ result }) => result.status === status).length;
  const problems = reports.filter(({ problem, isNotUp }) => problem && !isNotUp).length;
  const skipped = reports.reduce((sum, report) => sum + report.skipped.length, 0);
  return {
    passed: count("passed"),
    failed: count("failed"),
    unknown: count("unknown") + problems,
    skipped,
  };
}

/**
 * 1 where something failed: that is certain, whatever else could not be looked at; else 2 where
 * something could not be checked, or nothing was; else 0.
 */
export function exitCodeOf(reports: readonly StackReport[]): 0 | 1 | 2 {
  const { passed, failed, unknown } = totals(reports);
  if (failed > 0) return 1;
  return unknown > 0 || passed === 0 ? 2 : 0;
}
