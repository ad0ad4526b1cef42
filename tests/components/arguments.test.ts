/** Every argument of a component, and every setting, changes what it says it changes. */
import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { JenkinsService } from "../../components";
import {
  at,
  runComponents,
  runOnSharedCluster,
  runStack,
  type Config,
  type Run,
} from "../support/harness";

/** A cluster of one's own with these settings, and a shop. */
const created = (create: Config, more: Config = {}) =>
  runStack({ cluster: { create }, sockShop: {}, ...more });

interface Case {
  readonly argument: string;
  readonly run: () => Promise<Run>;
  readonly seen: (run: Run) => unknown;
  readonly expected: unknown;
}

const OTHER = ["198.51.100.1/32", "192.0.2.0/24"];
const cidrs = (run: Run) => [...new Set(run.all("ingressRule").map((r) => r.inputs["cidrIpv4"]))];

const CASES: Case[] = [
  {
    argument: "name: the cluster's name",
    run: () => created({}, { name: "alice" }),
    seen: (run) => [
      run.one("cluster").inputs["name"],
      run.one("logGroup").inputs["name"],
      at(run.all("subnet")[0], "inputs.tags")!,
    ],
    expected: [
      "alice-test",
      "/aws/eks/alice-test/cluster",
      {
        Name: "alice-test-public-0",
        "kubernetes.io/role/elb": "1",
        "kubernetes.io/cluster/alice-test": "shared",
      },
    ],
  },
  {
    argument: "name: Jenkins' namespace",
    run: () => runOnSharedCluster({ name: "alice", jenkins: {} }),
    seen: (run) => at(run.one("namespace"), "inputs.metadata.name"),
    expected: "alice-bc-svc",
  },
  {
    argument: "owner and costCenter: tags",
    run: () => created({}, { owner: "Alice A.", costCenter: "4711" }),
    seen: (run) => {
      const tags = at(run.one("launchTemplate"), "inputs.tagSpecifications.0.tags");
      return [at(tags, "Owner"), at(tags, "CostCenter")];
    },
    expected: ["Alice A.", "4711"],
  },
  {
    argument: "allowedCidrs: who may reach endpoint, group and front page",
    run: () => created({}, { allowedCidrs: OTHER }),
    seen: (run) => [run.one("cluster").inputs["publicAccessCidrs"], cidrs(run)],
    expected: [OTHER, OTHER],
  },
  {
    argument: "allowWorld: opens to all, when it is said",
    run: () => created({}, { allowedCidrs: ["0.0.0.0/0"], allowWorld: true }),
    seen: cidrs,
    expected: ["0.0.0.0/0"],
  },
  {
    argument: "kubernetesVersion: cluster, template and AMI",
    run: () => created({ kubernetesVersion: "1.35" }),
    seen: (run) => [run.one("cluster").inputs["version"], run.one("launchTemplate").name],
    expected: ["1.35", "cluster-nodes-1-35"],
  },
  {
    argument: "kubernetesVersion: the autoscaler's image",
    run: () => created({ kubernetesVersion: "1.35" }, { autoscaler: {} }),
    seen: (run) => /^v1\.35\.\d+$/.test(String(at(run.one("release"), "inputs.values.image.tag"))),
    expected: true,
  },
  {
    argument: "zones",
    run: () => created({ zones: 3 }),
    seen: (run) => new Set(run.all("subnet").map((s) => s.inputs["availabilityZone"])).size,
    expected: 3,
  },
  {
    argument: "nodes: sizes",
    run: () => created({ nodes: { minSize: 3, desiredSize: 4, maxSize: 6 } }),
    seen: (run) => run.one("managedNodeGroup").inputs["scalingConfig"],
    expected: { minSize: 3, desiredSize: 4, maxSize: 6 },
  },
  {
    argument: "nodes: instanceType and diskSizeGiB",
    run: () => created({ nodes: { instanceType: "m5.large", diskSizeGiB: 50 } }),
    seen: (run) => {
      const { inputs } = run.one("launchTemplate");
      return [inputs["instanceType"], at(inputs, "blockDeviceMappings.0.ebs.volumeSize")];
    },
    expected: ["m5.large", 50],
  },
  {
    argument: "nodes.amiRelease: names the AMI, and lets it roll the nodes",
    run: () => created({ nodes: { amiRelease: "v20261101" } }),
    seen: (run) => run.one("launchTemplate").options.ignoreChanges,
    expected: [],
  },
  {
    argument: "no nodes.amiRelease: the AMI stays",
    run: () => created({}),
    seen: (run) => run.one("launchTemplate").options.ignoreChanges,
    expected: ["imageId"],
  },
  {
    argument: "region",
    run: () => runStack({ cluster: { create: {} } }, { region: "eu-west-1" }),
    seen: (run) => [run.outputs["region"], run.one("awsProvider").inputs["region"]],
    expected: ["eu-west-1", "eu-west-1"],
  },
  {
    argument: "sockShop.nodePort: service, rule and URL",
    run: () => runStack({ cluster: { create: {} }, sockShop: { nodePort: 31111 } }),
    seen: (run) => [
      at(run.one("service", "sock-shop-front-end"), "inputs.spec.ports.0.nodePort"),
      run.one("ingressRule", "sock-shop-admit-203-0-113-7-32").inputs["fromPort"],
      String(run.outputs["sockShopUrl"]).split(":").at(-1),
    ],
    expected: [31111, 31111, "31111"],
  },
  {
    argument: "jenkins.nodePort: service, rule and URL",
    run: () => runOnSharedCluster({ jenkins: { service: "NodePort", nodePort: 31222 } }),
    seen: (run) => [
      at(run.one("service"), "inputs.spec.ports.0.nodePort"),
      run.one("ingressRule").inputs["toPort"],
      String(run.outputs["jenkinsUrl"]).split(":").at(-1),
    ],
    expected: [31222, 31222, "31222"],
  },
];
describe("arguments", () => {
  for (const { argument, run, seen, expected } of CASES) {
    it(argument, async () => assert.deepEqual(seen(await run()), expected));
  }

  it("JenkinsService.tags: a load balancer's tags", async () => {
    const run = await runComponents(() => {
      const provider = new k8s.Provider("k", { kubeconfig: "{}" });
      new JenkinsService(
        "jenkins",
        {
          name: "alice",
          service: "LoadBalancer",
          allowedCidrs: ["172.18.0.0/16"],
          tags: { Team: "blue" },
        },
        { provider },
      );
    });
    const annotations = at(run.one("service"), "inputs.metadata.annotations");
    assert.match(JSON.stringify(annotations), /additional-resource-tags":"Team=blue"/);
    assert.deepEqual(at(run.one("service"), "inputs.spec.loadBalancerSourceRanges"), [
      "172.18.0.0/16",
    ]);
  });
});
