import assert from "node:assert/strict";
import { SimulatedCloud } from "../../tools/cloud";
import type { StackState } from "../../tools/rehearse/records";
import { attemptStack, runStack, shared, type Config } from "../support/harness";
import { KIND } from "../support/kubeconfigs";
import { settingsOf } from "../support/parsing";
import { projectWith, rehearse } from "../support/cli";

const NAME = "organization/eks-exercises";
const NODE_PORT: Config = { jenkins: { service: "NodePort" } };

/** The states of stacks that are up: the cluster's, and others by their outputs. */
async function upWith(
  others: Readonly<Record<string, Record<string, unknown>>>,
): Promise<ReadonlyMap<string, StackState>> {
  const { stacks } = await shared();
  const states = new Map(stacks);
  for (const [stack, outputs] of Object.entries(others)) {
    states.set(`${NAME}/${stack}`, { outputs, secretOutputNames: [] });
  }
  return states;
}

/** Runs a stack that must fail before it registers anything. @returns the error's message */
async function refusal(
  config: Config,
  stacks: ReadonlyMap<string, StackState> = new Map(),
  stack = "exercise-nodeport",
): Promise<string> {
  const { result, resources } = await attemptStack(config, { stack, stacks });
  assert.deepEqual(
    resources.map(({ type }) => type).filter((type) => !type.startsWith("pulumi:providers:")),
    ["pulumi:pulumi:Stack"],
    "nothing is created",
  );
  assert.equal(result.errors.length, 1);
  const [error] = result.errors;
  assert.equal(error!.stack, error!.message, "Pulumi formats a trace that it does not show");
  return error!.message;
}

describe("settings: the stack that has the cluster", () => {
  it("is brought up first, if its file creates one", async () => {
    const message = await refusal({ cluster: { stack: "exercise-cluster" }, ...NODE_PORT });
    assert.equal(
      message,
      'cluster.stack: "exercise-cluster" has no cluster to offer yet; nothing was created\n    fix: pulumi up -s exercise-cluster',
    );
  });

  for (const [title, stack] of [
    ["misspelt", "exercise-clustre"],
    ["one that takes its cluster from another", "exercise-ingress"],
    ["one that no file describes", "nowhere"],
  ] as const) {
    it(`is replaced by another name if it is ${title}: no up of it can help`, async () => {
      const message = await refusal({ cluster: { stack }, ...NODE_PORT });
      assert.equal(
        message,
        `cluster.stack: "${stack}" is no stack with a cluster; nothing was created\n    fix: pulumi config set --path cluster.stack exercise-cluster -s exercise-nodeport`,
      );
    });
  }

  it("is refused with the backend's reason if it cannot be read", async () => {
    class Foreign extends Map<string, StackState> {
      override get(): never {
        throw new Error("organization name must be 'organization'");
      }
    }
    const message = await refusal(
      { cluster: { stack: "acme/eks-exercises/dev" }, ...NODE_PORT },
      new Foreign(),
    );
    assert.match(message, /^cluster\.stack: "acme\/eks-exercises\/dev" cannot be read; nothing/);
    assert.match(
      message,
      /\n {4}reason: organization name must be 'organization'\n {4}fix: pulumi /,
    );
  });

  it("is refused if its outputs cannot be decrypted", async () => {
    const outputs = { clusterName: "c", region: "us-east-1", kubeconfig: { ciphertext: "x" } };
    const stacks = await upWith({ "exercise-cluster": outputs });
    const message = await refusal({ cluster: { stack: "exercise-cluster" }, ...NODE_PORT }, stacks);
    assert.match(message, /the outputs kubeconfig of "exercise-cluster" cannot be decrypted/);
    assert.match(message, /PULUMI_CONFIG_PASSPHRASE/);
  });
});

describe("settings: a stack with Jenkins", () => {
  const config = { cluster: { stack: "exercise-cluster" }, ...NODE_PORT };

  it("is refused while another has the namespace on the same cluster, with both ways on", async () => {
    const stacks = await upWith({
      "exercise-clusterip": { jenkinsNamespace: "student-bc-svc" },
    });
    assert.equal(
      await refusal(config, stacks),
      [
        'jenkins: stack "exercise-clusterip" is up, and has the namespace student-bc-svc and the pod jenkins already; nothing was created',
        "    fix, as the chapter does: pulumi config set --path jenkins.service NodePort -s exercise-clusterip && pulumi up -s exercise-clusterip",
        "    or start again: pulumi destroy -s exercise-clusterip && pulumi up -s exercise-nodeport",
      ].join("\n"),
    );
  });

  it("may be beside one of another name, and is itself when it is up", async () => {
    const stacks = await upWith({
      "exercise-clusterip": { jenkinsNamespace: "alice-bc-svc" },
      "exercise-nodeport": { jenkinsNamespace: "student-bc-svc" },
    });
    const { cloud } = await shared();
    const run = await runStack(config, {
      stack: "exercise-nodeport",
      stacks,
      ...(cloud && { cloud }),
    });
    assert.equal(run.outputs["jenkinsNamespace"], "student-bc-svc");
  });
});

describe("settings: a cluster that is up", () => {
  const warningsOf = async (outputs: Record<string, unknown>): Promise<readonly string[]> => {
    const stacks = new Map([[`${NAME}/mine`, { outputs, secretOutputNames: [] }]]);
    return (await runStack({ cluster: { create: {} } }, { stack: "mine", stacks })).result.warnings;
  };

  it("is warned of before another takes its place", async () => {
    const [warning] = await warningsOf({ clusterName: "alice-mine" });
    assert.match(warning!, /^The cluster alice-mine is up, and will be replaced by student-mine/);
  });

  it("is warned of if its region changes, where another takes its place", async () => {
    const [warning] = await warningsOf({ clusterName: "student-mine", region: "eu-west-1" });
    assert.match(
      warning!,
      /^The cluster student-mine in eu-west-1 is up, and will be replaced by student-mine in us-east-1/,
    );
  });

  it("is warned of if it is not this stack's, with the setting that gives another name", async () => {
    const cloud = new SimulatedCloud();
    await runStack({ cluster: { create: {} } }, { stack: "mine", cloud });
    const { result } = await runStack({ cluster: { create: {} } }, { stack: "mine", cloud });
    assert.match(
      result.warnings.join(),
      /^A cluster student-mine is in this account .* \(ResourceInUseException\).*\n {2}fix: pulumi config set name student-2 -s mine$/,
    );
  });

  it("is not warned of while its name stays", async () => {
    assert.deepEqual(await warningsOf({ clusterName: "student-mine" }), []);
    assert.deepEqual(await warningsOf({}), []);
  });

  it("has a name of its own, however long the stack's is", () => {
    const nameOf = (stack: string): string => {
      const { cluster } = settingsOf({ cluster: { create: {} } }, { stack });
      return cluster.kind === "create" ? cluster.clusterName : "";
    };
    const long = "s".repeat(120);
    assert.equal(nameOf(`${long}a`).length, 100);
    assert.notEqual(nameOf(`${long}a`), nameOf(`${long}b`));
  });
});

describe("settings: the Kubernetes provider of a stack", () => {
  for (const [title, config] of [
    ["that creates its cluster", { cluster: { create: {} } }],
    ["that takes another's", { cluster: { stack: "exercise-cluster" }, ...NODE_PORT }],
    ["on a cluster known by its kubeconfig", { ...KIND, ...NODE_PORT }],
  ] as const) {
    it(`takes fields back that were changed by hand, in a stack ${title}`, async () => {
      const { stacks, cloud } = await shared();
      const run = await runStack(config, { stack: "mine", stacks, ...(cloud && { cloud }) });
      const [provider] = run.all("kubernetesProvider");
      assert.equal(String(provider!.inputs["enablePatchForce"]), "true");
    });
  }
});

describe("settings: the zones of a region", () => {
  it("are counted before anything is created", async () => {
    const message = await refusal({ cluster: { create: { zones: 4 } } }, new Map(), "mine");
    assert.match(
      message,
      /^cluster\.create\.zones: 4; nothing was created\n {4}allowed: at most 3/,
    );
    assert.match(message, /fix: pulumi config set --path cluster\.create\.zones 3 -s mine$/);
  });
});

describe("npm run rehearse, of a stack whose cluster's stack fails,", () => {
  it("says why that one failed", async function () {
    this.timeout(120_000);
    const directory = projectWith({
      "exercise-cluster": "config:\n  eks-exercises:cluster: {create: {zones: 1}}\n",
      one: "config:\n  eks-exercises:cluster: {stack: exercise-cluster}\n  eks-exercises:jenkins: {}\n",
    });
    const { code, stdout } = await rehearse(["one"], directory);
    assert.equal(code, 1, stdout);
    assert.match(
      stdout,
      /cause: the rehearsal of exercise-cluster failed: 1 problem in the settings/,
    );
    assert.match(stdout, /cluster\.create\.zones: 1/);
  });
});
