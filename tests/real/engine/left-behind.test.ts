/** What AWS leaves behind, and takes away by itself: shown where it happens, with the way on. */
import assert from "node:assert/strict";
import { configured, describeEngine, refusals, Sandbox } from "./sandbox";

const CLUSTER = "exercise-cluster";

describeEngine("the real engine, and a log group that came back after a destroy", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  const groups = () => sandbox.lasting().filter((name) => name.startsWith("aws:cloudwatch/"));

  it("is said to be left, taken over by the next up, and deleted by the next destroy", async () => {
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
    const leak = { SANDBOX_FAULTS: "delete@cluster-logs=leak" };
    const destroyed = await sandbox.run(`destroy -s ${CLUSTER} --skip-preview`, leak);
    assert.deepEqual(groups().length, 1);
    assert.match(destroyed, /log group \/aws\/eks\/student-exercise-cluster\/cluster/);
    const preview = await sandbox.run(`preview -s ${CLUSTER}`);
    assert.match(preview, /cluster-logs\s+import/);
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
    assert.deepEqual(refusals(sandbox.journal()), []);
    const [group] = sandbox.cloud().filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
    assert.equal(group!.inputs["retentionInDays"], 7, "it keeps logs for ever");
    await sandbox.run(`up -s ${CLUSTER} --skip-preview --expect-no-changes`);
    await sandbox.run(`destroy -s ${CLUSTER} --skip-preview`);
    assert.deepEqual(sandbox.lasting(), []);
  });
});
