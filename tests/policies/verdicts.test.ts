import assert from "node:assert/strict";
import { analyseDocument, type DocumentKind } from "../../policies/analyser";
import { readCorpus } from "./support/corpus";
import { allow, doc, ids } from "./support/records";

/**
 * A document and what it deserves: `flag` is at least one mandatory finding, `clean` is none at all; with
 * `advice`, a clean document has advisory ones.
 */
interface Labelled {
  id: string;
  kind: DocumentKind;
  verdict: "flag" | "clean";
  advice?: true;
  document: unknown;
  reason: string;
}

describe("policies: verdicts on documents labelled by AWS's semantics", () => {
  const bodies = [
    { name: "narrowing", about: "conditions, resource types and denials of identity policies" },
    { name: "callers", about: "trust policies" },
    { name: "guards", about: "conditions of resource policies" },
    { name: "reports", about: "documents from public reports and AWS's own pages" },
  ].map((body) => ({ ...body, entries: readCorpus<Labelled>(body.name) }));

  it("has an id and a reason for each, and both verdicts in each body", () => {
    for (const { name, entries } of bodies) {
      assert.equal(new Set(entries.map((e) => e.id)).size, entries.length, name);
      assert.deepEqual(
        entries.filter((e) => e.reason.length < 8).map((e) => e.id),
        [],
      );
      assert.deepEqual([...new Set(entries.map((e) => e.verdict))].sort(), ["clean", "flag"]);
    }
  });

  for (const { name, about, entries } of bodies) {
    it(`${name} (${about}): flags what is labelled so in ${entries.length} documents, and nothing else`, () => {
      const wrong = entries.flatMap((entry) => {
        const found = analyseDocument(entry.document, { kind: entry.kind });
        const isStopped = found.some((f) => f.level === "mandatory");
        const isRight =
          isStopped === (entry.verdict === "flag") &&
          (isStopped || found.length > 0 === (entry.advice ?? false));
        const rules = found.map((f) => f.rule).join();
        return isRight
          ? []
          : [`${entry.id} (${entry.reason}): labelled ${entry.verdict}, found [${rules}]`];
      });
      assert.deepEqual(wrong, []);
    });
  }

  it("reads a text with a byte order mark as the same text without", () => {
    const text = JSON.stringify(doc(allow("s3:*")));
    const verdict = (given: string): string[] => ids(analyseDocument(given, { kind: "identity" }));
    assert.deepEqual(verdict(`\uFEFF${text}`), verdict(text));
    assert.deepEqual(verdict(text), ["service-wildcard"]);
  });
});
