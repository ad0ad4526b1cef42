import assert from "node:assert/strict";
import { answers, page, refuses, useChapter, type Chapter } from "../../support/node/chapter";

const NAMESPACE = "student-bc-svc";
const SHOP = { sockShop: { nodePort: 30001 } };

/** Asserts that every check of verify passes that does not ask AWS. */
function assertPassed(statuses: Record<string, string>, skipped: readonly string[]): void {
  const expected = Object.keys(statuses).map((id) => [
    id,
    skipped.includes(id) ? "skipped" : "passed",
  ]);
  assert.deepEqual(statuses, Object.fromEntries(expected));
  assert.ok(Object.values(statuses).filter((status) => status === "passed").length > 2);
}

/** Brings an exercise's stack up, looks, destroys it; the cluster is then as it was before. */
async function walk(chapter: Chapter, stack: string, look: () => Promise<void>): Promise<void> {
  const before = await chapter.inventory();
  try {
    await chapter.bringUp(stack);
    await look();
  } finally {
    await chapter.destroy(stack);
  }
  await chapter.hasOnly(before);
}

describe("the chapter in its order, on a real node", function () {
  this.timeout(600_000);
  const chapter = useChapter();
  let before_: string[];

  it("exercise 1: the shop answers through a port-forward and at NODE:30001", async () => {
    before_ = await chapter().inventory();
    await chapter().bringUp("exercise-cluster");
    const forwarded = await chapter().pageThroughForward("sock-shop", "front-end", 8079, "/");
    assert.deepEqual([forwarded.status, forwarded.title], [200, "WeaveSocks"]);
    const { status, title } = await page(chapter().node.url(30001));
    assert.deepEqual([status, title], [200, "WeaveSocks"]);
    assertPassed(await chapter().verify(SHOP), []);
  });

  it("exercise 2: the autoscaler's release comes from its pin, and goes", async () => {
    await walk(chapter(), "exercise-autoscaler", async () => {
      const chart = "https://kubernetes.github.io/autoscaler/cluster-autoscaler-9.59.0.tgz";
      assert.ok(chapter().charts.asked.includes(`GET ${chart}`));
      const metadata = { namespace: "kube-system", name: "cluster-autoscaler" };
      const account = { apiVersion: "v1", kind: "ServiceAccount", metadata };
      const found = await chapter().node.plane.api.get(account);
      const annotations = found.metadata["annotations"] as Record<string, string>;
      assert.match(annotations["eks.amazonaws.com/role-arn"] ?? "", /:role\/autoscaler-irsa/);
    });
  });

  it("exercise 3: Jenkins answers through a port-forward only", async () => {
    await walk(chapter(), "exercise-clusterip", async () => {
      const forward = () => chapter().pageThroughForward(NAMESPACE, "jenkins", 8080, "/login");
      const { status, title, headers } = await forward();
      assert.deepEqual([status, title], [200, "Sign in [Jenkins]"]);
      assert.match(String(headers["x-jenkins"]), /^2\./);
      await refuses(chapter().node.url(32000));
      assertPassed(await chapter().verify({ jenkins: { service: "ClusterIP" } }), []);
    });
    await assert.rejects(chapter().podBehind(NAMESPACE, "jenkins"), /not found/);
  });

  it("exercise 4: Jenkins answers at NODE:32000, and no more once its service is gone", async () => {
    await walk(chapter(), "exercise-nodeport", async () => {
      const { title } = await answers(chapter().node.url(32000, "/login"));
      assert.equal(title, "Sign in [Jenkins]");
      const sections = { jenkins: { service: "NodePort", nodePort: 32000 } };
      assertPassed(await chapter().verify(sections), ["jenkins-node-port-access"]);
    });
    await refuses(chapter().node.url(32000));
  });

  it("exercise 5: a Network Load Balancer sends to Jenkins, and goes with the service", async () => {
    await walk(chapter(), "exercise-loadbalancer", async () => {
      const [balancer, ...others] = await chapter().cloud.balancers();
      assert.deepEqual(others, []);
      const { title } = await answers(chapter().node.url(balancer!.ports[0]!.nodePort, "/login"));
      assert.equal(title, "Sign in [Jenkins]");
      const state = chapter().sandbox.state("exercise-loadbalancer");
      const outputs = state.find(({ type }) => type === "pulumi:pulumi:Stack")!.outputs!;
      assert.equal(outputs["jenkinsUrl"], `http://${balancer!.host}:8080`);
    });
    assert.deepEqual(await chapter().cloud.balancers(), []);
  });

  it("exercise 6: the shop answers through the Ingress's entrance, and no more afterwards", async () => {
    let entrance = "";
    await walk(chapter(), "exercise-ingress", async () => {
      const [balancer] = await chapter().cloud.balancers();
      // As the balancer does, which sends to this port of the node.
      entrance = chapter().node.url(balancer!.ports[0]!.nodePort);
      const { title } = await answers(entrance);
      assert.equal(title, "WeaveSocks");
      const metadata = { namespace: "sock-shop", name: "sock-shop-ingress" };
      const { status } = await chapter().node.plane.api.get<{ status: unknown }>({
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata,
      });
      assert.deepEqual(status, { loadBalancer: { ingress: [{ hostname: balancer!.host }] } });
    });
    await refuses(entrance);
    assert.deepEqual(await chapter().cloud.balancers(), []);
  });

  it("destroys the cluster's stack, and leaves nothing behind", async () => {
    await chapter().destroy("exercise-cluster");
    await refuses(chapter().node.url(30001));
    await chapter().hasOnly(before_);
    assert.deepEqual(chapter().sandbox.lasting(), []);
    assert.deepEqual(await chapter().cloud.targetGroups(), []);
    const { cluster, nodes } = await chapter().cloud.rules();
    assert.deepEqual([cluster, nodes], [[], []]);
  });
});
