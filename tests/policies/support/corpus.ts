import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The documents of a body of them: one a line, in JSON. */
export function readCorpus<Labelled>(name: string): Labelled[] {
  const text = readFileSync(join(__dirname, "..", "corpus", `${name}.jsonl`), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Labelled);
}
