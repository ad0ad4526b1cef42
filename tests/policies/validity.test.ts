import assert from "node:assert/strict";
import { analyseDocument, type Finding } from "../../policies/analyser";
import { allow, doc } from "./support/records";

const identity = (document: object): Finding[] => analyseDocument(document, { kind: "identity" });

describe("policies: actions and resources that do not fit", () => {
  const messages = (statement: object, rule: string): string[] =>
    identity(doc(statement))
      .filter((f) => f.rule === rule)
      .map(({ message }) => message);

  it("reports an action that does not exist, with the nearest real one", () => {
    assert.deepEqual(messages(allow("s3:PutObjct", "arn:aws:s3:::b/*"), "action-unknown"), [
      "s3:PutObjct is no action of AWS; the nearest is s3:PutObject",
    ]);
    assert.match(
      messages(allow("s3:Gett*", "arn:aws:s3:::b/*"), "action-unknown")[0] ?? "",
      /matches no/,
    );
    const denied = { ...allow("s3:DeletObject"), Effect: "Deny" };
    assert.equal(messages(denied, "action-unknown").length, 1);
    assert.deepEqual(messages(allow("brandnewservice:DoIt"), "action-unknown"), []);
  });

  it("reports an action that cannot act on what its statement names", () => {
    const rule = "resource-not-taken";
    assert.equal(messages(allow("s3:GetObject", "arn:aws:s3:::b"), rule).length, 1);
    assert.equal(messages(allow("s3:ListBucket", "arn:aws:s3:::b/*"), rule).length, 1);
    assert.equal(
      messages(allow("ec2:DescribeInstances", "arn:aws:ec2:eu-west-1:1:instance/i"), rule).length,
      1,
    );
    for (const resource of [
      "arn:aws:s3:::b/*",
      "arn:aws:s3:::*",
      "*",
      "arn:aws:s3:::${aws:username}/*",
    ]) {
      assert.deepEqual(messages(allow("s3:GetObject", resource), rule), [], resource);
    }
  });
});

describe("policies: the place of a finding", () => {
  it("names statement, line and the wildcard that takes the action in", () => {
    const text = JSON.stringify(
      doc(allow("s3:GetObject", "arn:aws:s3:::b/*"), {
        Sid: "Wide",
        ...allow(["ec2:Describe*", "s3:Get*"]),
      }),
      null,
      2,
    );
    const [found] = analyseDocument(text, { kind: "identity" }).filter(
      (f) => f.rule === "data-read",
    );
    const line = text.split("\n").findIndex((row) => row.includes("s3:Get*")) + 1;
    assert.deepEqual(
      [found?.statement, found?.line, found?.caughtBy, found?.path],
      ["Wide", line, ["s3:Get*"], ["Statement", 1, "Action", 1]],
    );
  });

  it("tells statements of the same Sid apart", () => {
    const twice = { Sid: "Same", ...allow("s3:GetObject") };
    const found = identity(doc(twice, { ...twice }));
    assert.deepEqual(
      found.map(({ statement }) => statement),
      ["Same", "Same#1"],
    );
  });
});
