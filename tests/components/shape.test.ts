/** What holds for all components: parents, names, registered outputs, tags, living side by side. */
import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import { Autoscaler, EksCluster, IngressStack, JenkinsService, SockShop } from "../../components";
import { at, runComponents, type Run } from "../support/harness";
import { shippedStacks } from "../support/shipped";

const OURS = "eks-exercises-components:index:";
const CALLERS = ["203.0.113.7/32"];

describe("every component", () => {
  let all: Map<string, Run>;
  before(async () => {
    all = await shippedStacks();
  });
  const each = (check: (run: Run, resource: Run["resources"][number]) => void) => {
    for (const run of all.values()) for (const resource of run.resources) check(run, resource);
  };

  it("is the parent of what it makes, and names it after itself", () => {
    each((run, resource) => {
      if (resource.parent === undefined) return;
      const parent = run.byUrn(resource.parent);
      if (parent.type.startsWith(OURS)) {
        assert.ok(
          resource.name.startsWith(`${parent.name}-`),
          `${resource.name} in ${parent.name}`,
        );
      } else {
        const isAtTop =
          resource.type.startsWith(OURS) || resource.type.startsWith("pulumi:providers");
        assert.ok(isAtTop, `${resource.name} has a component as its parent`);
      }
    });
  });

  it("registers its outputs", () => {
    each((_, { type, name, registeredOutputs }) => {
      if (!type.startsWith(OURS)) return;
      assert.ok(registeredOutputs, `${name} registers its outputs`);
      assert.ok(Object.keys(registeredOutputs).length > 0, `${name} has outputs to register`);
    });
  });

  it("makes everything of AWS through the one provider that tags it", () => {
    for (const [stack, run] of all) {
      const provider = run.one("awsProvider");
      const { tags } = JSON.parse(provider.inputs["defaultTags"] as string) as { tags: unknown };
      assert.deepEqual(tags, {
        Project: "eks-exercises",
        CostCenter: "bootcamp",
        Owner: "student",
        Exercise: stack,
        ManagedBy: "pulumi",
        Cluster: stack === "dev" ? "student-dev" : "student-exercise-cluster",
      });
      for (const { type, name, provider: used } of run.resources) {
        if (/^(aws|eks):/.test(type)) assert.equal(used, provider.urn, name);
      }
      for (const { outputs } of run.all("role")) assert.deepEqual(outputs["tagsAll"], tags);
    }
  });

  it("tags what no provider sees being made: instances, volumes, load balancers", () => {
    const dev = all.get("dev")!;
    const specifications = dev.one("launchTemplate").inputs["tagSpecifications"] as {
      resourceType: string;
      tags: Record<string, string>;
    }[];
    assert.deepEqual(
      specifications.map(({ resourceType }) => resourceType),
      ["instance", "volume"],
    );
    for (const { tags } of specifications) assert.equal(tags["Exercise"], "dev");
    const annotations = at(
      dev.one("service", "ingress-entrance"),
      "inputs.metadata.annotations",
    ) as Record<string, string>;
    assert.match(
      annotations["service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags"]!,
      /Owner=student,Exercise=dev/,
    );
  });
});

describe("two instances of a component", () => {
  it("live side by side: clusters, and all that stands on them", async () => {
    const run = await runComponents(() => {
      for (const name of ["one", "two"]) {
        const provider = new aws.Provider(`${name}-aws`, { region: "us-east-1" });
        const args = { clusterName: name, allowedCidrs: CALLERS };
        const cluster = new EksCluster(name, args, { provider });
        const opts = { providers: cluster.providers };
        const common = { cluster: cluster.eks, allowedCidrs: CALLERS };
        const shop = new SockShop(`${name}-shop`, common, opts);
        new Autoscaler(`${name}-autoscaler`, { cluster: cluster.eks }, opts);
        new JenkinsService(
          `${name}-jenkins`,
          { ...common, name: `student-${name}`, service: "NodePort" },
          opts,
        );
        new IngressStack(`${name}-ingress`, { ...common, backend: shop.frontEnd }, opts);
      }
    });
    const urns = run.resources.map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length, "no two resources have one URN");
    for (const name of ["one", "two"]) {
      const autoscaler = run.one("release", `${name}-autoscaler-release`);
      assert.equal(at(autoscaler, "inputs.values.autoDiscovery.clusterName"), name);
      const provider = run.one("kubernetesProvider", `${name}-kubernetes`);
      assert.equal(autoscaler.provider, provider.urn);
    }
  });

  it("live side by side on one cluster: Jenkins for two students", async () => {
    const run = await runComponents(() => {
      const provider = new k8s.Provider("k", { kubeconfig: "{}" });
      for (const name of ["alice", "bob"]) {
        new JenkinsService(`jenkins-${name}`, { name }, { provider });
      }
    });
    assert.deepEqual(
      run.all("namespace").map((r) => at(r, "inputs.metadata.name")),
      ["alice-bc-svc", "bob-bc-svc"],
    );
    assert.deepEqual(
      run.all("pod").map((r) => at(r, "inputs.metadata.namespace")),
      ["alice-bc-svc", "bob-bc-svc"],
    );
  });
});
