/** The choices within a component: sources of a cluster, permissions, controllers. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedCloud } from "../../tools/cloud";
import { at, attemptStack, runOnSharedCluster, runStack, shared } from "../support/harness";
import { assertNone } from "../support/shipped";

describe("a cluster by kubeconfig", () => {
  const directory = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  const path = join(directory, "config");
  const cluster = { kubeconfig: { path, context: "kind-kind" } };
  before(() => writeFileSync(path, "contexts: [{ name: kind-kind, context: {} }]\n"));
  after(() => rmSync(directory, { recursive: true }));

  it("serves exercises 3 to 6 with nothing of AWS", async () => {
    for (const jenkins of [{ service: "ClusterIP" }, { service: "NodePort" }]) {
      const run = await runStack({ cluster, sockShop: {}, jenkins, ingress: {} }, { region: "" });
      const ofAws = run.resources.filter(({ type }) =>
        /^(aws:|eks:|pulumi:providers:aws)/.test(type),
      );
      assert.deepEqual(ofAws, []);
      assert.equal(run.all("deployment").length, 13);
      assert.equal(run.one("pod").name, "jenkins-pod");
      assert.equal(at(run.one("ingress"), "inputs.metadata.name"), "sock-shop-ingress");
    }
  });

  it("is the one that file and context name", async () => {
    const run = await runStack({ cluster, jenkins: {} });
    const { inputs } = run.one("kubernetesProvider");
    assert.deepEqual([inputs["kubeconfig"], inputs["context"]], [path, "kind-kind"]);
    assert.equal(run.one("pod").provider, run.one("kubernetesProvider").urn);
  });

  it("enters the ingress controller by a node port, and waits for no load balancer", async () => {
    const run = await runStack({ cluster, sockShop: {}, ingress: {} });
    const entrance = run.one("service", "ingress-entrance");
    assert.equal(at(entrance, "inputs.spec.type"), "NodePort");
    assert.equal(at(entrance, "inputs.spec.loadBalancerSourceRanges"), undefined);
    assert.deepEqual(at(run.one("ingress"), "inputs.metadata.annotations"), {
      "pulumi.com/skipAwait": "true",
    });
    assert.match(String(run.outputs["ingressUrl"]), /^http:\/\/NODE:3\d{4}$/);
  });
});

describe("a cluster of another stack", () => {
  it("is used with its own region, and its kubeconfig stays secret", async () => {
    const run = await runOnSharedCluster({ jenkins: {} }, { region: "eu-north-1" });
    assert.equal(run.one("awsProvider").inputs["region"], "us-east-1");
    assert.equal(run.one("kubernetesProvider").inputs["kubeconfig"], "[secret]");
  });

  it("may be named in full", async () => {
    const stack = "organization/eks-exercises/exercise-cluster";
    const run = await runStack({ cluster: { stack }, jenkins: {} }, await shared());
    assert.equal(run.all("pod").length, 1);
  });

  for (const [state, stacks] of [
    ["does not exist", new Map()],
    [
      "has no outputs",
      new Map([
        ["organization/eks-exercises/exercise-cluster", { outputs: {}, secretOutputNames: [] }],
      ]),
    ],
  ] as const) {
    it(`that ${state} is to be brought up first, with the command`, async () => {
      const config = { cluster: { stack: "exercise-cluster" }, jenkins: {} };
      const { result } = await attemptStack(config, { stacks });
      assert.deepEqual(
        result.errors.map(({ message }) => message),
        [
          'cluster.stack: "exercise-cluster" has no cluster to offer yet; nothing was created\n' +
            "    fix: pulumi up -s exercise-cluster",
        ],
      );
      assert.deepEqual(
        result.resources.map(({ type }) => type),
        ["pulumi:pulumi:Stack"],
      );
    });
  }

  it("without a shop is no place for its Ingress", async () => {
    const cloud = new SimulatedCloud();
    const name = "exercise-cluster";
    const bare = await runStack({ cluster: { create: {} } }, { stack: name, cloud });
    const stacks = new Map([[`organization/eks-exercises/${name}`, bare.result.state]]);
    const config = { cluster: { stack: name }, ingress: {} };
    const { result } = await attemptStack(config, { cloud, stacks });
    assert.match(result.errors[0]!.message, /^ingress: .* SockShop, which stack .* does not have/);
  });
});

describe("the autoscaler's permissions", () => {
  it("by Pod Identity: an association for its account, the agent, no annotation", async () => {
    const run = await runOnSharedCluster({ autoscaler: { permissions: "podIdentity" } });
    const { inputs } = run.one("association");
    assert.deepEqual(
      [inputs["namespace"], inputs["serviceAccount"], inputs["clusterName"]],
      ["kube-system", "cluster-autoscaler", "student-exercise-cluster"],
    );
    assert.equal(inputs["roleArn"], run.one("role").outputs["arn"]);
    const trust = JSON.parse(run.one("role").inputs["assumeRolePolicy"] as string) as unknown;
    assert.deepEqual(at(trust, "Statement.0.Principal"), { Service: "pods.eks.amazonaws.com" });
    assert.deepEqual(at(trust, "Statement.0.Action"), ["sts:AssumeRole", "sts:TagSession"]);
    assert.equal(run.one("addon").inputs["addonName"], "eks-pod-identity-agent");
    const values = run.one("release").inputs["values"];
    assert.deepEqual(at(values, "rbac.serviceAccount.annotations"), {});
    assert.deepEqual(run.result.warnings, []);
    const needs = run.needs(run.one("release"));
    assert.ok(needs.includes(run.one("association")) && needs.includes(run.one("addon")));
  });

  it("on the node role: the chapter's shortcut, with a warning, on the nodes' own network", async () => {
    const around = await shared();
    const cluster = around.stacks!.get("organization/eks-exercises/exercise-cluster")!;
    const run = await runOnSharedCluster({ autoscaler: { permissions: "nodeRole" } }, around);
    assert.equal(run.one("rolePolicy").inputs["role"], cluster.outputs["nodeRoleName"]);
    assertNone(run, "role");
    assertNone(run, "association");
    assert.equal(at(run.one("release"), "inputs.values.hostNetwork"), true);
    assert.equal(run.result.warnings.length, 1);
    assert.match(run.result.warnings[0]!, /every pod .* can resize and terminate the nodes/);
  });

  it("by IRSA: the pod stays on the pods' network, where it cannot take the node's credentials", async () => {
    const run = await runOnSharedCluster({ autoscaler: {} });
    assert.equal(at(run.one("release"), "inputs.values.hostNetwork"), false);
    assertNone(run, "association");
    assertNone(run, "addon");
  });
});

describe("the ingress controller", () => {
  for (const controller of ["nginx", "ingress-nginx", "alb"]) {
    it(`${controller}: is deleted before another takes its place, and its Ingress before it`, async () => {
      const run = await runOnSharedCluster({ ingress: { controller } });
      const release = run.one("release");
      const ingress = run.one("ingress");
      assert.equal(release.options.deleteBeforeReplace, true);
      // What the engine deletes with it: what has a value of it that cannot change in place.
      assert.equal(ingress.options.deleteBeforeReplace, true);
      assert.ok(ingress.propertyDependencies["spec"]?.includes(release.urn));
      assert.deepEqual(ingress.options.replaceOnChanges, ["spec"]);
    });
  }

  it("ingress-nginx: the chapter's own, with a warning that it is retired", async () => {
    const run = await runOnSharedCluster({ ingress: { controller: "ingress-nginx" } });
    const release = run.one("release");
    assert.equal(release.inputs["chart"], "ingress-nginx");
    assert.match(run.result.warnings.join(), /retired in March 2026/);
    assert.equal(at(run.one("ingress"), "inputs.spec.ingressClassName"), "nginx");
    assert.equal(at(release, "inputs.values.controller.ingressClassResource.name"), "nginx");
    const entrance = run.one("service", "ingress-entrance");
    const service = at(entrance, "inputs.metadata.name") as string;
    const publish = at(release, "inputs.values.controller.extraArgs.publish-service");
    assert.equal(publish, `$(POD_NAMESPACE)/${service}`);
    assert.equal(at(entrance, "inputs.metadata.namespace"), release.inputs["namespace"]);
  });

  it("alb: with a role of its own, a load balancer for your IP only, and no Service of ours", async () => {
    const run = await runOnSharedCluster({ ingress: { controller: "alb" } });
    assertNone(run, "service");
    const ingress = run.one("ingress");
    assert.equal(at(ingress, "inputs.spec.ingressClassName"), "alb");
    const annotations = at(ingress, "inputs.metadata.annotations") as Record<string, string>;
    assert.equal(annotations["alb.ingress.kubernetes.io/inbound-cidrs"], "203.0.113.7/32");
    assert.match(annotations["alb.ingress.kubernetes.io/tags"]!, /Owner=student/);
    const values = run.one("release").inputs["values"];
    assert.equal(at(values, "enableServiceMutatorWebhook"), false);
    assert.deepEqual(at(values, "serviceAccount.annotations"), {
      "eks.amazonaws.com/role-arn": run.one("role").outputs["arn"],
    });
    assert.ok(run.needs(ingress).includes(run.one("rolePolicy")), "its rights outlive the Ingress");
    assert.match(String(run.outputs["ingressUrl"]), /^http:\/\/k8s-.+\.elb\.amazonaws\.com$/);
  });
});
