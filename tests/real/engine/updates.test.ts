/** Updates: up does what its preview announced, and EKS's refusals fail as on EKS. */
import assert from "node:assert/strict";
import { configured, describeEngine, Sandbox } from "./sandbox";

const CLUSTER = "exercise-cluster";

/** The counts of a summary, such as `3 update, 1 delete`, whichever tense it is in. */
function countsOf(text: string): string[] {
  const summary = text.slice(text.lastIndexOf("Resources:"));
  return [...summary.matchAll(/[~+-]+ *(\d+) (?:to )?(create|update|delete|replace)/g)].map(
    ([, count, what]) => `${count} ${what}`,
  );
}

describeEngine("the real engine, and an update of the cluster", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  const file = (create: object, more: object = {}): string =>
    configured(sandbox, CLUSTER, { cluster: { create }, ...more });

  before(async () => {
    await sandbox.run(`up -s ${CLUSTER} --skip-preview ${file({ kubernetesVersion: "1.35" })}`);
  });

  it("previews a change of allowedCidrs as up carries it out, with the nodes left alone", async () => {
    const changed = file(
      { kubernetesVersion: "1.35" },
      { allowedCidrs: ["203.0.113.7/32", "198.51.100.0/24"] },
    );
    const preview = countsOf(await sandbox.run(`preview -s ${CLUSTER} ${changed}`));
    const up = countsOf(await sandbox.run(`up -s ${CLUSTER} --skip-preview ${changed}`));
    assert.deepEqual(preview, up);
    assert.ok(preview.length > 0);
    const touched = sandbox.journal().map(({ operation, urn }) => `${operation} ${urn}`);
    assert.deepEqual(
      touched.filter((line) => /nodeGroup|launchTemplate/.test(line)),
      [],
    );
  });

  for (const [title, create, words] of [
    [
      "to an earlier version",
      { kubernetesVersion: "1.34" },
      /Unsupported Kubernetes minor version update from 1\.35 to 1\.34/,
    ],
    [
      "of the zones",
      { kubernetesVersion: "1.35", zones: 3 },
      /should belong to the exact set of AZs 'us-east-1a,us-east-1b'/,
    ],
  ] as const) {
    it(`refuses a change ${title}, and changes nothing of the cluster`, async () => {
      const { code, text } = await sandbox.try(`up -s ${CLUSTER} --skip-preview ${file(create)}`);
      assert.notEqual(code, 0);
      assert.match(text, words);
      const [cluster] = sandbox.cloud().filter(({ type }) => type === "aws:eks/cluster:Cluster");
      assert.equal(cluster!.inputs["version"], "1.35");
    });
  }

  it("refuses to skip a version", async () => {
    const fresh = new Sandbox();
    const at = (kubernetesVersion: string) =>
      configured(fresh, CLUSTER, { cluster: { create: { kubernetesVersion } } });
    try {
      await fresh.run(`up -s ${CLUSTER} --skip-preview ${at("1.34")}`);
      const { code, text } = await fresh.try(`up -s ${CLUSTER} --skip-preview ${at("1.36")}`);
      assert.notEqual(code, 0);
      assert.match(text, /Unsupported Kubernetes minor version update from 1\.34 to 1\.36/);
    } finally {
      fresh.remove();
    }
  });

  it("reports a fault that no operation of the command meets", async () => {
    const fault = { SANDBOX_FAULTS: "create@nobody=once" };
    const text = await sandbox.run(`preview -s ${CLUSTER}`, fault);
    assert.match(text, /no operation of this command matches create@nobody=once/);
  });
});
