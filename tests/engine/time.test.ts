import assert from "node:assert/strict";
import { makespan } from "./makespan";
import { describeEngine, Sandbox } from "./sandbox";

/** Times as fast as AWS: slow enough that the engine's own work is little beside it. */
const SCALE = process.env["ENGINE_TESTS"] === "all" ? 10 : 20;

describeEngine("the real engine, in simulated time", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  it("takes little longer than its longest chain of dependencies", async () => {
    const stack = "exercise-cluster";
    await sandbox.run(`up -s ${stack} --skip-preview`, { SANDBOX_LATENCY: `real/${SCALE}` });
    const { actual, critical, chain } = makespan(sandbox.journal(), sandbox.state(stack));
    const ratio = actual / critical;
    console.log(`      ${actual} ms, chain ${critical} ms, ratio ${ratio.toFixed(3)}`);
    console.log(`      ${chain.join("\n      ")}`);
    assert.ok(ratio <= 1.1, `ratio ${ratio}`);
  });
});
