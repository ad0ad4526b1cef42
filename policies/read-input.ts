import { type DocumentKind } from "./analyser";
import { type JsonPath, readJson } from "./analyser/json-text";
import { isAccountDetails, readAccount } from "./account-details";
import { isObject } from "./analyser/read-statement";
import { findDocuments, inferKind, readEmbedded } from "./aws-output";
import { listFiles, readText, UnreadableFile } from "./read-files";
import { type ResourceRecord } from "./records";

/** Arguments that make no sense: the caller's mistake. */
export class BadInput extends Error {}

/** A document to judge: where it comes from, what it is attached to, and its text or value. */
export interface InputDocument {
  /** The file as it was given, `(standard input)` for `-`. */
  file: string;
  /** Where in the file: `Roles[app].AssumeRolePolicyDocument`; empty where the file is the document. */
  part: string;
  kind: DocumentKind;
  document: unknown;
  /** If the file holds more than the document: its text, and where the document is in it. */
  inside?: { text: string; at: JsonPath };
}

/** What a file holds, or why it could not be read. */
export type Input =
  | { file: string; documents: InputDocument[]; duplicates: string[] }
  /** A whole account, as get-account-authorization-details prints it. */
  | { file: string; records: ResourceRecord[]; duplicates: string[] }
  | { file: string; error: string };

/** The most characters of one document: the largest policy that AWS takes (OpenSearch) has 102,400. */
export const MAX_DOCUMENT = 1024 * 1024;

function checkLength(text: string): void {
  if (text.length <= MAX_DOCUMENT) return;
  throw new UnreadableFile(
    `the policy document has ${text.length} characters, and at most ${MAX_DOCUMENT} are judged ` +
      "(the largest policy that AWS takes has 102400)",
  );
}

function readFile(file: string, path: string, kind: DocumentKind | undefined): Input {
  const text = readText(path);
  const embedded = readEmbedded(text);
  const json = readJson(embedded ?? text);
  const whole = (document: unknown, inferred: DocumentKind): Input => ({
    file,
    documents: [{ file, part: "", kind: kind ?? inferred, document }],
    duplicates: [],
  });
  // The analyser says what is wrong with a text that is no JSON, as a finding with its line.
  if ("problem" in json) return whole(text, "identity");
  if (isObject(json.value) && "Statement" in json.value) {
    checkLength(embedded ?? text);
    return whole(embedded ?? text, inferKind(json.value));
  }
  const duplicates = json.duplicates.map(
    ({ path: at, position }) =>
      `line ${position.line}: the key ${JSON.stringify(at.at(-1))} is there twice, and the last one alone counts`,
  );
  if (kind === undefined && isAccountDetails(json.value)) {
    return { file, records: readAccount(json.value), duplicates };
  }
  const documents = findDocuments(json.value).map(({ at, ...found }) => ({
    ...found,
    file,
    kind: kind ?? found.kind,
    // What is encoded in another text has no lines of its own.
    ...(embedded === undefined && { inside: { text, at } }),
  }));
  return documents.length === 0 ? whole(text, "identity") : { file, documents, duplicates };
}

function unreadable(file: string, error: unknown): Input {
  if (!(error instanceof UnreadableFile)) throw error;
  return { file, error: error.message };
}

/** Reads files, directories and standard input (`-`), one at a time. What cannot be read stops no other. */
export function* readInputs(
  paths: readonly string[],
  kind: DocumentKind | undefined,
): Generator<Input> {
  for (const path of paths) {
    let files: string[];
    try {
      files = listFiles(path);
    } catch (error) {
      yield unreadable(path, error);
      continue;
    }
    for (const file of files) {
      const name = file === "-" ? "(standard input)" : file;
      try {
        yield readFile(name, file, kind);
      } catch (error) {
        yield unreadable(name, error);
      }
    }
  }
}
