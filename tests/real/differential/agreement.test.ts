/**
 * The sandbox's Kubernetes provider against Pulumi's own: the same steps on both, through the engine's
 * protocol. The real one works on a real API server.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { useLiveCluster } from "../../support/cluster";
import { ProviderClient, Resource, type Outcome } from "../../support/provider-client";
import { TAKEN } from "../kubernetes/objects";
import { noProviderBecause, startReal, startSimulated, type Running } from "./providers";
import { PLACE, releaseScenarios, SCENARIOS, type Scenario } from "./scenarios";

/** What the engine sends for text that an update makes known. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const PROVIDER = "urn:pulumi:s::p::pulumi:providers:kubernetes::k8s";
/** Stand-ins for the chapter's charts. */
const CHARTS = join(__dirname, "..", "charts");
const urnOf = (type: string, name: string): string => `urn:pulumi:s::p::${type}::${name}`;

/** A provider for a cluster with the namespace and the Service that stories need. */
interface Side {
  readonly name: string;
  readonly client: ProviderClient;
}

async function tell(side: Side, { steps }: Scenario): Promise<Outcome[]> {
  const resources = new Map<string, Resource>();
  const outcomes: Outcome[] = [];
  for (const { name, type, inputs } of steps) {
    const resource = resources.get(name) ?? new Resource(side.client, urnOf(type, name));
    resources.set(name, resource);
    outcomes.push(await resource.bring(inputs));
  }
  return outcomes;
}

/** Whether an outcome is the expected one; a refusal holds the expected words. */
function fits(outcome: Outcome, expected: Outcome): boolean {
  const words = /^refused: (.*)$/s.exec(expected)?.[1];
  return words === undefined
    ? outcome === expected
    : outcome.startsWith("refused: ") && outcome.includes(words);
}

/** A kubeconfig whose active cluster is a server, for one user. */
function kubeconfigFor(server: string, token: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
    clusters: [{ name: "k", cluster: { server } }],
    users: [{ name: "u", user: { token } }],
  });
}

describe("the sandbox's Kubernetes provider, against Pulumi's own", function () {
  this.timeout(120_000);
  const live = useLiveCluster({ keep: true });
  const running: Running[] = [];
  const sides: Side[] = [];
  let kubeconfig = "";

  async function connect(name: string, provider: Running, args: object): Promise<ProviderClient> {
    running.push(provider);
    const client = new ProviderClient(provider.port);
    await client.configure(PROVIDER, { ...args });
    sides.push({ name, client });
    return client;
  }

  before(async function () {
    const reason = noProviderBecause();
    if (reason) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    kubeconfig = readFileSync(live().kubeconfig, "utf8");
    await live().namespace(PLACE);
    await live().create(TAKEN);
    await live().node("differential");
    await connect("real", await startReal(), { kubeconfig });
    const simulated = await connect("simulated", await startSimulated(), { kubeconfig: "{}" });
    const place = { apiVersion: "v1", kind: "Namespace", metadata: { name: PLACE } };
    const there = [
      [urnOf("kubernetes:core/v1:Namespace", "place"), place],
      [urnOf("kubernetes:core/v1:Service", "first"), TAKEN],
    ] as const;
    for (const [urn, object] of there) await simulated.create(urn, { ...object });
  });

  after(() => {
    for (const { client } of sides) client.close();
    for (const provider of running) provider.stop();
  });

  for (const scenario of [...SCENARIOS, ...releaseScenarios(CHARTS)]) {
    it(`agrees about ${scenario.what}`, async () => {
      const told = await Promise.all(sides.map((side) => tell(side, scenario)));
      for (const [i, { name }] of sides.entries()) {
        const expected = scenario.steps.map((step) =>
          name === "real" ? (step.older ?? step.expected) : step.expected,
        );
        const fitting = told[i]!.map((outcome, j) =>
          fits(outcome, expected[j]!) ? expected[j]! : outcome,
        );
        assert.deepEqual(fitting, expected, name);
      }
    });
  }

  it("agrees that another server replaces the provider, and another user does not", async () => {
    const of = (server: string, token: string) => ({ kubeconfig: kubeconfigFor(server, token) });
    const before = of("https://one.example.com", "a");
    for (const { name, client } of sides) {
      const user = await client.diffConfig(PROVIDER, before, of("https://one.example.com", "b"));
      const server = await client.diffConfig(PROVIDER, before, of("https://two.example.com", "a"));
      const unknown = await client.diffConfig(PROVIDER, before, { kubeconfig: UNKNOWN });
      assert.deepEqual([user.changes, user.replaces], [true, []], name);
      assert.deepEqual([server.changes, server.replaces], [true, ["kubeconfig"]], name);
      assert.deepEqual([unknown.changes, unknown.replaces], [true, ["kubeconfig"]], name);
    }
  });

  it("agrees about an import, and about an object that is not there", async () => {
    const urn = urnOf("kubernetes:core/v1:Service", "imported");
    for (const { name, client } of sides) {
      const found = await client.read(urn, `${PLACE}/first`);
      assert.equal((found?.inputs["spec"] as { type?: string }).type, "NodePort", name);
      assert.equal(await client.read(urn, `${PLACE}/nobody`), undefined, name);
    }
  });

  it("agrees that a cluster which is gone is unreachable, whatever is asked of it", async () => {
    const gone = {
      real: kubeconfigFor("https://127.0.0.1:1", "a"),
      simulated: kubeconfigFor("https://GONE.gr7.us-east-1.eks.amazonaws.com", "a"),
    };
    const urn = urnOf("kubernetes:core/v1:Service", "it");
    const inputs = { apiVersion: "v1", kind: "Service", metadata: { name: "x", namespace: "y" } };
    const state = { id: "y/x", inputs, outputs: inputs };
    for (const [name, provider] of [
      ["real", await startReal()],
      ["simulated", await startSimulated()],
    ] as const) {
      running.push(provider);
      const client = new ProviderClient(provider.port);
      await client.configure(PROVIDER, { kubeconfig: gone[name] });
      const unreachable = "configured Kubernetes cluster is unreachable";
      const fix = "PULUMI_K8S_DELETE_UNREACHABLE";
      await assert.rejects(client.create(urn, inputs), new RegExp(unreachable), name);
      await assert.rejects(client.delete(urn, state), new RegExp(`${unreachable}.*${fix}`), name);
      await assert.rejects(
        client.read(urn, state.id, state),
        new RegExp(`^Error: failed to read resource state due to unreachable cluster.*${fix}`),
        name,
      );
      client.close();
    }
  });
});
