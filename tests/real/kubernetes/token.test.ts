/** The token that IRSA rests on, as a real API server issues it: docs/deliverables.md shows its claims. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { useLiveCluster, type KubernetesObject } from "../../support/cluster";

interface Claims {
  readonly aud: string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly sub: string;
  readonly "kubernetes.io": Record<string, unknown>;
}

const NAMESPACE = "kube-system";
const ACCOUNT = "cluster-autoscaler";

const pod = (name: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: NAMESPACE },
  spec: { serviceAccountName: ACCOUNT, containers: [{ name: "only", image: "nowhere/none:1" }] },
});

/** The claims of a JSON Web Token, without a check of its signature. */
function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Claims;
}

/** The names of an object's properties, at any depth. */
function names(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => names(inner, `${path}/${key}`));
}

describe("a service account's token for AWS", function () {
  this.timeout(120_000);
  const live = useLiveCluster();

  /** Requests a token as EKS's webhook has a kubelet request it. */
  async function request(name: string, node?: string): Promise<string> {
    const { metadata } = await live().api.get<{ metadata: { uid: string } }>(pod(name));
    const boundObjectRef = { apiVersion: "v1", kind: "Pod", name, uid: metadata.uid };
    const { status } = await live().api.ask<{ status: { token: string } }>(
      "POST",
      `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}/token`,
      {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { audiences: ["sts.amazonaws.com"], expirationSeconds: 86400, boundObjectRef },
      },
      node === undefined ? {} : { as: `system:node:${node}`, asGroup: "system:nodes" },
    );
    return status.token;
  }

  async function startPod(name: string, node: string): Promise<void> {
    await live().node(node);
    await live().create({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: ACCOUNT, namespace: NAMESPACE },
    });
    await live().create(pod(name));
    await live().podReady(NAMESPACE, name);
  }

  it("names its account, its pod and its node, is for STS only, and lasts a day", async () => {
    await startPod("autoscaler", "one");
    const claims = claimsOf(await request("autoscaler"));
    assert.deepEqual(claims.aud, ["sts.amazonaws.com"]);
    assert.equal(claims.sub, `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`);
    assert.equal(claims.exp - claims.iat, 86400);
    const page = readFileSync(join(__dirname, "../../../docs/deliverables.md"), "utf8");
    const shown = /<!-- claims -->\s+```json\n([^]*?)```/.exec(page)?.[1];
    assert.ok(shown, "the page shows the claims");
    assert.deepEqual(names(claims).sort(), names(JSON.parse(shown)).sort());
  });

  it("is not accepted by the API server itself", async () => {
    await startPod("autoscaler", "one");
    const token = await request("autoscaler");
    const review = async (audiences: string[]) => {
      const { status } = await live().api.ask<{ status: { authenticated?: boolean } }>(
        "POST",
        "/apis/authentication.k8s.io/v1/tokenreviews",
        {
          apiVersion: "authentication.k8s.io/v1",
          kind: "TokenReview",
          spec: { token, audiences },
        },
      );
      return status.authenticated ?? false;
    };
    assert.equal(await review([]), false);
    assert.equal(await review(["sts.amazonaws.com"]), true);
  });

  it("is issued to the node of its pod, and to no other node", async () => {
    await startPod("autoscaler", "one");
    assert.ok(await request("autoscaler", "one"));
    await assert.rejects(request("autoscaler", "two"), /no relationship found between node 'two'/);
  });
});
