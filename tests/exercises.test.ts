/** The chapter's six exercises, statement by statement, on the stacks that the project ships. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { SimulatedCloud } from "../rehearsal/cloud";
import type { StackState } from "../rehearsal/records";
import { stackConfig } from "../rehearsal/stack-files";
import { run } from "../rehearsal/run";
import program = require("../index");
import { at, MY_ADDRESS, Run, type TypeName } from "./support/harness";

const DIRECTORY = `${__dirname}/..`;
const ME = `${MY_ADDRESS}/32`;

/** Runs a shipped stack by its own file. */
async function ship(stack: string, cloud: SimulatedCloud, stacks: Map<string, StackState>) {
  const { config } = stackConfig(DIRECTORY, stack);
  const request = { organization: "organization", project: "eks-exercises", stack, config };
  const result = await run({ ...request, program, cloud, stacks });
  assert.deepEqual(result.errors, []);
  stacks.set(`organization/eks-exercises/${stack}`, result.state);
  return new Run(result);
}

describe("the chapter", () => {
  const cloud = new SimulatedCloud();
  const stacks = new Map<string, StackState>();
  const shipped = new Map<string, Run>();
  const stack = (name: string): Run => shipped.get(name)!;
  const none = (name: string, type: TypeName) =>
    assert.deepEqual(
      stack(name)
        .all(type)
        .map((r) => r.name),
      [],
    );

  before(async () => {
    const exercises = ["cluster", "autoscaler", "clusterip", "nodeport", "loadbalancer", "ingress"];
    for (const name of [...exercises.map((exercise) => `exercise-${exercise}`), "dev"]) {
      shipped.set(name, await ship(name, cloud, stacks));
    }
  });

  describe("exercise 1: creating an EKS cluster", () => {
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
      none("exercise-cluster", "rolePolicy");
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

    it("admits nobody but your IP anywhere", () => {
      for (const run of shipped.values()) {
        for (const rule of run.all("ingressRule")) assert.equal(rule.inputs["cidrIpv4"], ME);
        assert.doesNotMatch(JSON.stringify(run.all("securityGroup")), /0\.0\.0\.0/);
      }
    });

    it("meets EKS's requirements of the network: two zones, DNS, tagged subnets", () => {
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

    it("says how to connect kubectl, and keeps the kubeconfig secret", () => {
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
      const rule = cluster().one("ingressRule", "sock-shop-admit-0").inputs;
      assert.deepEqual([rule["fromPort"], rule["toPort"], rule["cidrIpv4"]], [30001, 30001, ME]);
      assert.match(String(cluster().outputs["sockShopUrl"]), /^http:\/\/198\.51\.100\.\d+:30001$/);
    });
  });

  describe("exercise 2: adding an autoscaler", () => {
    const values = () => stack("exercise-autoscaler").one("release").inputs["values"];

    it("runs cluster-autoscaler in the kube-system namespace", () => {
      const { inputs } = stack("exercise-autoscaler").one("release");
      assert.equal(inputs["chart"], "cluster-autoscaler");
      assert.equal(inputs["name"], "cluster-autoscaler");
      assert.equal(inputs["namespace"], "kube-system");
      assert.equal(at(values(), "fullnameOverride"), "cluster-autoscaler");
    });

    it("has an image of the cluster's minor version", () => {
      assert.match(String(at(values(), "image.tag")), /^v1\.36\.\d+$/);
    });

    it("finds the groups of its cluster", () => {
      assert.equal(at(values(), "autoDiscovery.clusterName"), "student-exercise-cluster");
      assert.equal(at(values(), "awsRegion"), "us-east-1");
    });

    it("can scale down to 2: neither system pods nor local storage pin a node", () => {
      assert.equal(at(values(), "extraArgs.skip-nodes-with-system-pods"), false);
      assert.equal(at(values(), "extraArgs.skip-nodes-with-local-storage"), false);
      const group = stack("exercise-cluster").one("managedNodeGroup");
      assert.equal(at(group, "inputs.scalingConfig.minSize"), 2);
      assert.equal(group.inputs["ignoreScalingChanges"], true);
    });

    it("gives its service account a role by IRSA, and puts nothing on the node role", () => {
      const run = stack("exercise-autoscaler");
      const role = run.one("role");
      const annotations = at(values(), "rbac.serviceAccount.annotations");
      assert.deepEqual(annotations, { "eks.amazonaws.com/role-arn": role.outputs["arn"] });
      assert.equal(run.one("rolePolicy").inputs["role"], role.outputs["name"]);
      assert.deepEqual(run.result.warnings, []);
    });
  });

  describe("exercise 3: a ClusterIP service", () => {
    const run = () => stack("exercise-clusterip");

    it("has a namespace NAME-bc-svc", () => {
      assert.equal(at(run().one("namespace"), "inputs.metadata.name"), "student-bc-svc");
    });

    it("has a pod jenkins, container jenkins, image jenkins/jenkins, port 8080, label app=jenkins", () => {
      const pod = run().one("pod");
      assert.equal(at(pod, "inputs.metadata.name"), "jenkins");
      assert.equal(at(pod, "inputs.metadata.namespace"), "student-bc-svc");
      assert.deepEqual(at(pod, "inputs.metadata.labels"), { app: "jenkins" });
      const containers = at(pod, "inputs.spec.containers") as Record<string, unknown>[];
      assert.equal(containers.length, 1);
      assert.equal(containers[0]!["name"], "jenkins");
      assert.match(String(containers[0]!["image"]), /^jenkins\/jenkins:\d+\.\d+\.\d+-lts/);
      assert.equal(at(containers[0], "ports.0.containerPort"), 8080);
      none("exercise-clusterip", "deployment");
    });

    it("gives the pod enough resources, and no more than it is allowed", () => {
      const container = at(run().one("pod"), "inputs.spec.containers.0");
      assert.deepEqual(at(container, "resources.requests"), { cpu: "250m", memory: "1024Mi" });
      assert.deepEqual(at(container, "resources.limits"), { cpu: "1", memory: "2048Mi" });
    });

    it("has a service of type ClusterIP whose selector and label are the pod's, 8080 to 8080, TCP", () => {
      const service = run().one("service");
      const labels = at(run().one("pod"), "inputs.metadata.labels");
      assert.equal(at(service, "inputs.spec.type"), "ClusterIP");
      assert.deepEqual(at(service, "inputs.spec.selector"), labels);
      assert.deepEqual(at(service, "inputs.metadata.labels"), labels);
      assert.deepEqual(at(service, "inputs.spec.ports"), [
        { port: 8080, targetPort: 8080, protocol: "TCP" },
      ]);
    });

    it("is not reached from outside: no rule is opened, and the port is to be forwarded", () => {
      none("exercise-clusterip", "ingressRule");
      assert.equal(
        run().outputs["jenkinsPortForward"],
        "kubectl port-forward --namespace student-bc-svc service/jenkins 8080:8080",
      );
      assert.equal(run().outputs["jenkinsUrl"], "http://localhost:8080");
    });
  });

  describe("exercise 4: a NodePort service", () => {
    const run = () => stack("exercise-nodeport");

    it("has a service of type NodePort with node port 32000", () => {
      const service = run().one("service");
      assert.equal(at(service, "inputs.spec.type"), "NodePort");
      assert.deepEqual(at(service, "inputs.spec.ports"), [
        { port: 8080, targetPort: 8080, protocol: "TCP", nodePort: 32000 },
      ]);
    });

    it("lets the nodes' security group admit port 32000, from your IP only", () => {
      const rule = run().one("ingressRule").inputs;
      const nodes = stack("exercise-cluster").outputs["nodeSecurityGroupId"];
      assert.equal(rule["securityGroupId"], nodes);
      assert.deepEqual(
        [rule["ipProtocol"], rule["fromPort"], rule["toPort"], rule["cidrIpv4"]],
        ["tcp", 32000, 32000, ME],
      );
    });

    it("is reached without port forwarding at http://NODE:32000", () => {
      assert.match(String(run().outputs["jenkinsUrl"]), /^http:\/\/198\.51\.100\.\d+:32000$/);
      assert.equal(run().outputs["jenkinsPortForward"], undefined);
    });
  });

  describe("exercise 5: a LoadBalancer service", () => {
    const run = () => stack("exercise-loadbalancer");

    it("has a service of type LoadBalancer without a node port", () => {
      const service = run().one("service");
      assert.equal(at(service, "inputs.spec.type"), "LoadBalancer");
      assert.deepEqual(at(service, "inputs.spec.ports"), [
        { port: 8080, targetPort: 8080, protocol: "TCP" },
      ]);
    });

    it("admits your IP only, by the load balancer alone", () => {
      assert.deepEqual(at(run().one("service"), "inputs.spec.loadBalancerSourceRanges"), [ME]);
      none("exercise-loadbalancer", "ingressRule");
    });

    it("is reached at the load balancer's hostname", () => {
      assert.match(
        String(run().outputs["jenkinsUrl"]),
        /^http:\/\/[^/]+\.elb\.us-east-1\.amazonaws\.com:8080$/,
      );
    });
  });

  describe("exercise 6: an ingress controller and an Ingress", () => {
    const run = () => stack("exercise-ingress");

    it("installs the NGINX ingress controller that is maintained", () => {
      const { inputs } = run().one("release");
      assert.equal(inputs["chart"], "oci://ghcr.io/nginx/charts/nginx-ingress");
      assert.deepEqual(run().result.warnings, []);
    });

    it("has an Ingress sock-shop-ingress in the namespace sock-shop, with its ingressClassName", () => {
      const ingress = run().one("ingress");
      assert.equal(at(ingress, "inputs.metadata.name"), "sock-shop-ingress");
      assert.equal(at(ingress, "inputs.metadata.namespace"), "sock-shop");
      assert.equal(at(ingress, "inputs.spec.ingressClassName"), "nginx");
      const values = run().one("release").inputs["values"];
      assert.equal(at(values, "controller.ingressClass.name"), "nginx");
      assert.equal(at(values, "controller.allowEmptyIngressHost"), true);
    });

    it("routes everything to the front page's service", () => {
      const path = at(run().one("ingress"), "inputs.spec.rules.0.http.paths.0");
      assert.equal(at(path, "path"), "/");
      assert.equal(at(path, "pathType"), "Prefix");
      const frontEnd = stack("exercise-cluster").one("service", "sock-shop-front-end");
      assert.deepEqual(at(path, "backend.service"), {
        name: at(frontEnd, "inputs.metadata.name"),
        port: { number: at(frontEnd, "inputs.spec.ports.0.port") },
      });
    });

    it("is entered by a load balancer for your IP only, whose address is the Ingress's", () => {
      const service = run().one("service");
      assert.equal(at(service, "inputs.spec.type"), "LoadBalancer");
      assert.deepEqual(at(service, "inputs.spec.loadBalancerSourceRanges"), [ME]);
      const values = run().one("release").inputs["values"];
      assert.equal(at(values, "controller.service.create"), false);
      assert.equal(
        at(values, "controller.reportIngressStatus.externalService"),
        at(service, "inputs.metadata.name"),
      );
      assert.match(String(run().outputs["ingressUrl"]), /^http:\/\/.+\.amazonaws\.com$/);
    });
  });

  describe("dev", () => {
    it("has the whole chapter in one stack of its own", () => {
      const kinds = stack("dev")
        .resources.map((r) => /^eks-exercises:components:(\w+)$/.exec(r.type)?.[1])
        .filter((kind) => kind !== undefined);
      for (const kind of [
        "EksCluster",
        "SockShop",
        "Autoscaler",
        "JenkinsService",
        "IngressStack",
      ]) {
        assert.equal(kinds.filter((found) => found === kind).length, 1, kind);
      }
    });

    it("uses no other stack's cluster", () => {
      assert.equal(at(stack("dev").one("cluster"), "inputs.name"), "student-dev");
    });
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
