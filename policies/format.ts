import { existsSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { type Finding } from "./analyser";
import { formatPath } from "./analyser/json-text";
import { type PlacedFinding } from "./resources";

/** Where the pages of the rules are: in the installed package, or in the repository of the pack. */
const FOLDER = [
  join(__dirname, "docs"),
  join(__dirname, "../docs/policies"),
  join(__dirname, "../docs"),
].find((folder) => existsSync(join(folder, "action-all.md")));

/** The page that explains a rule, as a path that exists: from the working folder if it is below it. */
export function findPage(rule: string): string | undefined {
  if (FOLDER === undefined) return undefined;
  const page = join(FOLDER, `${rule}.md`);
  if (!existsSync(page)) return undefined;
  const near = relative(process.cwd(), page);
  return near.startsWith("..") || isAbsolute(near) ? page : near;
}

const indent = (text: string, by: string): string => text.split("\n").join(`\n${by}`);

function describePlace({ path, line, column, caughtBy }: Finding): string[] {
  if (path === undefined) return [];
  const at = line === undefined ? "" : `, line ${line}, column ${column ?? 1}`;
  const by = (caughtBy ?? []).map((wildcard) => `"${wildcard}"`).join(", ");
  return [`at: ${formatPath(path)}${at}${by === "" ? "" : `, caught by ${by}`}`];
}

/** The body of a finding, as people read it: what, where, why, what it lets through, what to write. */
export function explain(found: Finding, advice?: string): string[] {
  const at = found.statement === "" ? "" : `statement ${found.statement}: `;
  const missing = found.missing === undefined ? "" : ` (fill in ${found.missing.join(", ")})`;
  const page = found.page ?? findPage(found.rule);
  return [
    `${at}${found.message}`,
    ...describePlace(found),
    ...(found.condition === undefined ? [] : [`condition: ${found.condition}`]),
    `why: ${found.why}`,
    `it lets through: ${found.request}`,
    `write instead${missing}: ${indent(found.instead, "  ")}`,
    ...(advice === undefined ? [] : [`here: ${advice}`]),
    ...(page === undefined ? [] : [`see: ${page}`]),
  ];
}

/** The message of a violation: the engine prints the rule, its level and the resource beside it. */
export function violation(found: PlacedFinding, advice?: string): string {
  const role = found.role === undefined ? "" : ` (role ${found.role})`;
  const where = found.property === "" ? "" : `, ${found.property}`;
  return [`${found.resource}${where}${role}`, ...explain(found, advice)].join("\n    ");
}

/** The line by which an exception is reported. */
export function exceptionLine(found: PlacedFinding): string {
  return `${found.rule} on ${found.resource} is excepted: ${found.excepted ?? ""} (${found.message})`;
}
