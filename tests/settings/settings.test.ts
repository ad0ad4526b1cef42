import assert from "node:assert/strict";
import program = require("../../index");
import { SettingsError } from "../../settings/problems";
import { attempt, attemptStack, type Config } from "../support/harness";
import { KIND, TWO_CONTEXTS } from "../support/kubeconfigs";
import { CREATED, problemsOf, settingsOf, SHARED } from "../support/parsing";

const pathsOf = (config: Config) => problemsOf(config).map(({ path }) => path);

/** Something wrong in every section, in leaves, in names, and in what they are together. */
const ALL_WRONG: Config = {
  zebra: 1,
  allowWorld: "yes",
  allowedCidrs: ["home", "10.0.0.0/8"],
  costCenter: "a=b",
  owner: "a,b",
  name: "Alice",
  ingress: { controller: "traefik", class: "x" },
  jenkins: { service: "LoadBalancer", nodePort: 32000 },
  autoscaler: { permissions: "root" },
  sockShop: { nodePort: 80 },
  cluster: {
    stack: "test",
    create: {
      kubernetesVersion: "1.20",
      zones: 1,
      nodes: { instanceType: "t3.small", minSize: 5, desiredSize: 3, diskSizeGiB: 5, size: 1 },
    },
  },
  aardvark: 2,
};

const ALL_PATHS = [
  "cluster.create.kubernetesVersion",
  "cluster.create.zones",
  "cluster.create.nodes.diskSizeGiB",
  "cluster.create.nodes.size",
  "sockShop.nodePort",
  "autoscaler.permissions",
  "ingress.controller",
  "ingress.class",
  "name",
  "owner",
  "costCenter",
  "allowWorld",
  "aardvark",
  "zebra",
  "cluster",
  "cluster.stack",
  "cluster.create.nodes",
  "jenkins.nodePort",
  "allowedCidrs[0]",
  "allowedCidrs[1]",
];

describe("settings: all that is wrong", () => {
  it("is reported at once, and in the order of the documentation: sections, values, rules", () => {
    assert.deepEqual(pathsOf(ALL_WRONG), ALL_PATHS);
  });

  it("is reported in the same order whatever the order in the file", () => {
    const reversed = Object.fromEntries(Object.entries(ALL_WRONG).reverse());
    assert.deepEqual(problemsOf(reversed), problemsOf(ALL_WRONG));
  });

  const beside: [title: string, config: Config, paths: string[]][] = [
    [
      "two sources, one of which has a bad leaf",
      { cluster: { create: { zones: 1 }, stack: "x" } },
      ["cluster.create.zones", "cluster"],
    ],
    [
      "two sources, one of which has the wrong shape",
      { cluster: { create: "x", stack: "test" } },
      ["cluster.create", "cluster", "cluster.stack"],
    ],
    [
      "node counts out of order beside an unknown version",
      { cluster: { create: { kubernetesVersion: "1.0", nodes: { minSize: 9 } } } },
      ["cluster.create.kubernetesVersion", "cluster.create.nodes"],
    ],
    [
      "a type of another architecture beside a bad count",
      { cluster: { create: { nodes: { minSize: 0, instanceType: "m6g.large" } } } },
      ["cluster.create.nodes.minSize", "cluster.create.nodes.instanceType"],
    ],
    [
      "an ingress without a shop beside an unknown key of the cluster",
      { cluster: { create: {}, zones: 3 }, ingress: {} },
      ["cluster.zones", "sockShop"],
    ],
    [
      "an ingress without a shop beside an unknown controller",
      { ...CREATED, ingress: { controller: "x" } },
      ["ingress.controller", "sockShop"],
    ],
    [
      "a missing file beside a missing context",
      { cluster: { kubeconfig: { path: "/nowhere" } } },
      ["cluster.kubeconfig.context", "cluster.kubeconfig.path"],
    ],
    [
      "an autoscaler on kind beside a bad path",
      { cluster: { kubeconfig: { path: 5, context: "kind-kind" } }, autoscaler: {} },
      ["cluster.kubeconfig.path", "autoscaler"],
    ],
  ];
  for (const [title, config, paths] of beside) {
    it(`is not hidden by what is wrong beside it: ${title}`, () => {
      assert.deepEqual(pathsOf(config), paths);
    });
  }

  const alone: [title: string, config: Config, path: string][] = [
    [
      "node counts, one of which is no number, are not out of order",
      { cluster: { create: { nodes: { minSize: "2", desiredSize: 1, maxSize: 1 } } } },
      "cluster.create.nodes.minSize",
    ],
    [
      "an unknown instance type is not too small",
      { cluster: { create: { nodes: { instanceType: "t3.pico" } } } },
      "cluster.create.nodes.instanceType",
    ],
    [
      "a bad node port is not the port of the shop by default",
      {
        ...CREATED,
        sockShop: { nodePort: 32000 },
        jenkins: { service: "NodePort", nodePort: "32000" },
      },
      "jenkins.nodePort",
    ],
    [
      "a node port with an unknown type of service is not said to have none",
      { ...SHARED, jenkins: { service: "Nodeport", nodePort: 32000 } },
      "jenkins.service",
    ],
    [
      "a private block with a broken reference to kind is not said to be one of AWS",
      { cluster: { kubeconfig: { path: TWO_CONTEXTS } }, allowedCidrs: ["172.18.0.0/16"] },
      "cluster.kubeconfig.context",
    ],
    [
      "a private block with a cluster of the wrong shape is not said to be one of AWS",
      { cluster: "kind", allowedCidrs: ["172.18.0.0/16"] },
      "cluster",
    ],
    [
      "callers that are written wrongly are not missing",
      { ...KIND, jenkins: { service: "LoadBalancer" }, allowedCidrs: [] },
      "allowedCidrs",
    ],
    [
      "a shop that is written wrongly is not missing",
      { ...CREATED, ingress: {}, sockShop: "yes" },
      "sockShop",
    ],
  ];
  for (const [title, config, path] of alone) {
    it(`is no more than that: ${title}`, () => assert.deepEqual(pathsOf(config), [path]));
  }
});

describe("settings: in the program", () => {
  it("that are wrong end it before anything is registered but the stack itself", async () => {
    const { result, resources } = await attemptStack(ALL_WRONG);
    assert.equal(result.errors.length, 1);
    const [error] = result.errors;
    assert.ok(error instanceof SettingsError);
    assert.deepEqual(
      error.problems.map(({ path }) => path),
      ALL_PATHS,
    );
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["pulumi:pulumi:Stack"],
    );
  });

  const asked = async (config: Config): Promise<string[]> => {
    const urls: string[] = [];
    await attempt(() => {
      // The run gives the network back.
      globalThis.fetch = (input) => {
        urls.push(input instanceof Request ? input.url : String(input));
        return Promise.resolve(new Response("203.0.113.7"));
      };
      return program();
    }, config);
    return urls;
  };

  it("that are wrong end it before the network is asked", async () => {
    assert.deepEqual(await asked({ ...CREATED, jenkins: { nodePort: 1 } }), []);
  });

  it("ask the network for your address once, where no callers are named and they matter", async () => {
    assert.deepEqual(await asked({ ...CREATED, sockShop: {} }), ["https://checkip.amazonaws.com"]);
    assert.deepEqual(await asked({ ...CREATED, allowedCidrs: ["198.51.100.0/24"] }), []);
    assert.deepEqual(await asked(KIND), []);
  });
});

describe("settings: what they mean", () => {
  it("makes the cluster's name from yours and the stack's, in letters that EKS takes", () => {
    const { cluster } = settingsOf({ ...CREATED, name: "alice" }, { stack: "my.stack_1" });
    assert.equal(cluster.kind === "create" && cluster.clusterName, "alice-my-stack_1");
  });

  it("cuts the cluster's name where EKS would refuse it: at 100 characters", () => {
    const { cluster } = settingsOf(CREATED, { stack: "s".repeat(120) });
    assert.equal(cluster.kind === "create" && cluster.clusterName.length, 100);
  });

  it("knows another stack by its full name", () => {
    assert.deepEqual(settingsOf(SHARED).cluster, {
      kind: "stack",
      stack: "organization/eks-exercises/exercise-cluster",
    });
  });

  it("tags with the owner where one is set, and else with your name", () => {
    assert.equal(settingsOf({ ...CREATED, name: "alice" }).tags["Owner"], "alice");
    assert.equal(settingsOf({ ...CREATED, owner: "Team A" }).tags["Owner"], "Team A");
  });
});
