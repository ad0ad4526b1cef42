import { type JsonPath } from "./json-text";
import { abbreviate, LONGEST_ACTION, LONGEST_VALUE } from "./limits";
import { isUnknown } from "./unknown";
import { type Condition, type DocumentKind, type Principal, type Statement } from "./types";

export type Json = Record<string, unknown>;

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

/** Whether a value is an object, and no list. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Collects what is wrong and what is not known while a document is read. */
export class Reading {
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

/** Notes what is wrong with the elements of a statement, whatever their values. */
function checkElements(reading: Reading, raw: Json, path: string, kind: DocumentKind): void {
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
}

/** An effect that is not known is read as a denial: nothing is claimed of it, and it is pending. */
function readEffect(reading: Reading, raw: Json, path: string): Statement["effect"] {
  if (isUnknown(raw.Effect)) reading.pending.push(`${path}.Effect`);
  else if (raw.Effect !== "Allow" && raw.Effect !== "Deny") {
    reading.problems.push(`${path}.Effect must be "Allow" or "Deny"`);
  }
  return raw.Effect === "Allow" ? "Allow" : "Deny";
}

function checkActions(reading: Reading, actions: readonly string[], path: string): void {
  for (const action of actions) {
    if (!/^(\*+|[^:\s]+:\S+)$/.test(action)) {
      reading.problems.push(`${path} has the action "${action}", which is not "service:Name"`);
    }
  }
}

/** Reads a statement; `at` is its place in the document. */
export function readStatement(
  reading: Reading,
  raw: Json,
  index: number,
  at: JsonPath,
  kind: DocumentKind,
): Statement {
  const path = `Statement[${index}]`;
  const before = reading.pending.length;
  checkElements(reading, raw, path, kind);
  const effect = readEffect(reading, raw, path);
  const ifGiven = <T>(element: string, read: (value: unknown, path: string) => T): T | undefined =>
    given(raw, element) ? read(raw[element], `${path}.${element}`) : undefined;
  const strings = (value: unknown, place: string): string[] => reading.strings(value, place);
  const actions = (value: unknown, place: string): string[] => reading.actions(value, place);
  const principals = (value: unknown, place: string): Principal[] =>
    reading.principals(value, place);
  const statement: Statement = {
    id: reading.statementId(raw.Sid, index),
    path: at,
    source: raw,
    effect,
    actions: ifGiven("Action", actions) ?? [],
    notActions: ifGiven("NotAction", actions),
    resources: ifGiven("Resource", strings) ?? [],
    notResources: ifGiven("NotResource", strings),
    principals: ifGiven("Principal", principals) ?? [],
    notPrincipals: ifGiven("NotPrincipal", principals),
    conditions: reading.conditions(raw.Condition, `${path}.Condition`),
    pending: [],
  };
  checkActions(reading, statement.actions, path);
  checkActions(reading, statement.notActions ?? [], path);
  statement.pending = reading.pending.slice(before);
  return statement;
}
