/** The way from one exercise to the next, and the order of deletion. */
import assert from "node:assert/strict";
import type { RecordedResource } from "../tools/rehearse/records";
import { at, runOnSharedCluster, TYPES, type Run } from "./support/harness";
import { shippedStacks } from "./support/shipped";

/** The inputs that the engine compares to decide whether a resource changes. */
function inputsByUrn(run: Run): Map<string, string> {
  return new Map(run.resources.map((r) => [r.urn, JSON.stringify(r.inputs)]));
}

/** Types of the resources that one run adds, removes or changes after another. */
function changes(before: Run, after: Run): string[] {
  const [old, now] = [inputsByUrn(before), inputsByUrn(after)];
  const urns = new Set([...old.keys(), ...now.keys()]);
  return [...urns]
    .filter((urn) => old.get(urn) !== now.get(urn))
    .map((urn) => {
      const type = [...before.resources, ...after.resources].find((r) => r.urn === urn)!.type;
      return `${old.has(urn) ? (now.has(urn) ? "change" : "remove") : "add"} ${type}`;
    })
    .sort();
}

describe("going from one exercise to the next", () => {
  const services = ["ClusterIP", "NodePort", "LoadBalancer", "none"] as const;
  const runs = new Map<string, Run>();

  before(async () => {
    for (const service of services) {
      runs.set(service, await runOnSharedCluster({ jenkins: { service } }));
    }
  });

  for (const from of services) {
    for (const to of services.filter((service) => service !== from)) {
      it(`${from} to ${to} touches the service and its firewall rule only`, () => {
        const service = from === "none" ? "add" : to === "none" ? "remove" : "change";
        const expected = [`${service} ${TYPES.service}`];
        if (from === "NodePort") expected.push(`remove ${TYPES.ingressRule}`);
        if (to === "NodePort") expected.push(`add ${TYPES.ingressRule}`);
        assert.deepEqual(changes(runs.get(from)!, runs.get(to)!), expected.sort());
      });
    }
  }

  it("replaces a service whose type changes, old one first, as the exercises do by hand", () => {
    const { options } = runs.get("NodePort")!.one("service");
    assert.deepEqual(options.replaceOnChanges, ["spec.type"]);
    assert.equal(options.deleteBeforeReplace, true);
  });

  it("keeps pod and namespace, with nothing that would replace them", () => {
    for (const type of ["pod", "namespace"] as const) {
      const urns = [...runs.values()].map((run) => run.one(type).urn);
      assert.equal(new Set(urns).size, 1);
      for (const run of runs.values()) {
        assert.deepEqual(run.one(type).options.replaceOnChanges, []);
        const needed = run.needs(run.one(type)).map((r) => r.type);
        assert.ok(!needed.includes(TYPES.service), `${type} needs no service`);
      }
    }
  });
});

describe("the order of deletion", () => {
  let dev: Run;
  let ids: (resource: RecordedResource) => string[];
  before(async () => {
    dev = (await shippedStacks()).get("dev")!;
    ids = (resource) => dev.needs(resource).map((r) => r.urn);
  });

  /** The engine deletes a resource before everything that it depends on. */
  function goesBefore(first: RecordedResource, later: RecordedResource): void {
    assert.ok(ids(first).includes(later.urn), `${first.name} goes before ${later.name}`);
  }

  it("everything in the cluster goes before the nodes", () => {
    const nodes = dev.one("managedNodeGroup");
    const workloads = dev.resources.filter((r) => r.type.startsWith("kubernetes:"));
    assert.ok(workloads.length > 30);
    for (const workload of workloads) goesBefore(workload, nodes);
  });

  it("load balancers go before the routes to the Internet", () => {
    const balancers = dev
      .all("service")
      .filter((s) => at(s, "inputs.spec.type") === "LoadBalancer");
    assert.equal(balancers.length, 1);
    for (const balancer of balancers) goesBefore(balancer, dev.one("route"));
  });

  it("an Ingress goes before its controller and the shop", () => {
    const ingress = dev.one("ingress");
    goesBefore(ingress, dev.one("release", "ingress-controller"));
    goesBefore(ingress, dev.one("service", "sock-shop-front-end"));
  });

  it("nodes go before the VPC CNI, which gives their interfaces back, and before its rights", () => {
    const nodes = dev.one("managedNodeGroup");
    goesBefore(nodes, dev.one("addon", "cluster-vpc-cni"));
    goesBefore(
      dev.one("addon", "cluster-vpc-cni"),
      dev.one("attachment", "cluster-vpc-cni-policy"),
    );
  });

  it("nodes go before the groups, subnets and routes that their interfaces hold", () => {
    const nodes = dev.one("managedNodeGroup");
    goesBefore(nodes, dev.one("securityGroup", "cluster-nodes-firewall"));
    const isPublic = (subnet: RecordedResource) => subnet.inputs["mapPublicIpOnLaunch"] === true;
    for (const subnet of dev.all("subnet").filter(isPublic)) goesBefore(nodes, subnet);
    goesBefore(nodes, dev.one("route"));
    for (const association of dev.all("routeTableAssociation")) goesBefore(nodes, association);
  });

  it("the node role keeps its policies until the nodes are gone, and so does the cluster role", () => {
    const nodes = dev.one("managedNodeGroup");
    goesBefore(nodes, dev.one("attachment", "cluster-nodes-worker"));
    goesBefore(nodes, dev.one("attachment", "cluster-nodes-registry"));
    goesBefore(dev.one("cluster"), dev.one("attachment", "cluster-role-policy"));
  });

  it("the cluster goes before its logs, key, group and subnets", () => {
    const cluster = dev.one("cluster");
    goesBefore(cluster, dev.one("logGroup"));
    goesBefore(cluster, dev.one("key"));
    goesBefore(cluster, dev.one("securityGroup", "cluster-access"));
    for (const subnet of dev.all("subnet")) goesBefore(cluster, subnet);
  });

  it("resources that wait for AWS to release interfaces have long timeouts", () => {
    const waiting = [...dev.all("securityGroup"), ...dev.all("subnet")];
    for (const resource of waiting) assert.equal(resource.options.deleteTimeout, "30m");
  });

  it("nothing is protected or kept: destroy leaves nothing behind", async () => {
    for (const run of (await shippedStacks()).values()) {
      for (const { options, name } of run.resources) {
        assert.equal(options.protect, false, name);
        assert.equal(options.retainOnDelete, false, name);
      }
    }
  });
});
