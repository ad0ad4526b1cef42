import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");
const cache = join(root, ".cache/managed-policies.json");

/** AWS's managed policies by name, or nothing where setup.sh has not been run. */
export function managedPolicies(): Record<string, unknown> {
  return existsSync(cache)
    ? (JSON.parse(readFileSync(cache, "utf8")) as Record<string, unknown>)
    : {};
}

/** The identity documents of the labelled body that are readable, by id, with what is expected of each. */
export function ownDocuments(): Record<string, { document: unknown; expect: string[] }> {
  const lines = readFileSync(join(root, "tests/policies/corpus/identity.jsonl"), "utf8")
    .trim()
    .split("\n");
  const entries = lines.map(
    (line) => JSON.parse(line) as { id: string; document: unknown; expect: string[] },
  );
  return Object.fromEntries(
    entries.filter((e) => !e.expect.includes("document-unparsable")).map((e) => [e.id, e]),
  );
}

/** Every n-th of AWS's managed policies: a sample that is the same in each run. */
export function managedSample(every: number): Record<string, unknown> {
  const names = Object.keys(managedPolicies()).sort();
  const all = managedPolicies();
  return Object.fromEntries(
    names.filter((_, index) => index % every === 0).map((name) => [name, all[name]]),
  );
}
