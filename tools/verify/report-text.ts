/** Results as text for people: plain lines, and the details of what did not pass. */
import type { styleText } from "node:util";
import type { Judged } from "./run";
import { totals, type StackReport } from "./report";

type Style = Parameters<typeof styleText>[0];

/** Colours, where the output is a terminal that wants them. */
export type Paint = (style: Style, text: string) => string;

/** What a status is called, as wide as the widest. */
const CALLED = { passed: "passed ", failed: "FAILED ", unknown: "unknown" } as const;
const COLOURS = { passed: "green", failed: "red", unknown: "yellow" } as const;

/** The heading of a stack: its name, and where what it should have was read. */
export function heading(
  { stack, notes }: Pick<StackReport, "stack" | "notes">,
  paint: Paint,
): string {
  return [paint("bold", stack), ...notes.map((note) => paint("dim", `  ${note}`))].join("\n");
}

/**
 * One result: a line, and what to know about it if it did not pass.
 * @param told reasons that were given before: one that stops several checks is given once
 */
export function describe({ check, result }: Judged, paint: Paint, told: Set<string>): string {
  const status = paint(COLOURS[result.status], CALLED[result.status]);
  const head = `  ${status}  ${check.title}`;
  if (result.status === "passed") return `${head}${paint("dim", `: ${result.seen}`)}`;
  if (result.status === "unknown") {
    const reason = result.why.replace(/^the cluster was not asked: /, "");
    if (told.has(reason)) return `${head}${paint("dim", ": not checked, for the same reason")}`;
    told.add(reason);
  }
  return [head, ...details({ check, result }, paint)].join("\n");
}

/** What to know about a result that did not pass. */
function details({ check, result }: Pick<Judged, "check" | "result">, paint: Paint): string[] {
  const rows: (readonly [string, string])[] =
    result.status === "failed"
      ? [
          ["expected", result.expected],
          ["seen", result.seen],
          ["likely", result.likelyCause],
          ["look closer", result.lookCloser],
          ["chapter", check.passage],
        ]
      : result.status === "unknown"
        ? [
            ["could not check", result.why],
            ...(result.lookCloser ? [["look closer", result.lookCloser] as const] : []),
            ["chapter", check.passage],
          ]
        : [];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `             ${paint("dim", name.padEnd(width))}  ${text}`);
}

/** Checks that do not apply, by reason. */
export function skippedLines({ skipped }: StackReport, paint: Paint): string[] {
  const reasons = new Map<string, string[]>();
  for (const { check, why } of skipped) reasons.set(why, [...(reasons.get(why) ?? []), check.id]);
  return [...reasons].map(([why, ids]) => paint("dim", `  skipped  ${ids.join(", ")}: ${why}`));
}

/** Why a stack was not looked at. */
export function problemLines({ problem, isNotUp }: StackReport, paint: Paint): string[] {
  if (!problem) return [];
  const word = isNotUp ? paint("dim", "skipped") : paint(COLOURS.unknown, CALLED.unknown);
  const closer = problem.lookCloser
    ? [`             ${paint("dim", "look closer")}  ${problem.lookCloser}`]
    : [];
  return [`  ${word}  ${problem.why.replaceAll("\n", "\n    ")}`, ...closer];
}

/** The last line: how many came to what. */
export function summary(reports: readonly StackReport[], paint: Paint): string {
  const { passed, failed, unknown, skipped } = totals(reports);
  const parts = [
    paint(passed > 0 ? "green" : "dim", `${passed} passed`),
    ...(failed > 0 ? [paint("red", `${failed} failed`)] : []),
    ...(unknown > 0 ? [paint("yellow", `${unknown} could not be checked`)] : []),
    ...(skipped > 0 ? [paint("dim", `${skipped} skipped`)] : []),
  ];
  return parts.join(", ");
}
