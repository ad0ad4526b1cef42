import assert from "node:assert/strict";
import { answers, refuses, useChapter } from "../../support/node/chapter";
import { until } from "../../support/cluster/processes";
import { configured } from "../engine/sandbox";

const STACK = "exercise-nodeport";
const NAMESPACE = "student-bc-svc";
const SERVICE = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { namespace: NAMESPACE, name: "jenkins" },
};
const POD = { ...SERVICE, kind: "Pod" };

describe("one stack on a real node, its service changed and its objects changed by hand", function () {
  this.timeout(600_000);
  const chapter = useChapter();
  let podUid: unknown;

  const up = (service: string, more = ""): Promise<string> => {
    const config = configured(chapter().sandbox, STACK, { jenkins: { service } });
    return chapter().run(`up -s ${STACK} --skip-preview ${config} ${more}`);
  };
  const nodePort = () => chapter().node.url(32000, "/login");
  const uidOfPod = () => chapter().uid("v1", "Pod", NAMESPACE, "jenkins");

  before(async () => {
    await chapter().run("up -s exercise-cluster --skip-preview");
  });
  after(async () => {
    // Whatever a failed test left.
    await chapter()?.try(`destroy -s ${STACK} --skip-preview`);
    await chapter()?.try("destroy -s exercise-cluster --skip-preview");
  });

  it("ClusterIP: a port-forward only", async () => {
    await up("ClusterIP");
    podUid = await uidOfPod();
    const forward = chapter().pageThroughForward(NAMESPACE, "jenkins", 8080, "/login");
    assert.equal((await forward).status, 200);
    await refuses(nodePort());
  });

  it("NodePort: the node's port", async () => {
    await chapter().run(`up -s ${STACK} --skip-preview`);
    await answers(nodePort());
    assert.equal(await uidOfPod(), podUid);
  });

  it("LoadBalancer: a balancer with our tags, rules in the cluster's group only", async () => {
    await up("LoadBalancer");
    const [balancer] = await chapter().cloud.balancers();
    assert.equal(balancer?.type, "network");
    assert.deepEqual(balancer.targets, [chapter().cloud.instance]);
    assert.equal(balancer.tags.length, 3, "balancer, listener, target group");
    for (const tags of balancer.tags) {
      assert.equal(tags["Owner"] ?? tags["owner"], "student", JSON.stringify(tags));
    }
    const [{ port, nodePort: to }] = balancer.ports as [{ port: number; nodePort: number }];
    assert.equal(port, 8080);
    await answers(chapter().node.url(to, "/login"));
    await refuses(nodePort());
    const { cluster, nodes } = await chapter().cloud.rules();
    assert.deepEqual(nodes, []);
    const rules = cluster.flatMap(({ IpProtocol, FromPort, ToPort, IpRanges = [] }) =>
      IpRanges.map(({ CidrIp }) => `${IpProtocol} ${FromPort}-${ToPort} ${CidrIp}`),
    );
    const meant = ["203.0.113.7/32", ...chapter().cloud.subnetBlocks];
    const expected = meant.map((block) => `tcp ${to}-${to} ${block}`);
    assert.deepEqual(rules.sort(), [...expected, "icmp 3-4 203.0.113.7/32"].sort());
    assert.equal(await uidOfPod(), podUid);
  });

  it("none: nothing answers, and AWS keeps nothing", async () => {
    const [balancer] = await chapter().cloud.balancers();
    await up("none");
    await refuses(chapter().node.url(balancer!.ports[0]!.nodePort));
    assert.equal(await chapter().node.plane.api.find(SERVICE), undefined);
    assert.deepEqual(await chapter().cloud.balancers(), []);
    assert.deepEqual(await chapter().cloud.targetGroups(), []);
    assert.deepEqual((await chapter().cloud.rules()).cluster, []);
    assert.equal(await uidOfPod(), podUid);
  });

  it("a service deleted by hand is not seen by up, and made again by up --refresh", async () => {
    await chapter().run(`up -s ${STACK} --skip-preview`);
    await answers(nodePort());
    await chapter().node.plane.api.delete(SERVICE);
    await refuses(nodePort());
    await chapter().run(`up -s ${STACK} --skip-preview --expect-no-changes`);
    await refuses(nodePort());
    await chapter().run(`up -s ${STACK} --skip-preview --refresh`);
    await answers(nodePort());
  });

  it("a service changed by hand is not seen by up, and put right by up --refresh", async () => {
    const port = { port: 8080, targetPort: 8080, protocol: "TCP", nodePort: 32111 };
    await chapter().node.plane.api.patch(SERVICE, { spec: { ports: [port] } });
    await answers(chapter().node.url(32111, "/login"));
    await refuses(nodePort());
    await chapter().run(`up -s ${STACK} --skip-preview --expect-no-changes`);
    await refuses(nodePort());
    // Another manager owns the field now: without force the API server refuses to give it back. The
    // program sets enablePatchForce, which the provider of the tests is too old for: there the variable
    // stands for it.
    const { code, text } = await chapter().try(`up -s ${STACK} --skip-preview --refresh`);
    assert.notEqual(code, 0);
    assert.match(text, /Server-Side Apply field conflict detected/);
    const force = { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };
    await chapter().run(`up -s ${STACK} --skip-preview --refresh`, force);
    await chapter().run(`up -s ${STACK} --skip-preview --expect-no-changes`);
    await answers(nodePort());
    await refuses(chapter().node.url(32111, "/login"));
  });

  it("a pod deleted by hand is not seen by up, and made again by up --refresh", async () => {
    await chapter().node.plane.api.delete(POD);
    await until("the pod to be gone", async () => !(await chapter().node.plane.api.find(POD)));
    await chapter().run(`up -s ${STACK} --skip-preview --expect-no-changes`);
    assert.equal(await chapter().node.plane.api.find(POD), undefined);
    await chapter().run(`up -s ${STACK} --skip-preview --refresh`);
    assert.notEqual(await uidOfPod(), podUid);
    await answers(nodePort());
  });
});
