import assert from "node:assert/strict";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { expandHome } from "../../settings";
import { kubeconfigFile, TWO_CONTEXTS } from "../support/kubeconfigs";
import { problemOf, settingsOf } from "../support/parsing";

const using = (path: string, context = "kind-kind") => ({
  cluster: { kubeconfig: { path, context } },
});

const FIX = "create the cluster first (kind create cluster), or name the file that your tool wrote";

describe("settings: a cluster by kubeconfig", () => {
  it("is the file and the context", () => {
    assert.deepEqual(settingsOf(using(TWO_CONTEXTS, "minikube")).cluster, {
      kind: "kubeconfig",
      path: TWO_CONTEXTS,
      context: "minikube",
    });
  });

  it("needs a file that is there", () => {
    assert.deepEqual(problemOf(using("/nowhere/config")), {
      path: "cluster.kubeconfig.path",
      value: "/nowhere/config",
      allowed:
        "a kubeconfig file that can be read (ENOENT: no such file or directory, open '/nowhere/config')",
      fix: FIX,
    });
  });

  it("needs a file, not a directory", () => {
    const path = dirname(TWO_CONTEXTS);
    const { allowed } = problemOf(using(path));
    assert.match(allowed, /^a kubeconfig file that can be read \(EISDIR/);
  });

  it("needs one of the file's contexts, and lists them", () => {
    assert.deepEqual(problemOf(using(TWO_CONTEXTS, "kind")), {
      path: "cluster.kubeconfig.context",
      value: "kind",
      allowed: "kind-kind, minikube",
      fix: "pulumi config set --path cluster.kubeconfig.context kind-kind -s test",
    });
  });

  it("needs a context that is named: whichever is current is not good enough", () => {
    assert.deepEqual(problemOf({ cluster: { kubeconfig: { path: TWO_CONTEXTS } } }), {
      path: "cluster.kubeconfig.context",
      allowed: "the name of a context: kubectl config get-contexts -o name",
      fix: "pulumi config set --path cluster.kubeconfig.context kind-kind -s test",
    });
  });

  for (const [title, content] of [
    ["empty", ""],
    ["a list", "[]"],
    ["text", "hello"],
    ["of no contexts", "contexts: []"],
    ["of contexts that are none", "contexts: [null, 5, {}, {name: 7}]"],
  ] as const) {
    it(`says so where the file is ${title}`, () => {
      const path = kubeconfigFile(title, content);
      assert.deepEqual(problemOf(using(path)), {
        path: "cluster.kubeconfig.context",
        value: "kind-kind",
        allowed: `nothing: ${path} has no contexts`,
        fix: "create the cluster first: kind create cluster",
      });
    });
  }

  it("shows nothing of a file that is no YAML: there are tokens in it", () => {
    const path = kubeconfigFile("broken", 'users:\n  - user: {token: s3cr3t, a: "b" c}\n');
    const { allowed } = problemOf(using(path));
    assert.match(allowed, /^a kubeconfig file that can be read \([^\n]+ at line 2[^\n]*\)$/);
    assert.doesNotMatch(allowed, /s3cr3t/);
  });

  it("is in your home directory where the path begins with ~", () => {
    assert.equal(expandHome("~/.kube/config"), join(homedir(), ".kube/config"));
    assert.equal(expandHome("~"), homedir());
    for (const path of ["/a/~", "~other/config", "a/b"]) assert.equal(expandHome(path), path);
  });
});
