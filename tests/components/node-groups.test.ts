/** Groups of nodes: each option reaches the group, its template or the nodes' own configuration. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { EksCluster, type EksClusterArgs, type NodeOptions } from "../../components";
import schema from "../../components/schema.json";
import { architectureOf } from "../../components/node-checks";
import { amiParameter } from "../../components/node-user-data";
import { awsId } from "../../tools/cloud/ids";
import { at, attempt, runComponents, type Run } from "../support/harness";

const allowedCidrs = ["203.0.113.7/32"];
const GROUP = "shop-batch";

const create = (args: Partial<EksClusterArgs>): Promise<Run> =>
  runComponents(() => new EksCluster("shop", { allowedCidrs, ...args }));
const withGroup = (batch: NodeOptions, args: Partial<EksClusterArgs> = {}) =>
  create({ ...args, nodeGroups: { batch } });

const group = (run: Run) => run.one("managedNodeGroup", `${GROUP}-group`).inputs;
const template = (run: Run) => run.one("launchTemplate", `${GROUP}-1-36`);
const userData = (run: Run) =>
  Buffer.from(template(run).inputs["userData"] as string, "base64").toString();

async function refusals(args: Partial<EksClusterArgs>): Promise<string[]> {
  const run = await attempt(() => new EksCluster("shop", { allowedCidrs, ...args }), {});
  assert.deepEqual(
    run.resources.filter(({ type }) => !type.startsWith("pulumi:")),
    [],
  );
  const [, ...lines] = run.result.errors[0]!.message.split("\n");
  return lines.map((line) => line.trim());
}

interface Case {
  readonly option: string;
  readonly given: NodeOptions;
  readonly around?: Partial<EksClusterArgs>;
  readonly seen: (run: Run) => unknown;
  readonly expected: unknown;
}

const CASES: Case[] = [
  {
    option: "instanceType",
    given: { instanceType: "m5.large" },
    seen: (run) => template(run).inputs["instanceType"],
    expected: "m5.large",
  },
  {
    option: "instanceType of Graviton: an AMI for arm64",
    given: { instanceType: pulumi.output("m7g.large"), amiRelease: "v20261101" },
    seen: (run) => template(run).inputs["imageId"],
    expected: awsId("ami", amiParameter("1.36", "v20261101", "arm64")),
  },
  {
    option: "instanceType of Graviton: a template of its own, since a kept AMI would not start",
    given: { instanceType: "t4g.large" },
    seen: (run) => run.one("launchTemplate", `${GROUP}-1-36-arm64`).inputs["imageId"],
    expected: awsId("ami", amiParameter("1.36", undefined, "arm64")),
  },
  {
    option: "instanceTypes and capacityType",
    given: { instanceTypes: ["m5.large", "m5a.large"], capacityType: "SPOT" },
    seen: (run) => [
      template(run).inputs["instanceType"],
      group(run)["instanceTypes"],
      group(run)["capacityType"],
    ],
    expected: [undefined, ["m5.large", "m5a.large"], "SPOT"],
  },
  {
    option: "minSize, desiredSize and maxSize",
    given: { minSize: 0, desiredSize: 0, maxSize: 1 },
    seen: (run) => group(run)["scalingConfig"],
    expected: { minSize: 0, desiredSize: 0, maxSize: 1 },
  },
  {
    option: "diskSizeGiB",
    given: { diskSizeGiB: 100 },
    seen: (run) => at(template(run), "inputs.blockDeviceMappings.0.ebs.volumeSize"),
    expected: 100,
  },
  {
    option: "amiId, which then rolls the nodes",
    given: { amiId: "ami-0123456789abcdef0" },
    seen: (run) => [template(run).inputs["imageId"], template(run).options.ignoreChanges],
    expected: ["ami-0123456789abcdef0", []],
  },
  {
    option: "labels, to the group and to the kubelet",
    given: { labels: { team: "blue", "example.com/tier": "batch" } },
    seen: (run) => [
      group(run)["labels"],
      userData(run).includes("      - --node-labels=team=blue,example.com/tier=batch\n"),
    ],
    expected: [{ team: "blue", "example.com/tier": "batch" }, true],
  },
  {
    option: "taints, to the group and to the kubelet, each in its words",
    given: {
      taints: [
        { key: "dedicated", value: "batch", effect: "NO_SCHEDULE" },
        { key: "late", effect: "NO_EXECUTE" },
      ],
    },
    seen: (run) => [
      at(group(run), "taints.0.effect"),
      userData(run).includes(
        "  kubelet:\n    flags:\n      - --register-with-taints=dedicated=batch:NoSchedule,late=:NoExecute\n",
      ),
    ],
    expected: ["NO_SCHEDULE", true],
  },
  {
    option: "zones",
    given: { zones: 2 },
    seen: (run) => (group(run)["subnetIds"] as string[]).length,
    expected: 2,
  },
  {
    option: "subnets: private, beside public ones",
    given: { subnets: "private" },
    around: { natGateways: "single", nodes: { subnets: "public" } },
    seen: (run) => {
      const nodes = run.one("managedNodeGroup", "shop-nodes-group").inputs;
      const nameOf = (inputs: unknown) =>
        run.all("subnet").find(({ id }) => id === at(inputs, "subnetIds.0"))?.name;
      return [nameOf(group(run)), nameOf(nodes)];
    },
    expected: ["shop-network-private-0", "shop-network-public-0"],
  },
  {
    option: "tags, over those of the cluster",
    given: { tags: { Team: "blue" } },
    around: { tags: { Team: "all", Cost: "1" } },
    seen: (run) => [
      at(template(run), "inputs.tagSpecifications.0.tags.Team"),
      at(template(run), "inputs.tagSpecifications.1.tags.Cost"),
      template(run).inputs["tags"],
    ],
    expected: ["blue", "1", { Team: "all", Cost: "1" }],
  },
];

describe("a group of nodes", function () {
  this.timeout(60_000);

  it("has a test for each option", () => {
    const { properties } = schema.types["eks-exercises-components:index:NodeOptions"];
    const tested = CASES.flatMap(({ given }) => Object.keys(given));
    assert.deepEqual([...new Set(tested)].sort(), Object.keys(properties).sort());
  });

  for (const { option, given, around, seen, expected } of CASES) {
    it(option, async () => assert.deepEqual(seen(await withGroup(given, around)), expected));
  }

  it("has a role and a template of its own, and the closed security group of all nodes", async () => {
    const run = await withGroup({});
    assert.ok(run.one("role", `${GROUP}-role`));
    const firewall = run.one("securityGroup", "shop-nodes-firewall");
    assert.equal(at(template(run), "inputs.vpcSecurityGroupIds.1"), firewall.id);
    assert.equal(firewall.inputs["ingress"], undefined);
    assert.ok(!run.resources.some(({ name }) => name === `${GROUP}-firewall`));
  });

  it("leaves the first group as it is, and is there before CoreDNS and the workloads", async () => {
    const names = (run: Run) =>
      run.resources.filter(({ name }) => name.startsWith("shop-nodes")).map(({ urn }) => urn);
    const [one, two] = [await create({}), await withGroup({})];
    assert.deepEqual(names(two).sort(), names(one).sort());
    for (const user of [
      two.one("addon", "shop-coredns"),
      two.one("kubernetesProvider", "shop-kubernetes"),
    ]) {
      assert.ok(two.needs(user).includes(two.one("managedNodeGroup", `${GROUP}-group`)));
    }
  });

  it("can be of a version that the catalog does not know, if each group names its AMI", async () => {
    const amiId = "ami-0123456789abcdef0";
    const run = await create({ kubernetesVersion: "1.99", nodes: { amiId } });
    assert.equal(run.one("cluster").inputs["version"], "1.99");
    assert.equal(run.one("launchTemplate").inputs["imageId"], amiId);
    const allowed =
      "allowed: 1.34, 1.35, 1.36; a newer version, if every group of nodes has an amiId";
    for (const args of [
      { kubernetesVersion: "1.99" },
      { kubernetesVersion: "1.99", nodes: { amiId }, nodeGroups: { batch: {} } },
      { kubernetesVersion: "1.20", nodes: { amiId } },
    ]) {
      const version = JSON.stringify(args.kubernetesVersion);
      assert.deepEqual(await refusals(args), [`kubernetesVersion: ${version}`, allowed]);
    }
  });

  it("is refused if CoreDNS could run in none: tainted, or without nodes", async () => {
    const taints = [{ key: "dedicated", effect: "NO_SCHEDULE" as const }];
    const empty = { minSize: 0, desiredSize: 0 };
    for (const args of [{ nodes: { taints } }, { nodes: empty, nodeGroups: { a: { taints } } }]) {
      const [path] = await refusals(args);
      assert.equal(path, "nodes, nodeGroups: (not set)");
    }
    const spared = [{ key: "CriticalAddonsOnly", effect: "NO_SCHEDULE" as const }];
    await create({ nodes: { taints: spared } });
    await create({ nodes: { taints }, nodeGroups: { a: {} } });
  });

  it("is refused as an output, or as no map at all", async () => {
    const later = pulumi.output({}) as unknown as NodeOptions;
    const [nodes, , group, , empty] = await refusals({
      nodes: later,
      nodeGroups: { a: later, b: null as unknown as NodeOptions },
    });
    assert.deepEqual(
      [nodes, group, empty],
      ["nodes: (known only later)", "nodeGroups.a: (known only later)", "nodeGroups.b: null"],
    );
  });

  it("is refused with all that is wrong", async () => {
    const lines = await refusals({
      nodeGroups: {
        nodes: {},
        Batch: {},
        a: {
          instanceTypes: ["m5.large", "m7g.large"],
          instanceType: "m5.large",
          capacityType: "FREE" as "SPOT",
          amiId: "ami-1",
          amiRelease: "v20261101",
          labels: { "kubernetes.io/role": "x", team: "not a label" },
          taints: [{ key: "", effect: "NoSchedule" as "NO_SCHEDULE" }],
          subnets: "private",
          zones: 3,
        },
      },
    });
    assert.deepEqual(
      lines.filter((line) => !line.startsWith("allowed: ")),
      [
        'nodeGroups.nodes: "nodes"',
        'nodeGroups.Batch: "Batch"',
        'nodeGroups.a.capacityType: "FREE"',
        'nodeGroups.a.instanceTypes: ["m5.large","m7g.large"]',
        'nodeGroups.a.instanceTypes: ["m5.large","m7g.large"]',
        'nodeGroups.a.amiId: "ami-1"',
        'nodeGroups.a.amiId: "ami-1"',
        'nodeGroups.a.labels["kubernetes.io/role"]: "x"',
        'nodeGroups.a.labels["team"]: "not a label"',
        'nodeGroups.a.taints[0].key: ""',
        'nodeGroups.a.taints[0].effect: "NoSchedule"',
        "nodeGroups.a.zones: 3",
        'nodeGroups.a.subnets: "private"',
      ],
    );
  });

  it("knows the architecture of an instance type", () => {
    for (const type of ["t4g.large", "m7gd.xlarge", "c7gn.large", "a1.large", "im4gn.large"]) {
      assert.equal(architectureOf(type), "arm64", type);
    }
    for (const type of ["t3.large", "g5.xlarge", "g4dn.xlarge", "m7i-flex.large", "p5.48xlarge"]) {
      assert.equal(architectureOf(type), "x86_64", type);
    }
  });
});
