/** EksCluster in anybody's program: its defaults, its providers, and what it refuses. */
import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EksCluster, type EksClusterArgs } from "../../components";
import { at, attempt, runComponents, type Run, type Surroundings } from "../support/harness";

const allowedCidrs = ["203.0.113.7/32"];

function create(
  args: Partial<EksClusterArgs> = {},
  opts?: () => pulumi.ComponentResourceOptions,
  around?: Surroundings,
): Promise<Run> {
  const make = () => new EksCluster("shop", { allowedCidrs, ...args }, opts?.());
  return runComponents(make, around);
}

async function refusal(args: Partial<EksClusterArgs>): Promise<string[]> {
  const run = await attempt(() => new EksCluster("shop", { allowedCidrs, ...args }), {});
  const created = run.resources.filter(({ type }) => !type.startsWith("pulumi:"));
  assert.deepEqual(created, [], "nothing is created");
  assert.equal(run.result.errors.length, 1);
  return run.result.errors[0]!.message.split("\n");
}

describe("EksCluster", function () {
  this.timeout(60_000);

  it("needs nothing but callers", async () => {
    const run = await create();
    const { inputs } = run.one("cluster");
    assert.equal(inputs["version"], "1.36");
    assert.deepEqual(inputs["publicAccessCidrs"], allowedCidrs);
    assert.equal(run.all("subnet").length, 4);
    assert.deepEqual(run.one("managedNodeGroup").inputs["scalingConfig"], {
      minSize: 2,
      desiredSize: 3,
      maxSize: 4,
    });
    assert.equal(run.one("launchTemplate").inputs["instanceType"], "t3.large");
    assert.equal(at(run.one("launchTemplate"), "inputs.blockDeviceMappings.0.ebs.volumeSize"), 30);
  });

  describe("names a cluster that has no clusterName", () => {
    const nameIn = async (around?: Surroundings) => {
      const run = await create({}, undefined, around);
      assert.equal(run.one("logGroup").inputs["name"], `/aws/eks/${nameOf(run)}/cluster`);
      return nameOf(run);
    };
    const nameOf = (run: Run) => run.one("cluster").inputs["name"] as string;

    it("after itself, the same each time, and another in each stack", async () => {
      const name = await nameIn();
      assert.match(name, /^shop-[0-9a-f]{7}$/);
      assert.equal(await nameIn(), name);
      assert.notEqual(await nameIn({ stack: "other" }), name);
    });

    it("so that names which are cut, or are below other parents, never collide", async () => {
      const long = "x".repeat(120);
      const run = await runComponents(() => {
        for (const name of [`${long}a`, `${long}b`]) new EksCluster(name, { allowedCidrs });
        for (const kind of ["Team", "Project"]) {
          const type = `eks-exercises-components:index:${kind}`;
          const parent = new pulumi.ComponentResource(type, "blue");
          new EksCluster("shop.a", { allowedCidrs }, { parent });
        }
      });
      const names = run.all("cluster").map(({ inputs }) => inputs["name"] as string);
      assert.equal(new Set(names).size, 4);
      for (const name of names) assert.match(name, /^[0-9A-Za-z][\w-]{0,99}$/);
    });
  });

  for (const [form, options] of [
    ["provider", (provider: aws.Provider) => ({ provider })],
    ["providers", (provider: aws.Provider) => ({ providers: [provider] })],
    ["providers by package", (provider: aws.Provider) => ({ providers: { aws: provider } })],
  ] as const) {
    it(`takes its AWS provider from opts.${form}`, async () => {
      const run = await create({}, () =>
        options(new aws.Provider("mine", { region: "eu-west-1" })),
      );
      const { urn } = run.one("awsProvider");
      for (const { type, name, provider } of run.resources) {
        if (/^(aws|eks):/.test(type)) assert.equal(provider, urn, name);
      }
      const outputs = run.component("EksCluster").registeredOutputs;
      assert.equal(outputs?.["region"], "eu-west-1");
    });
  }

  it("takes outputs as arguments", async () => {
    const run = await create({
      allowedCidrs: ["203.0.113.7/32", pulumi.output("198.51.100.0/24")],
      clusterName: pulumi.output("later"),
      nodes: { maxSize: pulumi.output(9), instanceType: pulumi.output("m5.large") },
      credentials: { profile: pulumi.output("team-a") },
    });
    assert.deepEqual(
      run.all("ingressRule").map(({ name, inputs }) => [name, inputs["cidrIpv4"]]),
      [
        ["shop-access-203-0-113-7-32", "203.0.113.7/32"],
        ["shop-access-later-1", "198.51.100.0/24"],
      ],
    );
    assert.equal(run.one("cluster").inputs["name"], "later");
    assert.equal(at(run.one("managedNodeGroup"), "inputs.scalingConfig.maxSize"), 9);
    assert.equal(run.one("launchTemplate").inputs["instanceType"], "m5.large");
    assert.deepEqual(run.one("cluster").inputs["providerCredentialOpts"], {
      profileName: "team-a",
    });
    const command = run.component("EksCluster").registeredOutputs?.["connectCommand"];
    assert.match(String(command), / --name later --profile team-a$/);
  });

  it("reports all that is wrong at once, before anything is created", async () => {
    const lines = await refusal({
      allowedCidrs: [],
      kubernetesVersion: "1.12",
      clusterName: "-shop",
      zones: 1,
      nodes: {
        instanceType: "large",
        minSize: 5,
        maxSize: 500,
        diskSizeGiB: 8,
        amiRelease: "latest",
      },
    });
    assert.deepEqual(lines, [
      'EksCluster "shop": 9 problems in its arguments; none of its resources was created',
      "  allowedCidrs: []",
      '    allowed: a list of 1 to 40 IPv4 CIDR blocks, such as ["203.0.113.7/32"] for one address',
      '  kubernetesVersion: "1.12"',
      "    allowed: 1.34, 1.35, 1.36; a newer version, if every group of nodes has an amiId",
      '  clusterName: "-shop"',
      "    allowed: 1 to 100 letters, digits, - and _, first a letter or digit",
      "  zones: 1",
      "    allowed: a whole number from 2 to 4",
      '  nodes.instanceType: "large"',
      "    allowed: an EC2 instance type, such as t3.large",
      "  nodes.maxSize: 500",
      "    allowed: a whole number from 1 to 450",
      "  nodes.diskSizeGiB: 8",
      "    allowed: a whole number from 20 to 16384",
      '  nodes: {"minSize":5,"desiredSize":3,"maxSize":500}',
      "    allowed: minSize <= desiredSize <= maxSize",
      '  nodes.amiRelease: "latest"',
      "    allowed: a release such as v20261101",
    ]);
  });

  it("refuses private callers of a public endpoint, and takes them for a private one", async () => {
    const args = { allowedCidrs: ["10.0.0.0/8"] };
    assert.match((await refusal(args)).join(), /allowedCidrs\[0\]: "10[^]*allowed: a public block/);
    const run = await create({ ...args, endpointPublicAccess: false });
    assert.equal(run.one("ingressRule").inputs["cidrIpv4"], "10.0.0.0/8");
  });

  it("refuses an output that would decide which resources there are", async () => {
    const [, ...lines] = await refusal({
      zones: pulumi.output(3) as unknown as number,
      kubernetesVersion: pulumi.output("1.36") as unknown as string,
    });
    assert.deepEqual(
      lines.filter((line) => line.startsWith("  ") && !line.startsWith("    ")),
      ["  kubernetesVersion: (known only later)", "  zones: (known only later)"],
    );
  });

  it("says how many zones the region has, if it has too few", async () => {
    const run = await attempt(() => new EksCluster("shop", { allowedCidrs, zones: 4 }), {});
    assert.equal(run.result.errors.length, 1);
    const [error] = run.result.errors;
    assert.equal(
      error?.message,
      'Network "shop-network": zones: 4\n    allowed: at most 3, the zones of this region that EKS can use',
    );
    assert.equal(error.stack, error.message, "no stack trace");
  });
});
