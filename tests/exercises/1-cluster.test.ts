import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { SimulatedCloud } from "../../tools/cloud";
import { at, MY_ADDRESS, type Run } from "../support/harness";
import { assertNone, useShippedStacks, shippedStacks } from "../support/shipped";

const ME = `${MY_ADDRESS}/32`;

describe("exercise 1: creating an EKS cluster", () => {
  const stack = useShippedStacks();

  const cluster = () => stack("exercise-cluster");

  it("has a role that lets EKS manage the cluster", () => {
    const role = cluster().one("role", "cluster-role");
    assert.deepEqual(trustOf(role.inputs), ["eks.amazonaws.com"]);
    assert.deepEqual(policiesOf(cluster(), "cluster-role"), ["AmazonEKSClusterPolicy"]);
    assert.equal(at(cluster().one("cluster"), "inputs.serviceRole"), role.urn);
  });

  it("has a role for the nodes, with what a kubelet needs and nothing else", () => {
    const role = cluster().one("role", "cluster-nodes-role");
    assert.deepEqual(trustOf(role.inputs), ["ec2.amazonaws.com"]);
    assert.deepEqual(policiesOf(cluster(), "cluster-nodes-role"), [
      "AmazonEC2ContainerRegistryPullOnly",
      "AmazonEKSWorkerNodePolicy",
    ]);
    assertNone(cluster(), "rolePolicy");
  });

  it("has a security group that permits all traffic from your IP only", () => {
    const group = cluster().one("securityGroup", "cluster-access");
    const rules = cluster()
      .all("ingressRule")
      .filter(
        (rule) =>
          rule.inputs["securityGroupId"] === at(group, "outputs.id") ||
          rule.propertyDependencies["securityGroupId"]?.includes(group.urn),
      );
    assert.deepEqual(
      rules.map(({ inputs }) => [inputs["ipProtocol"], inputs["cidrIpv4"]]),
      [["-1", ME]],
    );
    assert.equal(at(group, "inputs.ingress"), undefined);
    assert.equal(at(cluster().one("cluster"), "inputs.clusterSecurityGroup"), group.urn);
  });

  it("opens the API server's public endpoint to your IP only, and the private one to the nodes", () => {
    const { inputs } = cluster().one("cluster");
    assert.equal(inputs["endpointPublicAccess"], true);
    assert.deepEqual(inputs["publicAccessCidrs"], [ME]);
    assert.equal(inputs["endpointPrivateAccess"], true);
  });

  it("admits nobody but your IP anywhere", async () => {
    for (const run of (await shippedStacks()).values()) {
      for (const rule of run.all("ingressRule")) assert.equal(rule.inputs["cidrIpv4"], ME);
      assert.doesNotMatch(JSON.stringify(run.all("securityGroup")), /0\.0\.0\.0/);
    }
  });

  it("meets EKS's network requirements: two zones, DNS, tagged subnets", () => {
    const vpc = cluster().one("vpc");
    assert.equal(vpc.inputs["enableDnsHostnames"], true);
    assert.equal(vpc.inputs["enableDnsSupport"], true);
    const subnets = cluster().all("subnet");
    const zones = new Set(subnets.map(({ inputs }) => inputs["availabilityZone"]));
    assert.deepEqual([...zones].sort(), ["us-east-1a", "us-east-1b"]);
    const owner = "kubernetes.io/cluster/student-exercise-cluster";
    for (const { inputs } of subnets) {
      const role = inputs["mapPublicIpOnLaunch"] ? "elb" : "internal-elb";
      assert.equal((inputs["tags"] as Record<string, string>)[owner], "shared");
      assert.equal((inputs["tags"] as Record<string, string>)[`kubernetes.io/role/${role}`], "1");
    }
    assert.equal(subnets.filter(({ inputs }) => inputs["mapPublicIpOnLaunch"]).length, 2);
    assert.equal(new Set(subnets.map(({ inputs }) => inputs["cidrBlock"])).size, 4);
  });

  it("outputs the command that connects kubectl, and keeps the kubeconfig secret", () => {
    const { connectCommand, kubeconfig } = cluster().outputs;
    assert.equal(
      connectCommand,
      "aws eks update-kubeconfig --region us-east-1 --name student-exercise-cluster",
    );
    assert.equal(kubeconfig, "[secret]");
    assert.doesNotMatch(JSON.stringify(cluster().resources), /certificate-authority-data/);
  });

  it("has a launch template whose AMI matches the version of the cluster", () => {
    const { inputs } = cluster().one("launchTemplate");
    assert.equal(cluster().one("cluster").inputs["version"], "1.36");
    const parameter =
      "/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/standard/recommended/image_id";
    const { value } = new SimulatedCloud().invoke("aws:ssm/getParameter:getParameter", {
      name: parameter,
    });
    assert.equal(inputs["imageId"], value);
  });

  it("has an instance type with room for the pods", () => {
    assert.equal(cluster().one("launchTemplate").inputs["instanceType"], "t3.large");
  });

  it("launches the node group from that template, with max 4, desired 3 and min 2", () => {
    const group = cluster().one("managedNodeGroup");
    const template = cluster().one("launchTemplate");
    assert.deepEqual(group.propertyDependencies["launchTemplate"], [template.urn]);
    assert.equal(at(group, "inputs.launchTemplate.version"), "1");
    assert.deepEqual(group.inputs["scalingConfig"], { minSize: 2, desiredSize: 3, maxSize: 4 });
  });

  it("gives the nodes what they need to join: user data for this cluster", () => {
    const { inputs } = cluster().one("launchTemplate");
    const userData = Buffer.from(inputs["userData"] as string, "base64").toString();
    assert.match(userData, /^MIME-Version: 1\.0\n/);
    assert.match(userData, /Content-Type: application\/node\.eks\.aws/);
    assert.match(userData, /\n {4}name: student-exercise-cluster\n/);
    assert.match(userData, /\n {4}cidr: 172\.20\.0\.0\/16\n/);
  });

  it("launches SockShop: 13 deployments and 13 services in sock-shop", () => {
    const shop = cluster();
    assert.equal(at(shop.one("namespace"), "inputs.metadata.name"), "sock-shop");
    for (const type of ["deployment", "service"] as const) {
      const names = shop.all(type).map((r) => at(r, "inputs.metadata.name"));
      assert.equal(new Set(names).size, 13);
      for (const r of shop.all(type)) {
        assert.equal(at(r, "inputs.metadata.namespace"), "sock-shop");
      }
    }
  });

  it("serves SockShop to a browser, at a node's port 30001 that admits your IP only", () => {
    const frontEnd = cluster().one("service", "sock-shop-front-end");
    assert.equal(at(frontEnd, "inputs.spec.type"), "NodePort");
    assert.deepEqual(at(frontEnd, "inputs.spec.ports"), [
      { port: 80, targetPort: 8079, nodePort: 30001 },
    ]);
    const rule = cluster().one("ingressRule", "sock-shop-admit-203-0-113-7-32").inputs;
    assert.deepEqual([rule["fromPort"], rule["toPort"], rule["cidrIpv4"]], [30001, 30001, ME]);
    assert.match(String(cluster().outputs["sockShopUrl"]), /^http:\/\/198\.51\.100\.\d+:30001$/);
  });
});

function trustOf(inputs: Record<string, unknown>): string[] {
  const document = JSON.parse(inputs["assumeRolePolicy"] as string) as {
    Statement: { Principal: { Service: string } }[];
  };
  return document.Statement.map(({ Principal }) => Principal.Service);
}

function policiesOf(run: Run, role: string): string[] {
  const urn = run.one("role", role).urn;
  return run
    .all("attachment")
    .filter((attachment) => attachment.propertyDependencies["role"]?.includes(urn))
    .map(({ inputs }) => (inputs["policyArn"] as string).split("/").at(-1)!)
    .sort();
}
