import { formatPath, readJson } from "./json-text";
import { findExcess } from "./limits";
import { isObject, Reading, readStatement } from "./read-statement";
import { isUnknown } from "./unknown";
import { type DocumentKind, type ParsedDocument, type Statement } from "./types";

const TOP = new Set(["Version", "Id", "Statement"]);
/** The value of a JSON text, and what is wrong with the text. */
function parseText(text: string): { value?: unknown; problems: string[] } {
  // Editors on Windows put a byte order mark before the text; it is no part of it.
  const reading = readJson(text.replace(/^\uFEFF/, ""));
  if ("problem" in reading) {
    const { line, column } = reading.position;
    return { problems: [`is not JSON (line ${line}, column ${column}): ${reading.problem}`] };
  }
  const problems = reading.duplicates.map(
    ({ path, position: { line, column } }) =>
      `has ${formatPath(path)} twice (line ${line}, column ${column}): the last one alone counts`,
  );
  return { value: reading.value, problems };
}

/**
 * Reads a policy document: JSON text or an object, with Statement, Action, Resource, Principal and the
 * values of conditions each a single one or a list. Never throws: what cannot be read is a problem.
 */
export function parseDocument(document: unknown, kind: DocumentKind): ParsedDocument {
  if (isUnknown(document)) return { statements: [], problems: [], pending: ["the whole document"] };
  let value = document;
  const reading = new Reading();
  if (typeof value === "string") {
    const parsed = parseText(value);
    reading.problems.push(...parsed.problems);
    if (!("value" in parsed)) return { statements: [], problems: parsed.problems, pending: [] };
    value = parsed.value;
  }
  if (!isObject(value)) {
    return { statements: [], problems: ["is not an object with a Statement"], pending: [] };
  }
  for (const key of Object.keys(value)) {
    if (!TOP.has(key)) reading.problems.push(`has an element "${key}", which IAM does not know`);
  }
  if (isUnknown(value.Statement)) {
    return { statements: [], problems: reading.problems, pending: ["Statement"] };
  }
  const raw: unknown[] = Array.isArray(value.Statement) ? value.Statement : [value.Statement];
  const excess = findExcess(raw);
  if (excess !== undefined) return { statements: [], problems: [excess], pending: [] };
  if (raw.length === 0) reading.problems.push("has no statement");
  const statements: Statement[] = [];
  raw.forEach((item, index) => {
    if (isUnknown(item)) reading.pending.push(`Statement[${index}]`);
    else if (isObject(item)) {
      const path = Array.isArray(value.Statement) ? ["Statement", index] : ["Statement"];
      statements.push(readStatement(reading, item, index, path, kind));
    } else reading.problems.push(`Statement[${index}] is not an object`);
  });
  return { statements, problems: reading.problems, pending: [...new Set(reading.pending)] };
}
