import assert from "node:assert/strict";
import { stackNames } from "../../../tools/shared/stack-files";
import { configured, describeEngine, PROJECT, refusals, Sandbox } from "./sandbox";

const CLUSTER = "exercise-cluster";
const NODEPORT = "exercise-nodeport";

/** The uid of an object of Kubernetes: another one means another object. */
function uidOf(sandbox: Sandbox, id: string): unknown {
  const found = sandbox.cloud().filter((resource) => resource.id === id && resource.place);
  return found.map(({ type, outputs }) => [type, (outputs["metadata"] as { uid: string }).uid]);
}

describeEngine("the real engine, on a cluster", () => {
  const sandbox = new Sandbox();
  before(async function () {
    this.timeout(120_000);
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
  });
  after(() => sandbox.remove());

  it("takes the three commands as the chapter's user types them", async () => {
    const packed = await sandbox.run(`stack select ${NODEPORT}`);
    assert.doesNotMatch(packed, /error/);
    await sandbox.run(`up -s ${NODEPORT}`);
    const preview = await sandbox.run("preview --policy-pack policies");
    assert.match(preview, /9 unchanged|8 unchanged/);
    await sandbox.run("destroy");
    assert.deepEqual(sandbox.state(NODEPORT), []);
  });

  it("deletes only the service: pod and namespace keep their ids", async () => {
    await sandbox.run(`up -s ${NODEPORT} --skip-preview`);
    const before = [uidOf(sandbox, "student-bc-svc"), uidOf(sandbox, "student-bc-svc/jenkins")];
    const none = configured(sandbox, NODEPORT, { jenkins: { service: "none" } });
    await sandbox.run(`up -s ${NODEPORT} --skip-preview ${none}`);
    const deleted = sandbox.journal().filter(({ operation }) => operation === "delete");
    assert.deepEqual(deleted.map(({ urn }) => urn.split("::").at(-1)).sort(), [
      "jenkins-admit-203-0-113-7-32",
      "jenkins-service",
    ]);
    assert.equal(sandbox.journal().length, deleted.length);
    const pod = [["kubernetes:core/v1:Pod", (before[1] as unknown[][])[0]![1]]];
    assert.deepEqual(uidOf(sandbox, "student-bc-svc"), before[0]);
    const podBefore = (before[1] as unknown[][]).filter(([type]) => type === pod[0]![0]);
    assert.deepEqual(uidOf(sandbox, "student-bc-svc/jenkins"), podBefore);
  });

  it("replaces the service by one of another type; its load balancer comes and goes", async () => {
    const balancers = () => sandbox.lasting().filter((name) => name.startsWith("hidden:load"));
    const balanced = configured(sandbox, NODEPORT, { jenkins: { service: "LoadBalancer" } });
    await sandbox.run(`up -s ${NODEPORT} --skip-preview ${balanced}`);
    assert.equal(balancers().length, 1);
    await sandbox.run(`up -s ${NODEPORT} --skip-preview`);
    assert.equal(balancers().length, 0);
    assert.deepEqual(refusals(sandbox.journal()), []);
  });

  it("refuses to delete the subnets under another stack's load balancer, as AWS does", async () => {
    const balanced = configured(sandbox, NODEPORT, { jenkins: { service: "LoadBalancer" } });
    await sandbox.run(`up -s ${NODEPORT} --skip-preview ${balanced}`);
    const { code, text } = await sandbox.try(`destroy -s ${CLUSTER} --skip-preview`);
    assert.notEqual(code, 0, "the cluster went under its load balancer");
    assert.match(text, /DependencyViolation: .* interface of the load balancer of .*jenkins/);
  });
});

describeEngine("the real engine, and what changes behind its back", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  it("changes nothing after the autoscaler went to two nodes", async () => {
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
    await sandbox.run("autoscale 2");
    await sandbox.run(`up -s ${CLUSTER} --skip-preview --expect-no-changes`);
    await sandbox.run(`refresh -s ${CLUSTER} --skip-preview`);
    assert.ok(/"desiredSize":\s*2/.test(sandbox.stateText(CLUSTER)), "refresh did not see it");
    await sandbox.run(`up -s ${CLUSTER} --skip-preview --expect-no-changes`);
  });

  it("says what to do when a stack's cluster is not up", async () => {
    const empty = new Sandbox();
    const { code, text } = await empty.try(`preview -s ${NODEPORT}`);
    empty.remove();
    assert.notEqual(code, 0);
    assert.match(text, /fix: npm run sandbox -- up -s exercise-cluster/);
  });

  it("passes all stacks by the policy pack, and stops permissions: nodeRole", async () => {
    for (const stack of stackNames(PROJECT)) {
      await sandbox.run(`preview -s ${stack} --policy-pack policies`);
    }
    const stack = "exercise-autoscaler";
    const shortcut = configured(sandbox, stack, { autoscaler: { permissions: "nodeRole" } });
    const { code, text } = await sandbox.try(
      `preview -s ${stack} --policy-pack policies ${shortcut}`,
    );
    assert.notEqual(code, 0);
    assert.match(text, /mandatory/);
    assert.deepEqual(refusals(sandbox.journal()), []);
  });
});

describeEngine("the real engine, and another ingress controller", () => {
  const sandbox = new Sandbox();
  const stack = "exercise-ingress";
  after(() => sandbox.remove());

  it("deletes the Ingress, then its controller, before the other controller comes", async () => {
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
    for (const controller of ["alb", "nginx", "ingress-nginx"]) {
      const file = configured(sandbox, stack, { ingress: { controller } });
      const isFirst = sandbox.state(stack).length === 0;
      await sandbox.run(`up -s ${stack} --skip-preview ${file}`);
      const steps = sandbox
        .journal()
        .map(({ operation, urn }) => `${operation} ${urn.split("::").at(-1)}`)
        .filter((step) => /ingress-(ingress|controller)$/.test(step));
      const creations = ["create ingress-controller", "create ingress-ingress"];
      const deletions = ["delete ingress-ingress", "delete ingress-controller"];
      assert.deepEqual(steps, isFirst ? creations : [...deletions, ...creations], controller);
    }
    await sandbox.run(`destroy -s ${stack} --skip-preview`);
    assert.deepEqual(
      sandbox.lasting().filter((name) => name.startsWith("hidden:load")),
      [],
    );
  });
});
