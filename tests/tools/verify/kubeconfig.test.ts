/** Which clusters a list in KUBECONFIG names: as kubectl merges its files. */
import assert from "node:assert/strict";
import { delimiter, join } from "node:path";
import { chooseCluster } from "../../../tools/verify/kubeconfig";
import type { Target } from "../../../tools/verify/target";
import { kubeconfigFile } from "../../support/kubeconfigs";
import { settingsOf } from "../../support/parsing";

const file = (name: string, server: string, current?: string): string =>
  kubeconfigFile(
    name,
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server } }],
      users: [{ name: "u", user: {} }],
      contexts: ["c", name].map((context) => ({
        name: context,
        context: { cluster: "c", user: "u" },
      })),
      ...(current && { "current-context": current }),
    }),
  );

const target: Target = {
  stack: "test",
  settings: settingsOf({ cluster: { stack: "exercise-cluster" } }),
  outputs: {},
  notes: [],
};

describe("verify: a list of files in KUBECONFIG", () => {
  const original = process.env["KUBECONFIG"];
  afterEach(() => {
    if (original === undefined) delete process.env["KUBECONFIG"];
    else process.env["KUBECONFIG"] = original;
  });
  const choose = (...files: string[]) => {
    process.env["KUBECONFIG"] = files.join(delimiter);
    return chooseCluster(target, AbortSignal.timeout(10_000));
  };

  it("skips a file that does not exist, and takes the first entry of a name", async () => {
    const { server, context } = await choose(
      join("/nowhere", "config"),
      file("first", "https://first", ""),
      file("second", "https://second", "second"),
    );
    assert.deepEqual([server, context], ["https://first", "second"]);
  });

  it("takes the first current context", async () => {
    const { context } = await choose(file("a", "https://a", "a"), file("b", "https://b", "b"));
    assert.equal(context, "a");
  });

  it("cannot be read if none of its files exists", async () => {
    await assert.rejects(choose("/nowhere/a", "/nowhere/b"), /none of these files exists/);
  });
});
