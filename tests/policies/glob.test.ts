import assert from "node:assert/strict";
import fc from "fast-check";
import { analyseDocument } from "../../policies/analyser";
import { matches, matchesAny } from "../../policies/analyser/glob";
import { allow, doc } from "./support/records";

/** IAM's wildcards by their definition: slow, and plain to see. */
function simple(pattern: string, value: string): boolean {
  // row[j]: whether what was read of the pattern matches the first j characters of the value.
  let row = Array.from({ length: value.length + 1 }, (_, index) => index === 0);
  for (const sign of pattern.split("")) {
    const next = row.map(() => false);
    for (let j = 0; j <= value.length; j++) {
      if (sign === "*") next[j] = row[j] === true || (j > 0 && next[j - 1] === true);
      else if (j > 0) next[j] = row[j - 1] === true && (sign === "?" || sign === value[j - 1]);
    }
    row = next;
  }
  return row[value.length] === true;
}

const text = (signs: string, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...signs.split("")), { maxLength }).map((list) => list.join(""));

describe("policies: wildcards", () => {
  it("match what a simple matcher matches, with few letters, so that pieces overlap", () => {
    fc.assert(
      fc.property(text("ab*?", 12), text("ab", 14), (pattern, value) => {
        assert.equal(matches(pattern, value), simple(pattern, value), `${pattern} ${value}`);
      }),
      { numRuns: 5000 },
    );
  });

  it("take every sign but * and ? as it is", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 8 }),
        fc.string({ unit: "binary", maxLength: 8 }),
        (pattern, value) => {
          assert.equal(matches(pattern, value), simple(pattern, value));
          assert.equal(matches(`*${pattern}?*`, value), simple(`*${pattern}?*`, value));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("match a list as its patterns match one by one", () => {
    fc.assert(
      fc.property(fc.array(text("ab*?", 5), { maxLength: 5 }), text("ab", 6), (patterns, value) => {
        assert.equal(
          matchesAny(patterns, value),
          patterns.some((pattern) => simple(pattern, value)),
        );
      }),
    );
  });

  // A matcher that goes back over its choices does not come to the end of these in a lifetime.
  it("end on patterns of thousands of wildcards", () => {
    const long = "a".repeat(50_000);
    for (const unit of ["*?", "*a", "*a?", "?*", "**"]) {
      const pattern = `iam:${unit.repeat(5000)}x`;
      assert.equal(matches(pattern, `iam:${long}`), false, unit);
      assert.equal(matches(pattern, `iam:${long}x`), true, unit);
    }
  });

  it("do not hang the analysis of an action, a resource or a value of a condition", () => {
    const wild = "*?".repeat(60);
    const found = analyseDocument(
      doc(
        allow(`iam:${wild}x`),
        allow("s3:PutObject", `arn:aws:s3:::${wild}x`, {
          StringLike: { "aws:PrincipalArn": `${wild}x` },
        }),
      ),
      { kind: "identity" },
    );
    assert.ok(found.every(({ rule }) => rule !== "document-unparsable"));
  });
});
