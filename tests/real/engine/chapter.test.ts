import assert from "node:assert/strict";
import { describeEngine, refusals, Sandbox } from "./sandbox";

/** The stacks in the chapter's order, then the stack with the whole chapter. */
const EXERCISES = ["autoscaler", "clusterip", "nodeport", "loadbalancer", "ingress"];

/** Brings a stack up, with previews and refreshes, until others can use it. */
async function bringUp(sandbox: Sandbox, stack: string): Promise<void> {
  await sandbox.run(`preview -s ${stack}`);
  await sandbox.run(`up -s ${stack} --skip-preview`);
  assert.deepEqual(refusals(sandbox.journal()), []);
  await sandbox.run(`up -s ${stack} --skip-preview --expect-no-changes`);
  await sandbox.run(`refresh -s ${stack} --skip-preview --expect-no-changes`);
}

async function destroy(sandbox: Sandbox, stack: string): Promise<void> {
  await sandbox.run(`destroy -s ${stack} --skip-preview`);
  assert.deepEqual(refusals(sandbox.journal()), []);
  assert.deepEqual(sandbox.state(stack), []);
}

describeEngine("the real engine, the chapter in order", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  it("brings the cluster up, the same twice, with nothing drifted", () =>
    bringUp(sandbox, "exercise-cluster"));

  for (const exercise of EXERCISES) {
    const stack = `exercise-${exercise}`;
    it(`${stack}: preview, up, up, refresh, destroy; the cluster is as before`, async () => {
      const before = sandbox.lasting();
      await bringUp(sandbox, stack);
      assert.ok(sandbox.lasting().length > before.length);
      await destroy(sandbox, stack);
      assert.deepEqual(sandbox.lasting().sort(), before.sort());
    });
  }

  it("destroys the cluster, and leaves nothing behind", async () => {
    await destroy(sandbox, "exercise-cluster");
    assert.deepEqual(sandbox.lasting(), []);
  });
});

describeEngine("the real engine, dev alone", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  it("preview, up, up, refresh", () => bringUp(sandbox, "dev"));

  it("destroys it, and leaves nothing behind", async () => {
    await destroy(sandbox, "dev");
    assert.deepEqual(sandbox.lasting(), []);
  });
});
