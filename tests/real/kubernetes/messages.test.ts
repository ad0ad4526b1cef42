/**
 * What a person reads when Kubernetes refuses: the API server's own words, in the output of the real
 * engine. The engine's Kubernetes is the simulated one; the words are asked of a real API server.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { describeEngine, Sandbox } from "../engine/sandbox";
import { runStack, type Config } from "../../support/harness";
import { KIND } from "../../support/kubeconfigs";
import { ApiError, useLiveCluster } from "../../support/cluster";
import { manifestsOf } from "../../support/manifests";

const SHOP: Config = { ...KIND, sockShop: { nodePort: 32000 } };
const AT_NODE_PORT: Config = { ...KIND, jenkins: { service: "NodePort", nodePort: 32000 } };
const INSIDE: Config = { ...KIND, jenkins: { service: "ClusterIP" } };

/** The first refusal of a real API server, of the manifests of stacks one after the other. */
function useRefusals(): (...stacks: readonly Config[]) => Promise<string> {
  const live = useLiveCluster();
  return async (...stacks) => {
    try {
      for (const stack of stacks) await live().create(...manifestsOf(await runStack(stack)));
    } catch (error) {
      if (error instanceof ApiError) return error.message;
      throw error;
    }
    assert.fail("nothing was refused");
  };
}

describe("what Kubernetes refuses of two stacks", function () {
  this.timeout(120_000);
  const refusalOf = useRefusals();

  it("is a second service at one node port", async () => {
    assert.equal(
      await refusalOf(SHOP, AT_NODE_PORT),
      'Service "jenkins" is invalid: spec.ports[0].nodePort: Invalid value: 32000: provided port is already allocated',
    );
  });

  it("is a namespace that the other stack has made", async () => {
    assert.equal(
      await refusalOf(INSIDE, AT_NODE_PORT),
      'namespaces "student-bc-svc" already exists',
    );
  });
});

describeEngine("what Kubernetes refuses of two stacks, shown by the real engine", function () {
  this.timeout(600_000);
  const refusalOf = useRefusals();
  const directory = mkdtempSync(join(tmpdir(), "stacks-"));
  const sandboxes: Sandbox[] = [];
  after(() => {
    for (const sandbox of sandboxes) sandbox.remove();
    rmSync(directory, { recursive: true });
  });

  /** Brings one stack up, and then another, which must fail. @returns what was shown */
  async function shown(first: Config, second: Config): Promise<string> {
    const sandbox = new Sandbox();
    sandboxes.push(sandbox);
    const up = (stack: string, config: Config) => {
      const file = join(directory, `${sandboxes.length}-${stack}.yaml`);
      const entries = Object.entries(config).map(([key, value]) => [`eks-exercises:${key}`, value]);
      writeFileSync(file, stringify({ config: Object.fromEntries(entries) as Config }));
      return sandbox.try(`up -s ${stack} --skip-preview --config-file ${file}`);
    };
    const before = await up("exercise-cluster", first);
    assert.equal(before.code, 0, before.text);
    const { code, text } = await up("exercise-nodeport", second);
    assert.notEqual(code, 0, text);
    return text;
  }

  for (const [what, first] of [
    ["a node port", SHOP],
    ["a namespace", INSIDE],
  ] as const) {
    it(`has the server's words for ${what} that is taken`, async () => {
      const words = await refusalOf(first, AT_NODE_PORT);
      const text = await shown(first, AT_NODE_PORT);
      assert.ok(text.includes(words), `${words}\nis not in\n${text}`);
    });
  }
});
