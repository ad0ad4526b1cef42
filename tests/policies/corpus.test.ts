import assert from "node:assert/strict";
import { analyseDocument, type DocumentKind } from "../../policies/analyser";
import { analyseStack } from "../../policies/resources";
import { readCorpus } from "./support/corpus";
import { type Brief, ids, records } from "./support/records";

/** A line a document: what it is, what must be found (all of it, and nothing else), and why. */
interface Labelled {
  id: string;
  kind: DocumentKind | "stack";
  document?: unknown;
  resources?: Brief[];
  expect: string[];
  reason: string;
}

function found({ kind, document, resources }: Labelled): string[] {
  if (kind === "stack") return ids(analyseStack(records(resources ?? [])));
  return ids(analyseDocument(document, { kind }));
}

describe("policies: the labelled body", () => {
  const bodies = ["identity", "trust", "resource", "stack"].map((name) => ({
    name,
    entries: readCorpus<Labelled>(name),
  }));

  it("has at least 300 documents, each with its reason and an id of its own", () => {
    const all = bodies.flatMap(({ name, entries }) =>
      entries.map((e) => ({ ...e, id: `${name}/${e.id}` })),
    );
    assert.ok(all.length >= 300, `${all.length}`);
    assert.equal(new Set(all.map((e) => e.id)).size, all.length);
    assert.deepEqual(
      all.filter((e) => e.reason.length < 8),
      [],
    );
  });

  for (const { name, entries } of bodies) {
    it(`${name}: finds what is labelled in ${entries.length} documents, and nothing else`, () => {
      const wrong = entries.flatMap((entry) => {
        const actual = found(entry);
        return actual.join() === entry.expect.join()
          ? []
          : [
              `${entry.id} (${entry.reason}): expected [${entry.expect.join()}], found [${actual.join()}]`,
            ];
      });
      assert.deepEqual(wrong, []);
    });
  }
});
