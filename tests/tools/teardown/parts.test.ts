/** What belongs to whom, how commands are written, and what a report comes to. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { awsCommand, shellWord, type Leftover } from "../../../tools/teardown/leftover";
import { belongsToAnother, isOwned } from "../../../tools/teardown/ownership";
import { exitCodeOf, reportText } from "../../../tools/teardown/report";
import { OURS } from "./support/owners";

const PROGRAM = { Project: "eks-exercises", Owner: "student", Exercise: "exercise" };
const NAMED = "kubernetes.io/cluster/";

describe("teardown: whose it is", () => {
  it("takes what names the cluster, by whichever controller's tag", () => {
    for (const key of ["aws:eks:cluster-name", "eks:cluster-name", "elbv2.k8s.aws/cluster"]) {
      assert.equal(isOwned(OURS, { [key]: "student-exercise" }), true, key);
    }
    assert.equal(isOwned(OURS, { [`${NAMED}student-exercise`]: "shared" }), true);
  });

  it("takes what has all of the program's tags, and leaves what lacks one or has another's", () => {
    assert.equal(isOwned(OURS, PROGRAM), true);
    for (const key of Object.keys(PROGRAM)) {
      assert.equal(isOwned(OURS, { ...PROGRAM, [key]: "another" }), false, key);
      assert.equal(isOwned(OURS, { ...PROGRAM, [key]: "" }), false, key);
    }
  });

  it("leaves what names another cluster, even one whose name begins with ours", () => {
    for (const name of ["student-exercise-2", "student-exercis", "STUDENT-EXERCISE"]) {
      const tags = { ...PROGRAM, [`${NAMED}${name}`]: "owned" };
      assert.equal(isOwned(OURS, tags), false, name);
      assert.equal(belongsToAnother(OURS, tags), true, name);
    }
    assert.equal(belongsToAnother(OURS, PROGRAM), false);
  });

  it("tells clusters with the same tags apart by the tag Cluster, which version 0.1 did not have", () => {
    assert.equal(isOwned(OURS, { ...PROGRAM, Cluster: "student-exercise" }), true);
    assert.equal(isOwned(OURS, { ...PROGRAM, Cluster: "alice-exercise" }), false);
    assert.equal(isOwned(OURS, { ...PROGRAM, Project: "x", Cluster: "student-exercise" }), false);
  });

  it("goes by the stacks' tags alone while the cluster is up: the rest is the cluster's", () => {
    const up = { ...OURS, stacks: ["exercise-nodeport"], isUp: true };
    const ofCluster = { [`${NAMED}student-exercise`]: "owned" };
    assert.equal(isOwned(up, ofCluster), false);
    assert.equal(isOwned(up, PROGRAM), false);
    assert.equal(isOwned(up, { ...PROGRAM, ...ofCluster, Exercise: "exercise-nodeport" }), true);
  });
});

describe("teardown: commands", () => {
  it("end in the region, and in the profile if the stack has one", () => {
    assert.equal(awsCommand(OURS, "ec2", "x"), "aws ec2 x --region us-east-1");
    const command = awsCommand({ ...OURS, profile: "my class" }, "ec2", "x");
    assert.equal(command, "aws ec2 x --region us-east-1 --profile 'my class'");
  });

  it("quote every word so that a shell reads it as it is", () => {
    const word = fc
      .string({ unit: "binary-ascii", minLength: 1 })
      .filter((s) => !/[\0\r\n]/.test(s));
    fc.assert(
      fc.property(word, (text) => {
        const read = execFileSync("/bin/sh", ["-c", `printf %s ${shellWord(text)}`]).toString();
        assert.equal(read, text);
      }),
      { numRuns: 40 },
    );
  });
});

describe("teardown: the report", () => {
  const left: Leftover = {
    kind: "volume",
    id: "vol-1",
    why: "why",
    source: "source",
    perDay: 0.001,
    commands: ["one", "two"],
  };
  const blind = { what: "keys", why: "denied" };
  const nothing = { destroyed: [], up: [], left: [], blind: [] };

  it("comes to 2 if something could not be looked for, whatever was found", () => {
    assert.equal(exitCodeOf(nothing), 0);
    assert.equal(exitCodeOf({ ...nothing, left: [left] }), 1);
    assert.equal(exitCodeOf({ ...nothing, up: [{ name: "dev", resources: 3 }] }), 1);
    assert.equal(exitCodeOf({ ...nothing, left: [left], blind: [blind] }), 2);
  });

  it("lists commands in order, and never says that nothing is left if it could not look", () => {
    const text = reportText({
      ...nothing,
      left: [left],
      blind: [blind, { ...blind, what: "roles" }],
    });
    assert.match(text, /a day: {2}less than \$0\.01\n {2}remove: one\n {10}two\n/);
    assert.match(text, /Could not look for keys, roles:\n {2}denied$/);
    assert.doesNotMatch(text, /Nothing is left/);
  });

  it("has nothing to type for what AWS removes itself", () => {
    const text = reportText({ ...nothing, left: [{ ...left, perDay: 0, commands: [] }] });
    assert.match(text, /a day: {2}nothing\n {2}remove: nothing to do; look again/);
  });

  it("names the sandbox's own command for a stack of the sandbox", () => {
    const up = { ...nothing, up: [{ name: "dev", resources: 1 }] };
    assert.match(
      reportText(up, true),
      /dev is up, with 1 resource\n {2}remove: npm run teardown -- --sandbox dev$/,
    );
    assert.match(reportText(up), /remove: npm run teardown -- dev$/);
  });
});
