/** Leftovers of AWS: the sandbox reports them when they appear, with the way on. */
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
    const [group] = sandbox
      .cloud()
      .filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
    assert.equal(group!.inputs["retentionInDays"], 7, "it keeps logs forever");
    await sandbox.run(`up -s ${CLUSTER} --skip-preview --expect-no-changes`);
    await sandbox.run(`destroy -s ${CLUSTER} --skip-preview`);
    assert.deepEqual(sandbox.lasting(), []);
  });
});

describeEngine("the real engine, and what keeps a network", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  it("names interfaces that the VPC CNI left, which keep the subnet and EKS's own group", async () => {
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
    const { code, text } = await sandbox.try(`destroy -s ${CLUSTER} --skip-preview`, {
      SANDBOX_FAULTS: "delete@cluster-nodes-group=leak",
    });
    assert.notEqual(code, 0);
    assert.match(text, /DependencyViolation: .*interface eni-\w+ of the VPC CNI/);
    assert.match(text, /AWS is left with what no stack deletes:\n {2}network interface eni-/);
    assert.match(text, /security group sg-\w+, which its VPC cannot go before/);
    assert.match(text, /on AWS: npm run teardown -- --check/);
  });
});

describeEngine("the real engine, and a cluster that other stacks are on", () => {
  const sandbox = new Sandbox();
  const stack = "exercise-loadbalancer";
  const elsewhere = { SANDBOX_ADDRESS: "198.51.100.7" };
  after(() => sandbox.remove());

  before(async () => {
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
    await sandbox.run(`up -s ${stack} --skip-preview`);
  });

  it("is closed to another address, and says that its up comes first", async () => {
    const { code, text } = await sandbox.try(`destroy -s ${stack} --skip-preview`, elsewhere);
    assert.notEqual(code, 0);
    assert.match(text, /configured Kubernetes cluster is unreachable/);
    assert.match(text, /admits 203\.0\.113\.7\/32, and your address is 198\.51\.100\.7 now/);
    assert.match(text, /not: PULUMI_K8S_DELETE_UNREACHABLE, .* load balancers stay, billed/);
    const fix = /fix: npm run sandbox -- (up -s \S+),/.exec(text)![1]!;
    await sandbox.run(`${fix} --skip-preview`, elsewhere);
    await sandbox.run(`refresh -s ${stack} --skip-preview`, elsewhere);
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
  });

  it("is said to be in use before its destroy, and to leave a load balancer that nobody deletes", async () => {
    const { code, text } = await sandbox.try(`destroy -s ${CLUSTER} --skip-preview`);
    assert.notEqual(code, 0);
    assert.match(
      text,
      /^The cluster of exercise-cluster has objects of exercise-loadbalancer\. .*\n {2}fix: npm run sandbox -- destroy -s exercise-loadbalancer\n/m,
    );
    assert.match(text, /\n {2}load balancer \S+, billed: the cluster .* is gone\n/);
    assert.match(text, /DependencyViolation/);
  });
});

describeEngine("the real engine, and the number of nodes", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  const running = () =>
    sandbox.lasting().filter((name) => name.startsWith("hidden:networkInterface"));

  it("is not changed without a cluster, nor to a number outside the group's limits", async () => {
    const none = await sandbox.try("autoscale 2");
    assert.equal(none.code, 1);
    assert.match(
      none.text,
      /there is no node group\n {2}fix: npm run sandbox -- up -s exercise-cluster/,
    );
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
    for (const [size, words] of [
      [9, /value 9 is above max value 4/],
      [0, /value 0 is below min value 2/],
    ] as const) {
      const { code, text } = await sandbox.try(`autoscale ${size}`);
      assert.notEqual(code, 0);
      assert.match(text, words);
      assert.doesNotMatch(text, /bug/);
    }
  });

  it("stays two, since all nodes are in one zone", async () => {
    const before = running().length;
    assert.doesNotMatch(await sandbox.run("autoscale 2"), /zones/);
    assert.equal(running().length, before - 1);
  });

  it("is three again after a change of the limits, unless refresh has seen the two", async () => {
    const file = (maxSize: number) =>
      configured(sandbox, CLUSTER, { cluster: { create: { nodes: { maxSize } } } });
    const before = running().length;
    await sandbox.run(`up -s ${CLUSTER} --skip-preview ${file(5)}`);
    assert.equal(running().length, before + 1, "the provider sends the whole of scalingConfig");
    await sandbox.run("autoscale 2");
    await sandbox.run(`up -s ${CLUSTER} --skip-preview --refresh ${file(6)}`);
    assert.equal(running().length, before);
  });
});
