import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DocumentKind } from "../../../policies/analyser";

/** The documents of a body of them: one a line, in JSON. */
export function readCorpus<Labelled>(name: string): Labelled[] {
  const text = readFileSync(join(__dirname, "..", "corpus", `${name}.jsonl`), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Labelled);
}

/** The bodies of labelled documents; the kind of each document is in its line. */
const BODIES = ["identity", "trust", "resource", "narrowing", "callers", "guards", "reports"];

/** Every labelled document of a kind, of all bodies. */
export function readDocuments(kind: DocumentKind): { id: string; document: unknown }[] {
  return BODIES.flatMap((name) =>
    readCorpus<{ id: string; kind: string; document: unknown }>(name)
      .filter((labelled) => labelled.kind === kind)
      .map(({ id, document }) => ({ id: `${name}/${id}`, document })),
  );
}
