import { type DocumentKind } from "./analyser";
import { type JsonPath } from "./analyser/json-text";
import { isObject } from "./analyser/read-statement";

/** A policy document within a larger text, and where in it. */
export interface FoundDocument {
  /** `Roles[app].AssumeRolePolicyDocument`; empty where the text is the document. */
  part: string;
  /** The keys and indexes to it, for its lines. */
  at: JsonPath;
  kind: DocumentKind;
  document: unknown;
}

/** Deeper than any output of AWS's; what is nested more deeply is not searched. */
const DEEPEST = 40;

/** What kind a document must be, by what it names. */
export function inferKind(document: unknown): DocumentKind {
  const statements = isObject(document) ? [document.Statement].flat() : [];
  const named = statements.filter((s) => isObject(s) && ("Principal" in s || "NotPrincipal" in s));
  if (named.length === 0) return "identity";
  const actions = named.flatMap((s) => (isObject(s) ? [s.Action].flat() : []));
  const isTrust = named.every((s) => isObject(s) && !("Resource" in s) && !("NotResource" in s));
  return isTrust && actions.every((a) => typeof a === "string" && /^(sts:|\*)/i.test(a))
    ? "trust"
    : "resource";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The document in a text: as JSON, URL-encoded (IAM's API), or with its quotes escaped (API Gateway's).
 * The text itself is kept where it is JSON, for its lines and its duplicate keys.
 */
export function readEmbedded(text: string): string | undefined {
  const begin = text.slice(0, 200).trimStart();
  let plain = text;
  if (/^%7b/i.test(begin)) {
    try {
      plain = decodeURIComponent(text);
    } catch {
      return undefined;
    }
  } else if (/^\{\s*\\"/.test(begin)) {
    const unescaped = parseJson(`"${text}"`);
    plain = typeof unescaped === "string" ? unescaped : "";
  }
  if (!plain.trimStart().startsWith("{") || !plain.includes('"Statement"')) return undefined;
  return isDocument(parseJson(plain)) ? plain : undefined;
}

function isDocument(value: unknown): boolean {
  return isObject(value) && "Statement" in value;
}

const NAMES = ["RoleName", "UserName", "GroupName", "PolicyName", "VersionId", "Name"] as const;

/** The name of an element of a list, as AWS's output has it, else its index. */
function nameOfElement(value: unknown, index: number): string {
  const names = isObject(value) ? NAMES.map((key) => value[key]) : [];
  const name = names.find((item) => typeof item === "string" && item !== "");
  return typeof name === "string" ? name : String(index);
}

/** Of the versions of a managed policy, the one that is in force. */
function inForce(list: unknown[]): unknown[] {
  const current = list.filter((item) => isObject(item) && item.IsDefaultVersion === true);
  return current.length > 0 ? current : list;
}

const TRUST_KEY = /assume_?role_?policy/i;
const IDENTITY_KEY = /^(PolicyDocument|Document)$/;

function kindFor(key: string, document: unknown): DocumentKind {
  if (TRUST_KEY.test(key)) return "trust";
  const inferred = inferKind(document);
  return IDENTITY_KEY.test(key) && inferred === "trust" ? "identity" : inferred;
}

/** All policy documents in the output of one of AWS's commands (or any JSON), at any depth. */
export function findDocuments(
  value: unknown,
  part = "",
  key = "",
  at: JsonPath = [],
): FoundDocument[] {
  if (at.length > DEEPEST) return [];
  if (typeof value === "string") {
    const text = readEmbedded(value);
    if (text === undefined) return [];
    return [{ part, at, kind: kindFor(key, parseJson(text)), document: text }];
  }
  if (Array.isArray(value)) {
    const kept = new Set(inForce(value));
    return value.flatMap((item: unknown, index) => {
      if (!kept.has(item)) return [];
      return findDocuments(item, `${part}[${nameOfElement(item, index)}]`, key, [...at, index]);
    });
  }
  if (!isObject(value)) return [];
  if (isDocument(value)) return [{ part, at, kind: kindFor(key, value), document: value }];
  return Object.entries(value).flatMap(([name, inner]) =>
    findDocuments(inner, part === "" ? name : `${part}.${name}`, name, [...at, name]),
  );
}
