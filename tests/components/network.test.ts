/** Networks: a cluster's own with ways out of its private subnets, and one that exists. */
import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EksCluster, type EksClusterArgs } from "../../components";
import { at, attempt, runComponents, type Run } from "../support/harness";

const allowedCidrs = ["203.0.113.7/32"];
const create = (args: Partial<EksClusterArgs>): Promise<Run> =>
  runComponents(() => {
    const provider = new aws.Provider("aws", { region: "us-east-1" });
    new EksCluster("shop", { allowedCidrs, ...args }, { provider });
  });

/** Names of what the private subnet of each zone has as its way out. */
const waysOut = (run: Run) =>
  run
    .all("routeTableAssociation")
    .filter(({ name }) => name.includes("private"))
    .map(({ inputs }) => {
      const table = run.all("routeTable").find(({ id }) => id === inputs["routeTableId"]);
      const route = run.all("route").find((r) => r.inputs["routeTableId"] === table?.id);
      const gateway = run.all("natGateway").find(({ id }) => id === route?.inputs["natGatewayId"]);
      return gateway?.name;
    });

describe("a network of the cluster's own", function () {
  this.timeout(60_000);

  it("has no way out of its private subnets, and its nodes are in a public one", async () => {
    const run = await create({});
    assert.deepEqual([run.all("natGateway").length, run.all("vpcEndpoint").length], [0, 0]);
    assert.deepEqual(waysOut(run), []);
  });

  it("has one NAT gateway for all zones", async () => {
    const run = await create({ natGateways: "single", zones: 3 });
    assert.deepEqual(waysOut(run), Array(3).fill("shop-network-nat-0"));
    const gateway = run.one("natGateway");
    assert.equal(gateway.inputs["allocationId"], run.one("eip").id);
    assert.equal(gateway.inputs["subnetId"], run.one("subnet", "shop-network-public-0").id);
    // Neither the address nor the gateway works, or goes, without the Internet gateway.
    for (const resource of [gateway, run.one("eip")]) {
      assert.ok(run.needs(resource).includes(run.one("route", "shop-network-internet")));
    }
  });

  it("has a NAT gateway in each zone", async () => {
    const run = await create({ natGateways: "perZone" });
    assert.deepEqual(waysOut(run), ["shop-network-nat-0", "shop-network-nat-1"]);
    assert.deepEqual(
      run.all("natGateway").map(({ inputs }) => inputs["subnetId"]),
      [0, 1].map((i) => run.one("subnet", `shop-network-public-${i}`).id),
    );
  });

  it("has VPC endpoints that only the VPC may call, over HTTPS", async () => {
    const run = await create({ vpcEndpoints: true });
    const services = run.all("vpcEndpoint").map(({ inputs }) => inputs["serviceName"]);
    for (const service of ["s3", "ec2", "ecr.api", "ecr.dkr", "sts", "eks", "eks-auth"]) {
      assert.ok(services.includes(`com.amazonaws.us-east-1.${service}`), service);
    }
    const s3 = run.one("vpcEndpoint", "shop-network-s3");
    assert.deepEqual(s3.inputs["routeTableIds"], [
      run.one("routeTable", "shop-network-private-0").id,
    ]);
    const { inputs } = run.one("ingressRule", "shop-network-endpoints");
    assert.deepEqual(
      [inputs["cidrIpv4"], inputs["fromPort"], inputs["toPort"]],
      ["10.0.0.0/16", 443, 443],
    );
    const group = run.one("securityGroup", "shop-network-endpoints").id;
    const sts = run.one("vpcEndpoint", "shop-network-sts").inputs;
    assert.deepEqual(sts["securityGroupIds"], [group]);
    assert.equal((sts["subnetIds"] as string[]).length, 2);
    assert.equal(sts["privateDnsEnabled"], true);
  });

  for (const args of [{ natGateways: "single" }, { vpcEndpoints: true }] as const) {
    it(`puts nodes into private subnets if it has ${Object.keys(args)[0]}, after the way out`, async () => {
      const run = await create(args);
      const group = run.one("managedNodeGroup");
      const subnet = run.one("subnet", "shop-network-private-0");
      assert.deepEqual(group.inputs["subnetIds"], [subnet.id]);
      const needed = run.needs(group);
      for (const way of [...run.all("route"), ...run.all("vpcEndpoint")]) {
        assert.ok(needed.includes(way), way.name);
      }
    });
  }

  it("is tagged as a whole", async () => {
    const run = await create({ natGateways: "single", vpcEndpoints: true, tags: { Team: "blue" } });
    for (const { type, name, inputs, outputs } of run.resources) {
      // What AWS has no tags for.
      if (!/^aws:|^eks:/.test(type) || /Attachment|Route$|Association$|Policy$/.test(type)) {
        continue;
      }
      const tags = inputs["tags"] ?? outputs["tags"];
      assert.equal(at(tags, "Team"), "blue", name);
    }
  });
});

interface Existing {
  readonly args?: Partial<EksClusterArgs>;
  readonly zones?: readonly string[];
  readonly mapPublicIpOnLaunch?: boolean;
}

/** A cluster in a VPC of somebody else's, with a public and a private subnet in each zone. */
function createInExisting({ args, zones = ["a", "b"], mapPublicIpOnLaunch = true }: Existing) {
  return attempt(() => {
    const vpc = new aws.ec2.Vpc("theirs", { cidrBlock: "10.9.0.0/16" });
    const subnets = (access: string, offset: number) =>
      zones.map(
        (zone, i) =>
          new aws.ec2.Subnet(`${access}-${i}`, {
            vpcId: vpc.id,
            availabilityZone: `us-east-1${zone}`,
            cidrBlock: `10.9.${offset + i}.0/24`,
            mapPublicIpOnLaunch: access === "public" && mapPublicIpOnLaunch,
          }).id,
      );
    new EksCluster("shop", {
      allowedCidrs,
      vpcId: vpc.id,
      publicSubnetIds: pulumi.output(subnets("public", 0)),
      privateSubnetIds: subnets("private", 10),
      ...args,
    });
  }, {});
}

describe("a network that exists", function () {
  this.timeout(60_000);

  it("is used as it is: nodes in its private subnets, nothing created in it but groups", async () => {
    const run = await createInExisting({});
    assert.deepEqual(run.result.errors, []);
    assert.equal(run.all("vpc").length, 1);
    assert.equal(run.all("subnet").length, 4);
    const ids = (access: string) =>
      run.all("subnet").flatMap(({ name, id }) => (name.startsWith(access) ? [id] : []));
    const cluster = run.one("cluster").inputs;
    assert.deepEqual(cluster["publicSubnetIds"], ids("public"));
    assert.deepEqual(cluster["privateSubnetIds"], ids("private"));
    assert.deepEqual(run.one("managedNodeGroup").inputs["subnetIds"], ids("private").slice(0, 1));
    const outputs = run.component("EksCluster").registeredOutputs;
    assert.equal(outputs?.["vpcId"], run.one("vpc").id);
  });

  it("takes nodes into its public subnets, if asked", async () => {
    const run = await createInExisting({ args: { nodes: { subnets: "public" } } });
    const [id] = run.one("managedNodeGroup").inputs["subnetIds"] as string[];
    assert.equal(run.one("subnet", "public-0").id, id);
  });

  for (const [problem, existing, message] of [
    [
      "one zone",
      { zones: ["a"] },
      'publicSubnetIds, privateSubnetIds: ["us-east-1a"]\n    allowed: subnets in two availability zones at least',
    ],
    [
      "public subnets without public addresses, for nodes in them",
      { mapPublicIpOnLaunch: false, args: { nodes: { subnets: "public" } } },
      "allowed: a subnet with MapPublicIpOnLaunch: its nodes join over the Internet",
    ],
  ] as [string, Existing, string][]) {
    it(`is refused with ${problem}`, async () => {
      const run = await createInExisting(existing);
      const [error] = run.result.errors;
      assert.ok(error?.message.includes(message), error?.message);
      assert.equal(run.all("cluster").length, 0);
    });
  }

  it("is refused in part, or with options of an own one, before anything is created", async () => {
    const wrong: [Partial<EksClusterArgs>, string[]][] = [
      [{ publicSubnetIds: ["subnet-1"] }, ["publicSubnetIds"]],
      [{ vpcId: "vpc-1" }, ["publicSubnetIds"]],
      [{ vpcId: "x", privateSubnetIds: ["y"] }, ["vpcId", "privateSubnetIds[0]"]],
      [
        { vpcId: "vpc-1", privateSubnetIds: ["subnet-1"], zones: 3, natGateways: "single" },
        ["zones", "natGateways"],
      ],
      [
        { vpcId: "vpc-1", privateSubnetIds: ["subnet-1"], nodes: { subnets: "public" } },
        ["nodes.subnets"],
      ],
      [{ nodes: { subnets: "private" } }, ["nodes.subnets"]],
      [{ natGateways: "two" as "single" }, ["natGateways"]],
    ];
    for (const [args, paths] of wrong) {
      const run = await attempt(() => new EksCluster("shop", { allowedCidrs, ...args }), {});
      const { problems } = run.result.errors[0] as unknown as { problems: { path: string }[] };
      assert.deepEqual(
        problems.map(({ path }) => path),
        paths,
      );
      assert.deepEqual(run.all("vpc"), []);
    }
  });
});
