import assert from "node:assert/strict";
import { analyseDocument, type Finding } from "../../policies/analyser";
import { MOST_COMPARISONS, withinBudget } from "../../policies/analyser/budget";
import { managedDocument } from "../../policies/analyser/managed-policies";
import { allow, doc, ids } from "./support/records";

const judge = (document: unknown): Finding[] => analyseDocument(document, { kind: "identity" });
const many = <T>(count: number, item: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => item(index));

describe("policies: limits of a document", () => {
  const excessive: [string, unknown, RegExp][] = [
    [
      "statements",
      doc(...many(501, () => allow("s3:GetObject"))),
      /has 501 statements, and at most 500/,
    ],
    ["actions", doc(allow(many(6001, (i) => `s3:a${i}`))), /more than 6000 actions/],
    [
      "resources",
      doc(
        allow(
          "s3:GetObject",
          many(5001, (i) => `arn:aws:s3:::a${i}`),
        ),
      ),
      /more than 5000 resources/,
    ],
    [
      "values of conditions",
      doc(
        allow("s3:GetObject", "*", {
          StringEquals: { "aws:PrincipalTag/a": many(5001, String) },
        }),
      ),
      /more than 5000 resources, principals and values/,
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
    assert.deepEqual(ids(judge(doc(...many(500, () => allow("ec2:DescribeInstances"))))), []);
  });

  const deny = (action: unknown, resource: unknown): object => ({
    ...allow(action, resource),
    Effect: "Deny",
  });
  const intricate: [string, unknown][] = [
    [
      "wildcards that allow with wildcards that deny",
      doc(
        ...many(250, () => allow(["ec2:*", "s3:P*t*", "iam:*"])),
        ...many(240, (i) => deny(["ec2:T*e", "s3:*k*"], `arn:aws:ec2:*:*:instance/*${i}`)),
      ),
    ],
    [
      "actions with resources",
      doc(
        allow(
          many(6000, (i) => ["ec2:RunInstances", "iam:PassRole", "rds:CreateDBInstance"][i % 3]),
          many(4900, (i) => `arn:aws:ec2:*:*:subnet/x${i}*`),
        ),
      ),
    ],
    ["wildcards with the names of a service", doc(allow(many(6000, (i) => `ec2:*${i}?*e*`)))],
  ];
  for (const [name, document] of intricate) {
    it(`refuses to compare too many ${name}, within the limits of each`, () => {
      const found = judge(document);
      assert.deepEqual(ids(found), ["document-unparsable"]);
      assert.match(found[0]?.message ?? "", /takes more than 1000000 comparisons/);
    });
  }

  it("judges AWS's own most intricate documents in a twentieth of the comparisons", () => {
    const names = ["ReadOnlyAccess", "SageMakerStudioProjectProvisioningRolePolicy"];
    for (const name of names) {
      const document = managedDocument(`arn:aws:iam::aws:policy/${name}`);
      assert.ok(document, name);
      assert.ok(
        withinBudget(() => judge(document), MOST_COMPARISONS / 20),
        name,
      );
    }
  });

  it("gives a proposal that takes too many comparisons the rule's own words", () => {
    const [found] = judge(doc(allow("ec2:TerminateInstances")));
    assert.ok(found);
    withinBudget(() => assert.match(found.instead, /^The same statement/), 0);
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
