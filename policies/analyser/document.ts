import { formatPath, type JsonPath, readJson } from "./json-text";
import { abbreviate, findExcess, LONGEST_ACTION, LONGEST_VALUE } from "./limits";
import { isUnknown } from "./unknown";
import {
  type Condition,
  type DocumentKind,
  type ParsedDocument,
  type Principal,
  type Statement,
} from "./types";

type Json = Record<string, unknown>;

const TOP = new Set(["Version", "Id", "Statement"]);
const INNER = new Set([
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
]);

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Collects what is wrong and what is not known while a document is read. */
class Reading {
  readonly problems: string[] = [];
  readonly pending: string[] = [];
  private readonly ids = new Set<string>();

  /** The Sid, followed by the index if another statement has it; `#<index>` without one. */
  statementId(sid: unknown, index: number): string {
    const given = typeof sid === "string" ? sid : "";
    const id = given === "" || this.ids.has(given) ? `${given}#${index}` : given;
    this.ids.add(id);
    return id;
  }

  /** A string or a list of strings; values that are not known are left out and noted. */
  strings(value: unknown, path: string, longest = LONGEST_VALUE): string[] {
    if (value === undefined || value === null) return [];
    const list = Array.isArray(value) ? value : [value];
    const found: string[] = [];
    for (const item of list) {
      if (isUnknown(item)) this.pending.push(path);
      else if (typeof item === "string" && item.length > longest) {
        this.problems.push(`${path} has ${abbreviate(item)}; at most ${longest} are judged`);
      } else if (typeof item === "string") found.push(item);
      else if (typeof item === "number" || typeof item === "boolean") found.push(String(item));
      else this.problems.push(`${path} holds a value that is not a string`);
    }
    return found;
  }

  /** Actions in lower case: IAM does not tell `s3:GetObject` from `S3:getobject`. */
  actions(value: unknown, path: string): string[] {
    return this.strings(value, path, LONGEST_ACTION).map((action) => action.trim().toLowerCase());
  }

  principals(value: unknown, path: string): Principal[] {
    if (isUnknown(value)) {
      this.pending.push(path);
      return [];
    }
    if (value === "*") return [{ type: "*", value: "*" }];
    if (!isObject(value)) {
      this.problems.push(`${path} must be "*" or an object such as { "Service": "..." }`);
      return [];
    }
    return Object.entries(value).flatMap(([type, values]) =>
      this.strings(values, `${path}.${type}`).map((item) => ({ type, value: item })),
    );
  }

  conditions(value: unknown, path: string): Condition[] {
    if (value === undefined || value === null) return [];
    if (isUnknown(value)) {
      this.pending.push(path);
      return [];
    }
    if (!isObject(value)) {
      this.problems.push(`${path} must be an object of operators`);
      return [];
    }
    return Object.entries(value).flatMap(([operator, keys]) => {
      if (isUnknown(keys)) this.pending.push(path);
      else if (isObject(keys)) {
        return Object.entries(keys).map(([key, values]) =>
          this.condition(operator, key, values, path),
        );
      } else this.problems.push(`${path}.${operator} must be an object of keys`);
      return [];
    });
  }

  private condition(operator: string, key: string, values: unknown, path: string): Condition {
    // The issuer in `<issuer>:sub` is often an output: the key itself may be unknown.
    if (isUnknown(key)) this.pending.push(path);
    const parts = /^(?:(forallvalues|foranyvalue):)?(.*?)(ifexists)?$/.exec(operator.toLowerCase());
    return {
      qualifier: parts?.[1] as Condition["qualifier"],
      operator: parts?.[2] ?? operator.toLowerCase(),
      ifExists: parts?.[3] !== undefined,
      key: key.toLowerCase(),
      values: this.strings(values, `${path}.${operator}.${key}`),
      text: `${operator} ${key}`,
    };
  }
}

function given(raw: Json, element: string): boolean {
  return raw[element] !== undefined && raw[element] !== null;
}

/** Elements that a statement has plain or with `Not`, never both, and whether it must have one. */
const ELEMENTS: Record<DocumentKind, readonly (readonly [string, boolean])[]> = {
  identity: [
    ["Action", true],
    ["Resource", true],
    ["Principal", false],
  ],
  trust: [
    ["Action", true],
    ["Resource", false],
    ["Principal", true],
  ],
  resource: [
    ["Action", true],
    ["Resource", false],
    ["Principal", true],
  ],
};

function readStatement(
  reading: Reading,
  raw: Json,
  index: number,
  at: JsonPath,
  kind: DocumentKind,
): Statement {
  const path = `Statement[${index}]`;
  const before = reading.pending.length;
  for (const key of Object.keys(raw)) {
    if (!INNER.has(key)) {
      reading.problems.push(`${path} has an element "${key}", which IAM does not know`);
    }
  }
  for (const [element, needed] of ELEMENTS[kind]) {
    const both = given(raw, element) && given(raw, `Not${element}`);
    const neither = !given(raw, element) && !given(raw, `Not${element}`);
    if (both) reading.problems.push(`${path} has both ${element} and Not${element}`);
    if (needed && neither) {
      reading.problems.push(`${path} has neither ${element} nor Not${element}`);
    }
  }
  if (kind === "identity" && (given(raw, "Principal") || given(raw, "NotPrincipal"))) {
    reading.problems.push(`${path} names a principal, which an identity policy cannot`);
  }
  if (kind === "trust" && (given(raw, "Resource") || given(raw, "NotResource"))) {
    reading.problems.push(`${path} names a resource, which a trust policy cannot`);
  }
  if (isUnknown(raw.Effect)) reading.pending.push(`${path}.Effect`);
  else if (raw.Effect !== "Allow" && raw.Effect !== "Deny") {
    reading.problems.push(`${path}.Effect must be "Allow" or "Deny"`);
  }
  const statement: Statement = {
    id: reading.statementId(raw.Sid, index),
    path: at,
    source: raw,
    // An effect that is not known is read as a denial: nothing is claimed of it, and it is pending.
    effect: raw.Effect === "Allow" ? "Allow" : "Deny",
    actions: reading.actions(raw.Action, `${path}.Action`),
    notActions: given(raw, "NotAction")
      ? reading.actions(raw.NotAction, `${path}.NotAction`)
      : undefined,
    resources: reading.strings(raw.Resource, `${path}.Resource`),
    notResources: given(raw, "NotResource")
      ? reading.strings(raw.NotResource, `${path}.NotResource`)
      : undefined,
    principals: given(raw, "Principal")
      ? reading.principals(raw.Principal, `${path}.Principal`)
      : [],
    notPrincipals: given(raw, "NotPrincipal")
      ? reading.principals(raw.NotPrincipal, `${path}.NotPrincipal`)
      : undefined,
    conditions: reading.conditions(raw.Condition, `${path}.Condition`),
    pending: [],
  };
  for (const action of [...statement.actions, ...(statement.notActions ?? [])]) {
    if (!/^(\*+|[^:\s]+:\S+)$/.test(action)) {
      reading.problems.push(`${path} has the action "${action}", which is not "service:Name"`);
    }
  }
  statement.pending = reading.pending.slice(before);
  return statement;
}

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
