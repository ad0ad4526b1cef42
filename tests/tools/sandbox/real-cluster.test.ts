import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { readRealCluster, refusedOnRealCluster } from "../../../tools/sandbox/real-cluster";

describe("the sandbox's real cluster", () => {
  const directory = mkdtempSync(join(tmpdir(), "eks-exercises-sandbox-"));
  after(() => rmSync(directory, { recursive: true, force: true }));

  /** Writes a kubeconfig with these contexts, whose files lie beside it. @returns its path */
  function kubeconfig(...contexts: string[]): string {
    const path = join(directory, "config");
    writeFileSync(join(directory, "ca.crt"), "an authority");
    writeFileSync(join(directory, "token"), "a-token\n");
    const config = {
      "current-context": contexts[0],
      clusters: contexts.map((name) => ({
        name,
        cluster: { server: `https://${name}:6443`, "certificate-authority": "ca.crt" },
      })),
      users: contexts.map((name) => ({ name, user: { tokenFile: "token" } })),
      contexts: contexts.map((name) => ({ name, context: { cluster: name, user: name } })),
    };
    writeFileSync(path, stringify(config));
    return path;
  }

  it("is none unless a variable names one", () => {
    assert.equal(readRealCluster({}), undefined);
  });

  it("takes the only context, with the content of the files that it names", () => {
    const found = readRealCluster({ SANDBOX_KUBECONFIG: kubeconfig("kind-kind") });
    assert.equal(found?.context, "kind-kind");
    assert.equal(found.server, "https://kind-kind:6443");
    const authority = Buffer.from("an authority").toString("base64");
    assert.deepEqual(found.kubeconfig["clusters"], [
      {
        name: "kind-kind",
        cluster: { server: "https://kind-kind:6443", "certificate-authority-data": authority },
      },
    ]);
    assert.deepEqual(found.kubeconfig["users"], [
      { name: "kind-kind", user: { token: "a-token" } },
    ]);
  });

  it("takes the context that is named, and no other into what it hands out", () => {
    const file = kubeconfig("production", "kind-kind");
    const found = readRealCluster({ SANDBOX_KUBECONFIG: file, SANDBOX_CONTEXT: "kind-kind" });
    assert.equal(found?.server, "https://kind-kind:6443");
    assert.doesNotMatch(JSON.stringify(found.kubeconfig), /production/);
  });

  const refused: readonly (readonly [
    title: string,
    environment: () => NodeJS.ProcessEnv,
    RegExp,
  ])[] = [
    [
      "several contexts, and none named: the current one may be any cluster",
      () => ({ SANDBOX_KUBECONFIG: kubeconfig("production", "kind-kind") }),
      /^SANDBOX_CONTEXT: \(not set\)\n {2}allowed: .*: production, kind-kind\n {2}fix: SANDBOX_KUBECONFIG=\S+ SANDBOX_CONTEXT=kind-kind npm run sandbox -- /,
    ],
    [
      "a context that the file does not have",
      () => ({ SANDBOX_KUBECONFIG: kubeconfig("kind-kind"), SANDBOX_CONTEXT: "kind" }),
      /^SANDBOX_CONTEXT: kind\n {2}allowed: .*: kind-kind\n/,
    ],
    [
      "a context without a kubeconfig",
      () => ({ SANDBOX_CONTEXT: "kind-kind" }),
      /^SANDBOX_CONTEXT: kind-kind\n {2}allowed: with SANDBOX_KUBECONFIG only\n/,
    ],
    [
      "a file that is not there",
      () => ({ SANDBOX_KUBECONFIG: join(directory, "nothing") }),
      /^SANDBOX_KUBECONFIG: .*nothing\n {2}allowed: .*ENOENT.*\n {2}fix: kind create cluster --kubeconfig .*nothing$/,
    ],
  ];
  for (const [title, environment, message] of refused) {
    it(`refuses ${title}`, () => {
      assert.throws(() => readRealCluster(environment()), { message });
    });
  }

  it("refuses recover, which looks into the simulated cloud only", () => {
    assert.match(
      refusedOnRealCluster(["recover", "-s", "dev"]) ?? "",
      /^recover: .*\n {2}fix: npm run sandbox -- refresh -s dev\n/,
    );
    assert.equal(refusedOnRealCluster(["up"]), undefined);
  });
});
