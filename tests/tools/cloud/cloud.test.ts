/** The stateful cloud by itself: what it refuses, and what it does behind Pulumi's back. No engine. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StatefulCloud } from "../../../tools/cloud/stateful-cloud";
import { failuresOf } from "../../../tools/cloud/rules";
import { T } from "../../../tools/cloud/queries";
import { changesOf } from "../../../tools/sandbox/diff";
import { Faults } from "../../../tools/sandbox/faults";
import { clockOf } from "../../../tools/sandbox/latency";
import { CloudFile, lock } from "../../../tools/sandbox/store";
import { cloudAt, withNodes, type Inputs } from "./support";

const service = (name: string, spec: Inputs) => ({
  metadata: { name, namespace: "default" },
  spec: { ports: [{ port: 80 }], ...spec },
});

describe("the stateful cloud", () => {
  it("keeps a network while something is in it, and lets it go when nodes' interfaces have", () => {
    const time = { now: 0 };
    const { cloud, remove, vpc, subnets, gateway, group, cluster } = withNodes(time);
    assert.throws(() => remove(vpc), /DependencyViolation: The vpc/);
    assert.throws(() => remove(cluster), /Cluster has nodegroups attached/);
    remove(group);
    assert.throws(() => remove(subnets[0]!), { passes: false, message: /control plane/ });
    remove(cluster);
    assert.throws(() => remove(subnets[0]!), { passes: true, message: /interface of node/ });
    time.now = 101;
    for (const resource of [...subnets, gateway]) remove(resource);
    assert.deepEqual(
      cloud.inventory().filter(({ type }) => type.startsWith("hidden:")),
      [],
    );
  });

  it("does not detach a gateway while nodes have public addresses", () => {
    const { remove, gateway } = withNodes();
    assert.throws(() => remove(gateway), /mapped public address/);
  });

  it("makes a load balancer with its group for a service, which go only with it", () => {
    const time = { now: 0 };
    const { cloud, kubernetes, remove, subnets } = withNodes(time);
    const hidden = (type: string) =>
      cloud.ofType(type).filter(({ inputs }) => String(inputs["owner"]).includes("::web "));
    const made = kubernetes(T.service, "web", service("web", { type: "LoadBalancer" }));
    assert.equal(hidden(T.hiddenBalancer).length, 1);
    assert.equal(hidden(T.hiddenGroup).length, 1);
    assert.equal(hidden(T.hiddenInterface).length, subnets.length);
    remove(made);
    assert.equal(hidden(T.hiddenBalancer).length + hidden(T.hiddenGroup).length, 0);
    assert.throws(() => remove(subnets[0]!), /load balancer of default\/web/);
  });

  it("refuses a node port that another service has, and a namespace that is not there", () => {
    const { kubernetes } = withNodes();
    const port = { type: "NodePort", ports: [{ port: 80, nodePort: 32000 }] };
    kubernetes(T.service, "one", service("one", port));
    assert.throws(
      () => kubernetes(T.service, "two", service("two", port)),
      /32000: provided port is already allocated/,
    );
    const elsewhere = { ...service("x", {}), metadata: { name: "x", namespace: "nowhere" } };
    assert.throws(() => kubernetes(T.service, "x", elsewhere), /namespaces "nowhere" not found/);
  });

  it("refuses a name that is taken by any stack", () => {
    const { kubernetes } = withNodes();
    kubernetes(T.service, "web", service("web", {}));
    for (const name of ["web", "other"]) {
      assert.throws(
        () => kubernetes(T.service, name, service("web", {})),
        /^Error: services "web" already exists$/,
      );
    }
  });

  it("refuses what a managed node group does beside a launch template", () => {
    const { make, nodeInputs } = withNodes();
    const template = make(T.template, "lt", { name: "lt", imageId: "ami-1", userData: "eA==" });
    const group = (more: Inputs) =>
      make(T.nodeGroup, "other", {
        ...nodeInputs,
        nodeGroupName: "o",
        launchTemplate: { id: template.id, version: "1" },
        ...more,
      });
    assert.throws(() => group({ amiType: "AL2023_x86_64_STANDARD" }), /cannot specify amiType/);
    assert.throws(() => group({ version: "1.36" }), /cannot specify version/);
    const bare = make(T.template, "bare", { name: "bare", imageId: "ami-1" });
    assert.throws(() => group({ launchTemplate: { id: bare.id } }), /no user data/);
    const groups = make(T.template, "g", { name: "g", vpcSecurityGroupIds: ["sg-1"] });
    assert.throws(() => group({ launchTemplate: { id: groups.id } }), /not the cluster's own/);
    group({});
  });

  it("says why nodes would not join, such as no way to the Internet", () => {
    const { make, remove, routes, nodeInputs } = withNodes();
    remove(routes[1]!);
    assert.throws(
      () => make(T.nodeGroup, "other", { ...nodeInputs, nodeGroupName: "o" }),
      /has no way to the Internet/,
    );
  });

  it("refuses names that are taken", () => {
    const { make } = withNodes();
    const role = { name: "node", assumeRolePolicy: "{}" };
    assert.throws(() => make(T.role, "again", role), /EntityAlreadyExists/);
  });

  it("reports missing, exclusive and wrong inputs, and accepts unknown values", () => {
    const { cloud } = cloudAt({ now: 0 });
    const reasons = (type: string, inputs: Inputs) =>
      failuresOf(cloud.rulesOf(type), inputs, (value) => value === "?").map(({ reason }) => reason);
    assert.match(reasons(T.subnet, {}).join(), /Missing required argument: "vpcId"/);
    assert.deepEqual(reasons(T.subnet, { vpcId: "?" }), []);
    const scalingConfig = { minSize: 3, desiredSize: 2, maxSize: 4 };
    const group = { clusterName: "?", nodeRoleArn: "?", subnetIds: "?", scalingConfig };
    assert.match(reasons(T.nodeGroup, group).join(), /minSize <= desiredSize/);
    const remote = { ...group, launchTemplate: {}, remoteAccess: {} };
    assert.match(reasons(T.nodeGroup, remote).join(), /"launchTemplate", "remoteAccess"; keep one/);
    const port = service("x", { ports: [{ port: 80, nodePort: 32000 }] });
    assert.match(reasons(T.service, port).join(), /may not be used when `type` is 'ClusterIP'/);
  });

  it("finds what changed, and what of it makes a new resource", () => {
    const { cloud } = cloudAt({ now: 0 });
    const before = { metadata: { name: "a" }, spec: { ports: [{ port: 80 }], type: "NodePort" } };
    const after = { metadata: { name: "b" }, spec: { ports: [{ port: 81 }], type: "NodePort" } };
    assert.deepEqual(changesOf(before, after, cloud.rulesOf(T.service)), [
      { path: "metadata.name", kind: "update", replaces: true },
      { path: "spec.ports[0].port", kind: "update", replaces: false },
    ]);
    assert.deepEqual(changesOf(before, structuredClone(before), {}), []);
  });

  it("writes its file whole, and lets one command at a time have it", () => {
    const directory = mkdtempSync(join(tmpdir(), "cloud-"));
    const file = new CloudFile(join(directory, "cloud.json"));
    const cloud = new StatefulCloud({ store: file, eniDelayMs: 0 });
    cloud.create({
      urn: "u::p::t::n",
      type: T.vpc,
      name: "n",
      inputs: { cidrBlock: "10.0.0.0/16" },
    });
    assert.equal(new StatefulCloud({ store: file, eniDelayMs: 0 }).ofType(T.vpc).length, 1);
    assert.deepEqual(readdirSync(directory), ["cloud.json"]);
    const unlock = lock(join(directory, "lock"));
    assert.throws(() => lock(join(directory, "lock")), /Another sandbox command is running/);
    unlock();
    lock(join(directory, "lock"))();
    rmSync(directory, { recursive: true });
  });

  it("refuses settings that it does not know, and says what is allowed", () => {
    assert.throws(() => new Faults("cluster"), /allowed: .*once\|always\|hang\|kill/);
    assert.throws(() => clockOf("slow"), /allowed: real/);
    assert.equal(clockOf("real").scale, 60);
    const faults = new Faults("delete@aws:ec2/vpc:Vpc=once");
    assert.equal(faults.next("create", "u", T.vpc, "v"), undefined);
    assert.equal(faults.next("delete", "u", T.vpc, "v"), "fail");
    assert.equal(faults.next("delete", "u", T.vpc, "v"), undefined);
  });

  it("upgrades a Helm release in place, and refuses a second one of its name", () => {
    const { cloud, make } = cloudAt({ now: 0 });
    const inputs = { name: "r", namespace: "kube-system", values: { tag: "v1" } };
    const { urn, id } = make(T.release, "release", inputs);
    const upgraded = cloud.update(urn, id, { ...inputs, values: { tag: "v2" } }, undefined);
    assert.deepEqual(upgraded.inputs["values"], { tag: "v2" });
    assert.throws(() => make(T.release, "release", inputs), /cannot re-use a name/);
  });
});
