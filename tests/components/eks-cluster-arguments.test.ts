/** Every argument of EksCluster reaches a child; all of them together please the policy pack. */
import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EksCluster, type EksClusterArgs } from "../../components";
import schema from "../../components/schema.json";
import { findingsOf } from "../../tools/rehearse/findings";
import { at, runComponents, type Run } from "../support/harness";

const allowedCidrs = ["203.0.113.7/32"];
const principalArn = "arn:aws:iam::123456789012:role/team";
const secretsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

function create(
  args: Partial<EksClusterArgs>,
  more: pulumi.ComponentResourceOptions = {},
): Promise<Run> {
  return runComponents(() => {
    const provider = new aws.Provider("aws", { region: "us-east-1" });
    return new EksCluster("shop", { allowedCidrs, ...args }, { provider, ...more });
  });
}

interface Case {
  readonly given: Partial<EksClusterArgs>;
  readonly seen: (run: Run) => unknown;
  readonly expected: unknown;
}

const cluster = (run: Run) => run.one("cluster").inputs;

const existing = (): Partial<EksClusterArgs> => {
  const vpcId = new aws.ec2.Vpc("theirs", { cidrBlock: "10.9.0.0/16" }).id;
  const ids = ["a", "b"].map(
    (zone, i) =>
      new aws.ec2.Subnet(`theirs-${i}`, {
        vpcId,
        availabilityZone: `us-east-1${zone}`,
        cidrBlock: `10.9.${i}.0/24`,
      }).id,
  );
  return { vpcId, publicSubnetIds: ids.slice(0, 1), privateSubnetIds: ids.slice(1) };
};

/** By argument. */
const CASES: Readonly<Record<string, Case>> = {
  allowedCidrs: {
    given: { allowedCidrs: ["198.51.100.0/24"] },
    seen: (run) => [cluster(run)["publicAccessCidrs"], run.one("ingressRule").inputs["cidrIpv4"]],
    expected: [["198.51.100.0/24"], "198.51.100.0/24"],
  },
  kubernetesVersion: {
    given: { kubernetesVersion: "1.35" },
    seen: (run) => [cluster(run)["version"], run.one("launchTemplate").name],
    expected: ["1.35", "shop-nodes-1-35"],
  },
  clusterName: {
    given: { clusterName: "blue" },
    seen: (run) => [cluster(run)["name"], run.one("logGroup").inputs["name"]],
    expected: ["blue", "/aws/eks/blue/cluster"],
  },
  endpointPublicAccess: {
    given: { endpointPublicAccess: false, allowedCidrs: ["10.0.0.0/8"] },
    seen: (run) => [
      cluster(run)["endpointPublicAccess"],
      cluster(run)["endpointPrivateAccess"],
      cluster(run)["publicAccessCidrs"],
      run.one("ingressRule").inputs["cidrIpv4"],
    ],
    expected: [false, true, undefined, "10.0.0.0/8"],
  },
  zones: {
    given: { zones: 3 },
    seen: (run) => new Set(run.all("subnet").map((s) => s.inputs["availabilityZone"])).size,
    expected: 3,
  },
  natGateways: {
    given: { natGateways: "perZone" },
    seen: (run) => run.all("natGateway").length,
    expected: 2,
  },
  vpcEndpoints: {
    given: { vpcEndpoints: true },
    seen: (run) => run.all("vpcEndpoint").length,
    expected: 10,
  },
  nodes: {
    given: { nodes: { maxSize: 9 } },
    seen: (run) => at(run.one("managedNodeGroup"), "inputs.scalingConfig.maxSize"),
    expected: 9,
  },
  nodeGroups: {
    given: { nodeGroups: { batch: { minSize: 0 } } },
    seen: (run) =>
      at(run.one("managedNodeGroup", "shop-batch-group"), "inputs.scalingConfig.minSize"),
    expected: 0,
  },
  accessEntries: {
    given: { accessEntries: { team: { principalArn, policy: "AmazonEKSViewPolicy" } } },
    seen: (run) => run.one("accessEntry").inputs["principalArn"],
    expected: principalArn,
  },
  addons: {
    given: { addons: [{ name: "metrics-server" }] },
    seen: (run) => run.one("addon", "shop-metrics-server").inputs["addonName"],
    expected: "metrics-server",
  },
  secretsKeyArn: {
    given: { secretsKeyArn },
    seen: (run) => [cluster(run)["encryptionConfigKeyArn"], run.all("key").length],
    expected: [secretsKeyArn, 0],
  },
  logRetentionDays: {
    given: { logRetentionDays: 90 },
    seen: (run) => run.one("logGroup").inputs["retentionInDays"],
    expected: 90,
  },
  deletionProtection: {
    given: { deletionProtection: true },
    seen: (run) => cluster(run)["deletionProtection"],
    expected: true,
  },
  tags: {
    given: { tags: { Team: "blue" } },
    seen: (run) => [at(cluster(run)["tags"], "Team"), at(run.one("vpc"), "inputs.tags.Team")],
    expected: ["blue", "blue"],
  },
  credentials: {
    given: { credentials: { profile: "team-a", roleArn: principalArn } },
    seen: (run) => cluster(run)["providerCredentialOpts"],
    expected: { profileName: "team-a", roleArn: principalArn },
  },
};

/** All features at once, in a network of the cluster's own. */
const EVERYTHING: Partial<EksClusterArgs> = {
  zones: 3,
  natGateways: "perZone",
  vpcEndpoints: true,
  nodes: { zones: 3, labels: { team: "blue" } },
  nodeGroups: {
    spot: {
      instanceTypes: ["m5.large", "m6i.large"],
      capacityType: "SPOT",
      taints: [{ key: "spot", effect: "NO_SCHEDULE" }],
    },
    edge: { instanceType: "t4g.large", subnets: "public" },
  },
  accessEntries: {
    team: { principalArn, policy: "AmazonEKSEditPolicy", namespaces: ["blue"] },
    ci: { principalArn: `${principalArn}-ci`, kubernetesGroups: ["deployers"] },
  },
  addons: [
    { name: "aws-ebs-csi-driver" },
    { name: "amazon-cloudwatch-observability", by: "podIdentity" },
    { name: "metrics-server" },
  ],
  deletionProtection: true,
  logRetentionDays: 90,
  tags: { Team: "blue" },
};

describe("arguments of EksCluster", function () {
  this.timeout(60_000);

  const inputs = schema.resources["eks-exercises-components:index:EksCluster"].inputProperties;
  // Networks that exist: network.test.ts. An import: tests/real/engine/left-behind.test.ts.
  const elsewhere = ["vpcId", "publicSubnetIds", "privateSubnetIds", "importLogGroup"];

  it("have each a test", () => {
    assert.deepEqual(Object.keys(inputs).sort(), [...Object.keys(CASES), ...elsewhere].sort());
  });

  for (const [argument, { given, seen, expected }] of Object.entries(CASES)) {
    it(argument, async () => {
      assert.deepEqual(seen(await create(given)), expected);
      assert.notDeepEqual(seenByDefault(await create({}), seen), expected, "not the default");
    });
  }

  it("please the policy pack all together, in a network of the cluster's own", async () => {
    const run = await create(EVERYTHING);
    assert.ok(run.resources.length > 80, `${run.resources.length} resources`);
    assert.deepEqual(findingsOf(run.resources), []);
  });

  it("please the policy pack in a network that exists", async () => {
    const run = await runComponents(() => {
      const { zones, natGateways, vpcEndpoints, nodes, ...rest } = EVERYTHING;
      assert.ok(zones && natGateways && vpcEndpoints && nodes);
      const provider = new aws.Provider("aws", { region: "us-east-1" });
      new EksCluster(
        "shop",
        { allowedCidrs, ...rest, nodeGroups: {}, ...existing() },
        { provider },
      );
    });
    assert.deepEqual(findingsOf(run.resources), []);
  });
});

function seenByDefault(run: Run, seen: Case["seen"]): unknown {
  try {
    return seen(run);
  } catch {
    return undefined;
  }
}

describe("options of EksCluster", function () {
  this.timeout(60_000);

  it("protect protects all that the component creates", async () => {
    const run = await create({}, { protect: true });
    for (const { name, parent, options } of run.resources) {
      if (parent?.includes("EksCluster")) assert.ok(options.protect, name);
    }
  });

  it("transformations see all that the component creates", async () => {
    const seen: string[] = [];
    const see: pulumi.ResourceTransformation = ({ name }) => {
      seen.push(name);
      return undefined;
    };
    const run = await create({}, { transformations: [see] });
    const inside = run.resources.filter(({ parent }) => parent?.includes("EksCluster"));
    assert.ok(inside.length > 20);
    for (const { name } of inside) assert.ok(seen.includes(name), name);
  });
});

describe("an EksCluster", function () {
  this.timeout(60_000);

  it("shows what is inside: cluster, VPC, groups, add-ons, provider", async () => {
    let found: unknown;
    const run = await runComponents(() => {
      const shop = new EksCluster("shop", {
        allowedCidrs,
        nodeGroups: { batch: {} },
        addons: [{ name: "metrics-server" }],
      });
      found = [
        [...shop.nodeGroups.keys()],
        [...shop.addons.keys()],
        shop.kubernetesProvider instanceof pulumi.ProviderResource,
      ];
      return {
        cluster: shop.eksCluster.apply((cluster) => cluster.name),
        vpc: shop.vpc?.id,
        batch: shop.nodeGroups.get("batch")?.name,
      };
    });
    assert.deepEqual(found, [["nodes", "batch"], ["metrics-server"], true]);
    assert.deepEqual(run.outputs, {
      cluster: run.one("cluster").inputs["name"],
      vpc: run.one("vpc").id,
      batch: at(run.one("managedNodeGroup", "shop-batch-group"), "outputs.nodeGroup.nodeGroupName"),
    });
  });
});
