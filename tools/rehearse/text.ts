/** A rehearsal as text for people. */
import type { styleText } from "node:util";
import type { Cost } from "./cost";
import type { StackFinding } from "./findings";
import { NOT_COUNTED, PRICES } from "../cloud/prices";
import type { Rehearsal } from "./rehearse";
import type { RecordedResource } from "./records";

type Style = Parameters<typeof styleText>[0];

/** Colours, where the output is a terminal that wants them. */
export type Paint = (style: Style, text: string) => string;

/** Says what this is, once, before the stacks. */
export function preamble(paint: Paint): string {
  return paint(
    "dim",
    "A rehearsal: the real program against a simulated cloud. Nothing is created, and no id,\n" +
      "address or host below exists. AWS, EKS and Kubernetes were not asked.",
  );
}

/** A stack: tree, outputs, warnings, errors, cost. */
export function describeStack(rehearsal: Rehearsal, paint: Paint): string {
  const { stack, resources, outputs, warnings, errors, findings, cost } = rehearsal;
  const parts = [paint("bold", `${stack}  (${resources.length} resources)`)];
  parts.push(...tree(resources, paint));
  const entries = Object.entries(outputs);
  if (entries.length > 0) {
    parts.push("", paint("bold", "  outputs"));
    const width = Math.max(...entries.map(([name]) => name.length));
    parts.push(...entries.map(([name, value]) => `    ${name.padEnd(width)}  ${textOf(value)}`));
  }
  for (const warning of warnings) parts.push("", `  ${paint("yellow", "warning")}: ${warning}`);
  for (const error of errors) parts.push("", `  ${paint("red", "error")}: ${error.message}`);
  for (const finding of findings) parts.push("", ...findingLines(finding, paint));
  // What a stack that fails would cost is not known.
  if (errors.length === 0) parts.push("", ...costLines(cost, paint));
  return parts.join("\n");
}

/** The cost of all stacks that were rehearsed for themselves, and what is not counted. */
export function footer(paint: Paint): string {
  return paint(
    "dim",
    `Cost: ${PRICES.region}, ${PRICES.currency}, on demand, prices of ${PRICES.date}, while the stack is up.\n` +
      `Not counted: ${NOT_COUNTED.join(", ")}.`,
  );
}

function tree(resources: readonly RecordedResource[], paint: Paint): string[] {
  const root = resources.find((resource) => resource.parent === undefined);
  const childrenOf = (urn: string | undefined) =>
    resources.filter((resource) => resource.parent === urn && resource !== root);
  const draw = (resource: RecordedResource, indent: string, isLast: boolean): string[] => {
    const children = childrenOf(resource.urn).sort((a, b) => (a.name < b.name ? -1 : 1));
    const head = `${indent}${isLast ? "└─ " : "├─ "}${resource.name}  ${paint("dim", resource.type)}`;
    const below = indent + (isLast ? "   " : "│  ");
    return [head, ...children.flatMap((c, i) => draw(c, below, i === children.length - 1))];
  };
  const top = childrenOf(root?.urn);
  return top.flatMap((child, i) => draw(child, "  ", i === top.length - 1));
}

function findingLines(finding: StackFinding, paint: Paint): string[] {
  const colour = finding.stops ? "red" : "yellow";
  const head = `  ${paint(colour, `policy, ${finding.level}`)}: ${finding.rule} on ${finding.resource}`;
  return [head, ...finding.explanation.map((line) => `    ${line.replaceAll("\n", "\n    ")}`)];
}

function costLines(cost: Cost, paint: Paint): string[] {
  if (cost.lines.length === 0) return [`  ${paint("bold", "cost")}: nothing beyond the cluster`];
  const perDay = (cost.perHour * 24).toFixed(2);
  const lines = cost.lines.map(
    ({ item, quantity, perHour }) =>
      `    ${`${quantity} x ${item}`.padEnd(46)}${perHour.toFixed(4).padStart(8)}`,
  );
  const total = `${cost.perHour.toFixed(4)} an hour, ${perDay} a day (${cost.currency})`;
  return [`  ${paint("bold", "cost")}: ${total}`, ...lines];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
