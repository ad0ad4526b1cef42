/** EksCluster with all its features on the real engine: created, unchanged by the next up, destroyed. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { ComponentsEngine, missingPart, ROOT } from "./components-engine";
import type { StateResource } from "./sandbox";

const TOKEN = "eks-exercises-components:EksCluster";
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

/** Features beside those that the examples have. */
const FEATURES = {
  allowedCidrs: ["203.0.113.7/32"],
  zones: 3,
  natGateways: "perZone",
  vpcEndpoints: true,
  nodes: { zones: 3, labels: { team: "blue" } },
  nodeGroups: {
    spot: {
      instanceTypes: ["m5.large", "m6i.large"],
      capacityType: "SPOT",
      taints: [{ key: "spot", effect: "NO_SCHEDULE" }],
    },
  },
  accessEntries: {
    team: { principalArn: role("team"), policy: "AmazonEKSEditPolicy", namespaces: ["blue"] },
    ci: { principalArn: role("ci"), kubernetesGroups: ["deployers"] },
  },
  addons: [
    { name: "aws-ebs-csi-driver" },
    { name: "amazon-cloudwatch-observability", by: "podIdentity" },
  ],
  logRetentionDays: 90,
  tags: { Team: "blue" },
};

describe("EksCluster with all features", function () {
  this.timeout(600_000);
  const engine = new ComponentsEngine();
  const project = join(engine.directory, "features");
  const run = (...args: string[]) => engine.run(project, ...args);
  const write = (properties: object, options: object = {}) =>
    writeFileSync(
      join(project, "Pulumi.yaml"),
      stringify({
        name: "features",
        runtime: "yaml",
        packages: { "eks-exercises-components": join(ROOT, "components") },
        config: { "aws:region": { value: "us-east-1" } },
        resources: { shop: { type: TOKEN, properties, options } },
      }),
    );
  const state = async () => {
    const { stdout } = await run("stack", "export");
    const { deployment } = JSON.parse(stdout) as { deployment: { resources?: StateResource[] } };
    return deployment.resources ?? [];
  };
  const succeed = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(code, 0, stdout + stderr);
  };

  before(async function () {
    const part = missingPart();
    if (part !== undefined) {
      console.log(`      skipped: ${part} is not built (bash tests/real/setup.sh ${part})`);
      this.skip();
    }
    await engine.start();
    mkdirSync(project);
    write(FEATURES);
    await succeed("stack", "init", "test");
  });
  after(() => engine.stop());

  it("is created with nothing for the policy pack to say", async () => {
    await succeed("up", "--yes", "--suppress-progress", "--policy-pack", join(ROOT, "policies"));
    const types = (await state()).map(({ type }) => type);
    const count = (type: string) => types.filter((each) => each === type).length;
    assert.equal(count("aws:ec2/natGateway:NatGateway"), 3);
    assert.equal(count("aws:eks/nodeGroup:NodeGroup"), 2);
    assert.equal(count("aws:eks/accessEntry:AccessEntry"), 2);
    assert.equal(count("aws:eks/addon:Addon"), 6);
  });

  it("is unchanged at the next up", () => succeed("preview", "--expect-no-changes"));

  it("gets deletion protection, which keeps it, and loses it, without being replaced", async () => {
    const idOf = async () => (await state()).find(({ type }) => type === "aws:eks/cluster:Cluster");
    const before = await idOf();
    write({ ...FEATURES, deletionProtection: true });
    await succeed("up", "--yes", "--suppress-progress");
    const { code, stdout } = await run("destroy", "--yes", "--suppress-progress");
    assert.notEqual(code, 0);
    assert.match(stdout, /deletion protection is enabled/);
    assert.equal((await idOf())?.id, before?.id);
    write(FEATURES);
    await succeed("up", "--yes", "--suppress-progress");
    assert.equal((await idOf())?.id, before?.id);
  });

  it("hands protect and retainOnDelete on to all that it creates", async () => {
    write(FEATURES, { protect: true, retainOnDelete: true });
    await succeed("up", "--yes", "--suppress-progress");
    const below = (await state()).filter(({ urn }) => urn.includes(":EksCluster$"));
    assert.ok(below.length > 50, `${below.length} resources`);
    for (const { urn, protect, retainOnDelete } of below) {
      assert.deepEqual({ protect, retainOnDelete }, { protect: true, retainOnDelete: true }, urn);
    }
    write(FEATURES);
    await succeed("up", "--yes", "--suppress-progress");
    const kept = (await state()).filter(({ protect, retainOnDelete }) => protect || retainOnDelete);
    assert.deepEqual(kept, [], "as before");
  });

  it("is destroyed, gateways and endpoints and all", async () => {
    await succeed("destroy", "--yes", "--suppress-progress");
    assert.deepEqual(await state(), []);
  });
});
