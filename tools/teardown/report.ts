/** What a teardown or a look came to, as text and as JSON. */
import { styleText } from "node:util";
import type { Leftover } from "./leftover";
import type { Blind } from "./look";

/** All that is to be reported. */
export interface Report {
  /** Stacks that were destroyed. */
  readonly destroyed: readonly string[];
  /** Stacks that still have resources, with how many. */
  readonly up: readonly { readonly name: string; readonly resources: number }[];
  readonly left: readonly Leftover[];
  readonly blind: readonly Blind[];
}

/** 2 if something could not be looked for, 1 if something is left, else 0. */
export function exitCodeOf({ up, left, blind }: Report): 0 | 1 | 2 {
  if (blind.length > 0) return 2;
  return up.length + left.length > 0 ? 1 : 0;
}

/** The report as JSON has it. */
export function reportJson(report: Report): string {
  const usdPerDay = round(total(report.left));
  const left = report.left.map(({ perDay, ...each }) => ({ ...each, usdPerDay: round(perDay) }));
  return JSON.stringify({ ...report, left, usdPerDay, exitCode: exitCodeOf(report) }, null, 2);
}

/** The report as text. */
export function reportText(report: Report, sandbox = false): string {
  const { up, left, blind } = report;
  const paragraphs = [
    ...up.map(
      ({ name, resources }) =>
        `${name} is up, with ${count(resources, "resource")}\n  remove: ${teardownCommand(sandbox, name)}`,
    ),
    ...(left.length > 0 ? [heading(left)] : []),
    ...left.map(leftText),
    ...blindTexts(blind),
  ];
  if (exitCodeOf(report) === 0) paragraphs.push("Nothing is left.");
  return paragraphs.join("\n\n");
}

function heading(left: readonly Leftover[]): string {
  const order = left.length > 1 ? ", in the order in which it can be removed" : "";
  const perDay = total(left);
  const cost = perDay > 0 ? ` It costs ${money(perDay)} a day (prices of us-east-1).` : "";
  return styleText("bold", `Left: ${count(left.length, "thing")}${order}.${cost}`);
}

/** One leftover, as text. */
export function leftText({ kind, id, detail, why, source, perDay, commands }: Leftover): string {
  return [
    `${kind} ${id}${detail === undefined ? "" : ` (${detail})`}`,
    `  why:    ${why}`,
    `          ${source}`,
    `  a day:  ${perDay > 0 ? money(perDay) : "nothing"}`,
    ...(commands.length > 0
      ? commands.map((command, i) => `  ${i === 0 ? "remove:" : "       "} ${command}`)
      : ["  remove: nothing to do; look again in some minutes: npm run teardown -- --check"]),
  ].join("\n");
}

/** What has the same reason is one paragraph. */
function blindTexts(blind: readonly Blind[]): string[] {
  const byReason = new Map<string, Blind[]>();
  for (const each of blind) {
    byReason.set(each.why, [...(byReason.get(each.why) ?? []), each]);
  }
  return [...byReason].map(([why, all]) => {
    const closer = all[0]!.lookCloser;
    const what = all.map((each) => each.what).join(", ");
    return `Could not look for ${what}:\n  ${why}${closer === undefined ? "" : `\n  fix:    ${closer}`}`;
  });
}

function total(left: readonly Leftover[]): number {
  return left.reduce((sum, { perDay }) => sum + perDay, 0);
}

const round = (usd: number): number => Number(usd.toFixed(4));

/** An amount in USD; one that rounds to nothing is said to be less than a cent. */
function money(usd: number): string {
  return usd < 0.005 ? "less than $0.01" : `$${usd.toFixed(2)}`;
}

/** A command of this tool, as it is typed. */
export function teardownCommand(sandbox: boolean, ...words: readonly string[]): string {
  return ["npm run teardown --", ...(sandbox ? ["--sandbox"] : []), ...words].join(" ");
}

/** A number of things. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
