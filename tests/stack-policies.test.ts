/** The policy pack on this project's own stacks: it stops the chapter's shortcut only. */
import assert from "node:assert/strict";
import { findingsOf } from "../tools/rehearse/findings";
import { runOnSharedCluster, runStack, type Config, type Run } from "./support/harness";
import { shippedStacks } from "./support/shipped";

const findings = (run: Run) => findingsOf(run.resources);

describe("the policy pack on the project's own stacks", () => {
  it("finds nothing in any shipped stack", async () => {
    for (const [stack, run] of await shippedStacks()) assert.deepEqual(findings(run), [], stack);
  });

  const clean: Config[] = [
    { autoscaler: { permissions: "podIdentity" } },
    { ingress: { controller: "alb" } },
    { ingress: { controller: "ingress-nginx" } },
  ];
  for (const config of clean) {
    it(`finds nothing with ${JSON.stringify(config)}`, async () => {
      assert.deepEqual(findings(await runOnSharedCluster(config)), []);
    });
  }

  it("stops autoscaler rights on the node role of another stack, and explains why", async () => {
    const run = await runOnSharedCluster({ autoscaler: { permissions: "nodeRole" } });
    const [found, ...others] = findings(run);
    assert.deepEqual(others, []);
    assert.equal(found!.resource, "autoscaler-on-node-role");
    assert.ok(found!.stops);
    const text = found!.explanation.join("\n");
    assert.match(text, /every pod on the node/);
    assert.match(text, /it lets through: autoscaling:TerminateInstanceInAutoScalingGroup/);
    assert.match(text, /sts:AssumeRoleWithWebIdentity/);
  });

  it("stops them on the node role of the same stack", async () => {
    const config = { cluster: { create: {} }, autoscaler: { permissions: "nodeRole" } };
    const stopping = findings(await runStack(config)).filter(({ stops }) => stops);
    assert.ok(stopping.length > 0);
    for (const { resource } of stopping) {
      assert.ok(["autoscaler-on-node-role", "cluster-nodes-role"].includes(resource), resource);
    }
  });
});
