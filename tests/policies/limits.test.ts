import assert from "node:assert/strict";
import { analyseDocument, type Finding } from "../../policies/analyser";
import { allow, doc, ids } from "./support/records";

const judge = (document: unknown): Finding[] => analyseDocument(document, { kind: "identity" });
const many = <T>(count: number, item: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => item(index));

describe("policies: limits of a document", () => {
  const excessive: [string, unknown, RegExp][] = [
    [
      "statements",
      doc(...many(1001, () => allow("s3:GetObject"))),
      /has 1001 statements, and at most 1000/,
    ],
    ["actions", doc(allow(many(6001, (i) => `s3:a${i}`))), /more than 6000 actions/],
    [
      "resources",
      doc(
        allow(
          "s3:GetObject",
          many(10_001, (i) => `arn:aws:s3:::a${i}`),
        ),
      ),
      /more than 10000 resources/,
    ],
    [
      "values of conditions",
      doc(
        allow("s3:GetObject", "*", {
          StringEquals: { "aws:PrincipalTag/a": many(10_001, String) },
        }),
      ),
      /more than 10000 resources, principals and values/,
    ],
  ];
  for (const [name, document, message] of excessive) {
    it(`refuses too many ${name}, and says how many are judged`, () => {
      for (const given of [document, JSON.stringify(document)]) {
        const found = judge(given);
        assert.deepEqual(ids(found), ["document-unparsable"]);
        assert.match(found[0]?.message ?? "", message);
      }
    });
  }

  it("judges what is just below them", () => {
    assert.deepEqual(ids(judge(doc(...many(1000, () => allow("ec2:DescribeInstances"))))), []);
  });

  it("says of a name of 60 KB that it is too long, briefly, and judges the rest", () => {
    for (const name of ["a".repeat(60_000), "*a".repeat(30_000)]) {
      const found = judge(doc(allow(`s3:${name}`), allow("ec2:TerminateInstances")));
      assert.deepEqual(ids(found), ["document-unparsable", "unscoped-write"]);
      assert.ok(JSON.stringify(found).length < 5000);
    }
    const found = judge(doc(allow("s3:PutObject", `arn:aws:s3:::${"a".repeat(60_000)}`)));
    assert.deepEqual(ids(found), ["document-unparsable"]);
  });

  it("reads a document that begins with a byte-order mark, as the engine may pass it", () => {
    const text = JSON.stringify(doc(allow("ec2:TerminateInstances")), null, 2);
    const [found] = judge(`\uFEFF${text}`);
    assert.equal(found?.rule, "unscoped-write");
    assert.equal(found.line, judge(text)[0]?.line);
  });

  it("reports a key that is there twice, which hides what stands first", () => {
    const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Action":"s3:ListAllMyBuckets","Resource":"*"}]}`;
    const found = judge(text);
    assert.deepEqual(ids(found), ["document-unparsable"]);
    assert.match(found[0]?.message ?? "", /has Statement\[0\]\.Action twice/);
  });
});
