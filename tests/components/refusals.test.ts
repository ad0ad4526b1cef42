/** What components refuse before they create anything: exposure without callers, first of all. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  Autoscaler,
  type AutoscalerArgs,
  IngressStack,
  JenkinsService,
  SockShop,
  type EksClusterInfo,
} from "../../components";
import { at, attempt, runComponents, type Run } from "../support/harness";

const CLUSTER: EksClusterInfo = {
  clusterName: "mine",
  kubernetesVersion: "1.36",
  region: "us-east-1",
  vpcId: "vpc-1",
  oidcProviderArn: "arn:aws:iam::123456789012:oidc-provider/oidc.example/id/A",
  oidcIssuer: "oidc.example/id/A",
  nodeSecurityGroupId: "sg-1",
};
const allowedCidrs = ["203.0.113.7/32"];

/** The arguments that a component refuses, in order; nothing is created. */
async function refused(create: () => pulumi.Resource): Promise<string[]> {
  const run = await attempt(create, {});
  const created = run.resources.filter(({ type }) => !type.startsWith("pulumi:"));
  assert.deepEqual(created, [], "nothing is created");
  const lines = run.result.errors[0]?.message.split("\n").slice(1) ?? [];
  return lines.filter((line) => !line.startsWith("    "));
}

describe("components refuse", () => {
  for (const [exposure, create] of [
    ["a load balancer", () => new JenkinsService("j", { name: "alice", service: "LoadBalancer" })],
    [
      "a node port on EKS",
      () => new JenkinsService("j", { cluster: CLUSTER, name: "alice", service: "NodePort" }),
    ],
    ["SockShop's node port on EKS", () => new SockShop("s", { cluster: CLUSTER })],
    ["a load balancer of nginx", () => new IngressStack("i", { cluster: CLUSTER })],
    ["an Ingress of alb", () => new IngressStack("i", { cluster: CLUSTER, controller: "alb" })],
  ] as const) {
    it(`${exposure} without allowedCidrs`, async () => {
      assert.deepEqual(await refused(create), ["  allowedCidrs: (not set)"]);
    });
  }

  it("an empty list of callers, as they do none at all", async () => {
    const args = { cluster: CLUSTER, allowedCidrs: [] };
    assert.deepEqual(await refused(() => new SockShop("s", args)), ["  allowedCidrs: []"]);
    assert.deepEqual(await refused(() => new IngressStack("i", args)), ["  allowedCidrs: []"]);
  });

  it("what is wrong with JenkinsService, all at once", async () => {
    const args = { name: "Alice!", service: "Public" as never, nodePort: 80 };
    assert.deepEqual(await refused(() => new JenkinsService("j", args)), [
      '  service: "Public"',
      '  name: "Alice!"',
      "  nodePort: 80",
    ]);
  });

  it("what a cluster typed by hand lacks", async () => {
    const cluster = { clusterName: "mine" };
    const create = () => new IngressStack("i", { cluster, controller: "alb", allowedCidrs });
    assert.deepEqual(await refused(create), [
      "  cluster.region: (not set)",
      "  cluster.vpcId: (not set)",
      "  cluster.oidcProviderArn: (not set)",
      "  cluster.oidcIssuer: (not set)",
    ]);
    assert.deepEqual(await refused(() => new Autoscaler("a", { cluster })), [
      "  cluster.region: (not set)",
      "  cluster.oidcProviderArn: (not set)",
      "  cluster.oidcIssuer: (not set)",
      "  cluster.kubernetesVersion: (not set)",
    ]);
  });

  it("a backend that lacks a part", async () => {
    const backend = { namespace: "shop", service: "web" } as never;
    const create = () => new IngressStack("i", { backend });
    assert.deepEqual(await refused(create), ["  backend.port: (not set)"]);
  });
});

describe("the autoscaler of a Kubernetes version that the catalogue lacks", () => {
  const cluster = { ...CLUSTER, kubernetesVersion: "1.99" };
  const tag = (run: Run) => at(run.one("release"), "inputs.values.image.tag");

  it("is refused without an image", async () => {
    const create = () => new Autoscaler("a", { cluster });
    assert.deepEqual(await refused(create), ['  cluster.kubernetesVersion: "1.99"']);
  });

  it("is refused without an image when the version is known only later", async () => {
    const later = { ...cluster, kubernetesVersion: pulumi.output("1.99") };
    const run = await attempt(() => new Autoscaler("a", { cluster: later }), {});
    assert.match(
      run.result.errors[0]!.message,
      /cluster\.kubernetesVersion: "1\.99"\n {4}allowed: .*or any version, with imageTag/,
    );
    assert.deepEqual(run.all("release"), []);
  });

  it("has one Pod Identity agent beside a cluster that has it, with podIdentityAgent: false", async () => {
    const autoscaler = (more: Partial<AutoscalerArgs>) =>
      runComponents(
        () =>
          new Autoscaler("a", {
            cluster,
            imageTag: "v1.99.0",
            permissions: "podIdentity",
            ...more,
          }),
      );
    assert.ok((await autoscaler({})).one("addon", "a-agent"));
    const run = await autoscaler({ podIdentityAgent: false });
    assert.ok(!run.resources.some(({ name }) => name === "a-agent"));
    assert.ok(run.needs(run.one("release")).includes(run.one("association")));
  });

  it("runs the image that imageTag names", async () => {
    const run = await runComponents(() => new Autoscaler("a", { cluster, imageTag: "v1.99.0" }));
    assert.equal(tag(run), "v1.99.0");
  });
});

describe("components on a cluster by hand", () => {
  it("route an Ingress to the Service that backend names", async () => {
    const backend = { namespace: "web", service: pulumi.output("frontend"), port: 8080 };
    const run = await runComponents(
      () => new IngressStack("i", { cluster: pulumi.output(CLUSTER), backend, allowedCidrs }),
    );
    const { inputs } = run.one("ingress");
    assert.equal(at(inputs, "metadata.namespace"), "web");
    assert.deepEqual(at(inputs, "spec.rules.0.http.paths.0.backend.service"), {
      name: "frontend",
      port: { number: 8080 },
    });
    const service = run.one("service", "i-entrance");
    assert.deepEqual(at(service, "inputs.spec.loadBalancerSourceRanges"), allowedCidrs);
  });

  it("admit callers to a node port by the nodes' security group", async () => {
    const run = await runComponents(
      () =>
        new JenkinsService("j", {
          cluster: CLUSTER,
          name: "alice",
          service: "NodePort",
          allowedCidrs,
        }),
    );
    const { inputs } = run.one("ingressRule");
    assert.equal(inputs["securityGroupId"], "sg-1");
    assert.equal(inputs["fromPort"], 32000);
    assert.equal(inputs["cidrIpv4"], allowedCidrs[0]);
  });
});
