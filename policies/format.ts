import { type Finding } from "./analyser";
import { type PlacedFinding } from "./resources";

const indent = (text: string, by: string): string => text.split("\n").join(`\n${by}`);

/** The body of a finding, as people read it: what, why, what it lets through, what to write. */
export function explain(found: Finding): string[] {
  const at = found.statement === "" ? "" : `statement ${found.statement}: `;
  return [
    `${at}${found.message}`,
    ...(found.condition === undefined ? [] : [`condition: ${found.condition}`]),
    `why: ${found.why}`,
    `it lets through: ${found.request}`,
    `write instead: ${indent(found.instead, "  ")}`,
    `see: docs/policies/${found.rule}.md`,
  ];
}

/** The message of a violation: the engine prints the rule, its level and the resource beside it. */
export function violation(found: PlacedFinding): string {
  const role = found.role === undefined ? "" : ` (role ${found.role})`;
  const where = found.property === "" ? "" : `, ${found.property}`;
  return [`${found.resource}${where}${role}`, ...explain(found)].join("\n    ");
}

/** The line by which an exception is told. */
export function exceptionLine(found: PlacedFinding): string {
  return `${found.rule} on ${found.resource} is excepted: ${found.excepted ?? ""} (${found.message})`;
}
