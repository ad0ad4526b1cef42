/** The harness itself: what is real in it, what KWOK simulates, and that nothing outlives a test. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { KUBERNETES } from "../../../components/catalog";
import {
  NEVER_READY,
  until,
  useLiveCluster,
  useMoto,
  type KubernetesObject,
} from "../../support/cluster";

const pod = (name: string, annotations?: Record<string, string>): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "place", labels: { app: name }, annotations },
  spec: { containers: [{ name: "only", image: "nowhere/none:1" }] },
});

describe("the live cluster", function () {
  this.timeout(120_000);
  const live = useLiveCluster();

  it("is a control plane of a version that the settings know", async () => {
    const version = await live().api.ask<{ major: string; minor: string }>("GET", "/version");
    assert.ok(KUBERNETES[`${version.major}.${version.minor}`], JSON.stringify(version));
  });

  it("schedules and runs a Deployment's pods, and a Service finds the ready ones", async () => {
    const { api } = live();
    await live().node("one");
    await live().namespace("place");
    const selector = { app: "web" };
    const containers = [{ name: "web", image: "nowhere/none:1" }];
    const metadata = { name: "web", namespace: "place" };
    await live().create(
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: {
          replicas: 2,
          selector: { matchLabels: selector },
          template: { metadata: { labels: selector }, spec: { containers } },
        },
      },
      { apiVersion: "v1", kind: "Service", metadata, spec: { selector, ports: [{ port: 80 }] } },
      { ...pod("web-ill", { [NEVER_READY]: "true" }), metadata: { ...metadata, name: "web-ill" } },
    );
    await live().deploymentAvailable("place", "web");
    const ready = await until("two endpoints", async () => {
      const slices = await api.list<{ endpoints?: { conditions: { ready: boolean } }[] | null }>(
        "discovery.k8s.io/v1",
        "EndpointSlice",
        "place",
      );
      const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
      return endpoints.length === 2 && endpoints;
    });
    assert.ok(ready.every(({ conditions }) => conditions.ready));
  });

  it("keeps a pod or a node unready if a test asks for it", async () => {
    const { api } = live();
    await live().node("one", { externalIp: "127.0.0.11" });
    await live().namespace("place");
    await live().create(pod("ill", { [NEVER_READY]: "true" }), pod("well"));
    await live().podReady("place", "well");
    const conditions = async (kind: string, name: string) => {
      const found = await api.get<{ status: { conditions: { type: string; status: string }[] } }>({
        apiVersion: "v1",
        kind,
        metadata: { name, namespace: "place" },
      });
      return found.status.conditions.find(({ type }) => type === "Ready")?.status;
    };
    await until("the pod", async () => (await conditions("Pod", "ill")) === "False");
    await live().unready("one");
    assert.equal(await conditions("Node", "one"), "False");
  });

  it("shows a pod's log as a test wrote it, and an account only what its rights allow", async () => {
    const { api } = live();
    await live().node("one");
    await live().namespace("place");
    await live().create(pod("talker"));
    await live().podReady("place", "talker");
    await live().logs("place", "talker", ["first", "second"]);
    const path = "/api/v1/namespaces/place/pods/talker/log";
    const log = await until("the log", () => api.ask<string>("GET", path));
    assert.equal(log, "first\nsecond\n");
    await live().kubeconfigOf("place", "stranger");
    await assert.rejects(
      api.ask("GET", path, undefined, { as: "system:serviceaccount:place:stranger" }),
      /"system:serviceaccount:place:stranger" cannot get resource "pods\/log"/,
    );
  });

  it("never takes a node that sends no heartbeat for one that is not ready", async () => {
    interface Configz {
      "kubecontrollermanager.config.k8s.io": {
        NodeLifecycleController: { NodeMonitorGracePeriod: string };
      };
    }
    const configz = await until("the controller manager", () =>
      live().plane.manager.ask<Configz>("GET", "/configz"),
    );
    const { NodeLifecycleController } = configz["kubecontrollermanager.config.k8s.io"];
    // After that time, 50 s by default; no run of tests is as long as this.
    assert.equal(NodeLifecycleController.NodeMonitorGracePeriod, "24h0m0s");
  });

  it("is empty again for the next test", async () => {
    const nodes = await live().api.list("v1", "Node");
    const namespaces = await live().api.list("v1", "Namespace");
    assert.deepEqual(nodes, []);
    assert.deepEqual(namespaces.map(({ metadata }) => metadata.name).sort(), [
      "default",
      "kube-node-lease",
      "kube-public",
      "kube-system",
    ]);
  });
});

describe("moto's server", function () {
  this.timeout(60_000);
  const moto = useMoto();

  it("answers as AWS's query protocol does, and forgets between tests", async () => {
    const group = (action: string) =>
      `${moto().endpoint}/?Action=${action}&Version=2016-11-15&GroupName=x&GroupDescription=x`;
    const authorization =
      "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0";
    const ask = async (action: string) =>
      (await fetch(group(action), { headers: { authorization } })).text();
    assert.match(await ask("CreateSecurityGroup"), /<groupId>sg-/);
    assert.match(await ask("DescribeSecurityGroups"), /<groupName>x<\/groupName>/);
    await moto().reset();
    assert.doesNotMatch(await ask("DescribeSecurityGroups"), /<groupName>x<\/groupName>/);
  });
});

describe("a process that tests have started", () => {
  it("ends when the tests are killed", async function () {
    this.timeout(60_000);
    const module = join(__dirname, "..", "..", "support", "cluster", "processes.ts");
    const script = `
      const { Daemon } = require(${JSON.stringify(module)});
      Daemon.start("sleeper", "sleep", ["600"], "/dev/null");
      const sleeper = Daemon.start("sleeper", "sleep", ["600"], "/dev/null");
      console.log(sleeper.child.pid);
      setInterval(() => {}, 1000);`;
    const tests = spawn(process.execPath, ["--require", "tsx/cjs", "-e", script]);
    const pid = await new Promise<number>((resolve, reject) => {
      tests.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())));
      tests.once("error", reject);
      tests.once("exit", (code) => reject(new Error(`ended with ${code}`)));
    });
    assert.doesNotThrow(() => process.kill(pid, 0));
    tests.kill("SIGKILL");
    await until("its end", () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    });
  });
});
