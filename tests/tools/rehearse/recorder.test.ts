import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { stackConfig } from "../../../tools/shared/stack-files";
import { at, type Config, runComponents, runStack, shared } from "../../support/harness";
import { DIRECTORY, shippedStacks } from "../../support/shipped";

class Component extends pulumi.ComponentResource {
  constructor(name: string, outputs?: pulumi.Inputs) {
    super("eks-exercises-components:index:Test", name);
    new aws.ec2.Vpc(`${name}-vpc`, {}, { parent: this });
    if (outputs) this.registerOutputs(outputs);
  }
}

const HUSH = /hush/;

describe("the recorder", () => {
  it("masks secrets in inputs, in outputs, and in what is exported, at every depth", async () => {
    const hush = pulumi.secret("hush");
    const run = await runComponents(() => {
      const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: hush, tags: { a: "open", b: hush } });
      return { list: [1, { deep: hush }], tags: vpc.tags, open: "open" };
    });
    const vpc = run.one("vpc");
    assert.deepEqual(vpc.inputs, { cidrBlock: "[secret]", tags: { a: "open", b: "[secret]" } });
    assert.equal(vpc.outputs["cidrBlock"], "[secret]");
    assert.equal(vpc.outputs["tags"], "[secret]");
    assert.deepEqual(run.outputs, {
      list: [1, { deep: "[secret]" }],
      tags: "[secret]",
      open: "open",
    });
    assert.doesNotMatch(JSON.stringify([run.resources, run.outputs]), HUSH);
  });

  it("masks what a resource says that its provider makes secret", async () => {
    const run = await runComponents(() => {
      new aws.ec2.Vpc(
        "vpc",
        { cidrBlock: "10.0.0.0/16" },
        { additionalSecretOutputs: ["cidrBlock"] },
      );
    });
    assert.equal(run.one("vpc").outputs["cidrBlock"], "[secret]");
  });

  it("keeps secrets for other stacks, and says which they are", async () => {
    const { result } = await runComponents(() => ({ a: pulumi.secret("hush"), b: 1 }));
    assert.deepEqual(result.state, { outputs: { a: "hush", b: 1 }, secretOutputNames: ["a"] });
    const { stacks } = await shared();
    const state = stacks!.get("organization/eks-exercises/exercise-cluster")!;
    assert.deepEqual(state.secretOutputNames, ["kubeconfig"]);
    assert.match(JSON.stringify(state.outputs["kubeconfig"]), /certificate-authority-data/);
  });

  it("records what components register, masked", async () => {
    const run = await runComponents(() => {
      new Component("one", { open: 1, hush: pulumi.secret("hush") });
      new Component("two");
    });
    assert.deepEqual(run.component("Test", "one").registeredOutputs, { open: 1, hush: "[secret]" });
    // Pulumi registers for a component that forgets to that it has none.
    assert.deepEqual(run.component("Test", "two").registeredOutputs, {});
  });

  it("makes URNs as the engine does, with the types of all that is above", async () => {
    const run = await runComponents(() => void new Component("one"));
    assert.equal(
      run.one("vpc").urn,
      "urn:pulumi:test::eks-exercises::eks-exercises-components:index:Test$aws:ec2/vpc:Vpc::one-vpc",
    );
    assert.equal(run.one("vpc").parent, run.component("Test", "one").urn);
  });

  it("records what depends on what, by a value and by an option", async () => {
    const run = await runComponents(() => {
      const vpc = new aws.ec2.Vpc("vpc", {});
      const other = new aws.ec2.Vpc("other", {});
      new aws.ec2.Subnet("subnet", { vpcId: vpc.id }, { dependsOn: other });
    });
    const subnet = run.one("subnet");
    const [vpc, other] = [run.one("vpc", "vpc").urn, run.one("vpc", "other").urn];
    assert.deepEqual(subnet.propertyDependencies, { vpcId: [vpc] });
    assert.deepEqual([...subnet.dependencies].sort(), [other, vpc].sort());
  });

  it("records the options that decide a resource's life", async () => {
    const run = await runComponents(() => {
      const options = { ignoreChanges: ["tags"], replaceOnChanges: ["cidrBlock"] };
      const life = { protect: true, retainOnDelete: true, deleteBeforeReplace: true };
      new aws.ec2.Vpc("a", {}, { ...options, ...life, customTimeouts: { delete: "5m" } });
      new aws.ec2.Vpc("b", {});
    });
    assert.deepEqual(run.one("vpc", "a").options, {
      protect: true,
      retainOnDelete: true,
      deleteBeforeReplace: true,
      ignoreChanges: ["tags"],
      replaceOnChanges: ["cidrBlock"],
      deleteTimeout: "5m",
    });
    assert.deepEqual(run.one("vpc", "b").options, {
      protect: false,
      retainOnDelete: false,
      deleteBeforeReplace: false,
      ignoreChanges: [],
      replaceOnChanges: [],
      deleteTimeout: "",
    });
  });
});

describe("a preview", () => {
  it("succeeds for every shipped stack, with the same resources as the update", async () => {
    const shipped = await shippedStacks();
    const around = await shared();
    for (const [stack, done] of shipped) {
      const { config } = stackConfig(DIRECTORY, stack);
      const own = Object.entries(config)
        .filter(([key]) => key.startsWith("eks-exercises:"))
        .map(([key, raw]) => [key.slice("eks-exercises:".length), raw]);
      const run = await runStack(Object.fromEntries(own) as Config, {
        ...around,
        stack,
        preview: true,
      });
      const urns = (resources: readonly { urn: string }[]) =>
        resources.map(({ urn }) => urn).sort();
      assert.deepEqual(urns(run.resources), urns(done.resources), stack);
    }
  });

  it("knows what is configured, and nothing that only the cloud can say", async () => {
    const run = await runStack({ cluster: { create: {} } }, { preview: true });
    assert.equal(at(run.one("cluster"), "inputs.version"), "1.36");
    assert.equal(at(run.one("subnet", "cluster-network-public-0"), "inputs.vpcId"), "[unknown]");
    assert.equal(run.outputs["vpcId"], "[unknown]");
    assert.equal(at(run.one("vpc"), "outputs.arn"), undefined);
  });
});
