import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type DocumentKind } from "./analyser";

/** Input that is no policy document at all: the caller's mistake, not a finding. */
export class BadInput extends Error {}

/** A document to judge: where it comes from, what it is attached to, and its text or value. */
export interface InputDocument {
  /** The file as it was given, `(standard input)` for `-`. */
  file: string;
  kind: DocumentKind;
  document: unknown;
}

function filesOf(path: string): string[] {
  if (path === "-") return [path];
  let isDirectory: boolean;
  try {
    isDirectory = statSync(path).isDirectory();
  } catch {
    throw new BadInput(`${path}: there is no such file`);
  }
  if (!isDirectory) return [path];
  const found = readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json") && !name.includes("node_modules"))
    .sort()
    .map((name) => join(path, name));
  if (found.length === 0) throw new BadInput(`${path}: there is no *.json in the directory`);
  return found;
}

function read(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new BadInput(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The document within what AWS's commands print around it; a document by itself is itself. */
function unwrap(value: unknown): unknown {
  if (!isObject(value) || "Statement" in value) return value;
  for (const key of [
    "Role",
    "PolicyVersion",
    "PolicyDocument",
    "AssumeRolePolicyDocument",
    "Document",
    "Policy",
  ]) {
    const inner = value[key];
    if (isObject(inner)) return unwrap(inner);
    if (typeof inner === "string" && inner.trimStart().startsWith("{")) return inner;
  }
  return value;
}

/** What kind a document must be, by what it names. */
function kindOf(document: unknown): DocumentKind {
  const statements = isObject(document) ? [document.Statement].flat() : [];
  const named = statements.filter((s) => isObject(s) && ("Principal" in s || "NotPrincipal" in s));
  if (named.length === 0) return "identity";
  const actions = named.flatMap((s) => (isObject(s) ? [s.Action].flat() : []));
  const isTrust = named.every((s) => isObject(s) && !("Resource" in s) && !("NotResource" in s));
  return isTrust && actions.every((a) => typeof a === "string" && /^(sts:|\*)/i.test(a))
    ? "trust"
    : "resource";
}

function parse(text: string): unknown {
  try {
    const value = unwrap(JSON.parse(text));
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    // The analyser says what is wrong with it, as a finding.
    return text;
  }
}

/** Reads the documents of files, directories and standard input (`-`). */
export function readInputs(
  paths: readonly string[],
  kind: DocumentKind | undefined,
): InputDocument[] {
  return paths.flatMap(filesOf).map((file) => {
    const document = parse(read(file));
    const name = file === "-" ? "(standard input)" : file;
    return { file: name, kind: kind ?? kindOf(document), document };
  });
}
