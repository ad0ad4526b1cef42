/** What AWS refuses of updates, and what it leaves behind. No engine. */
import assert from "node:assert/strict";
import type { CloudResource, Props } from "../../../tools/cloud";
import { T } from "../../../tools/cloud/queries";
import { failuresOf } from "../../../tools/cloud/rules";
import { modelOf } from "../../../tools/cloud/registry";
import { type StatefulCloud } from "../../../tools/cloud/stateful-cloud";
import { Faults } from "../../../tools/sandbox/faults";
import { plannedOutputs } from "../../../tools/sandbox/planned";
import { withNodes } from "./support";

function update({ cloud }: { cloud: StatefulCloud }, before: CloudResource, change: Props) {
  return cloud.update(before.urn, before.id, { ...before.inputs, ...change }, undefined);
}

describe("the stateful cloud, asked for an update", () => {
  it("refuses to skip a minor version, and to go back", () => {
    const place = withNodes();
    const at = (version: string) => {
      place.cluster = update(place, place.cluster, { version });
    };
    at("1.34");
    assert.throws(() => at("1.36"), /minor version update from 1.34 to 1.36$/);
    at("1.35");
    at("1.36");
    assert.throws(() => at("1.34"), /from 1.36 to 1.34$/);
  });

  it("refuses a zone that the cluster was not created in", () => {
    const place = withNodes();
    const { cluster, make, vpc, subnets } = place;
    const inputs = { vpcId: vpc.id, cidrBlock: "10.0.9.0/24", availabilityZone: "c" };
    const subnetIds = [...subnets, make(T.subnet, "c", inputs)].map(({ id }) => id);
    assert.throws(
      () => update(place, cluster, { vpcConfig: { subnetIds } }),
      /AZs 'a,b,c'.* exact set of AZs 'a,b'/,
    );
  });

  it("refuses a number of nodes outside the group's limits", () => {
    const { cloud } = withNodes();
    assert.throws(() => cloud.scale(9), /value 9 is above max value 3/);
    assert.throws(() => cloud.scale(0), /value 0 is below min value 1/);
    assert.equal(cloud.scale(3).length, 1);
    assert.deepEqual(cloud.scale(2, "nobody's"), []);
  });

  it("refuses a rule that another one is, on update too", () => {
    const place = withNodes();
    const { make, vpc } = place;
    const group = make(T.securityGroup, "g", { name: "g", vpcId: vpc.id });
    const rule = (name: string, cidrIpv4: string) =>
      make(T.rule, name, {
        securityGroupId: group.id,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4,
      });
    const first = rule("0", "203.0.113.7/32");
    rule("1", "203.0.113.8/32");
    assert.throws(
      () => update(place, first, { cidrIpv4: "203.0.113.8/32" }),
      /InvalidPermission.Duplicate/,
    );
    update(place, first, { cidrIpv4: "203.0.113.9/32" });
  });
});

describe("the stateful cloud, after a deletion that leaks", () => {
  it("keeps an interface in the cluster's own group, and with it group, subnet and VPC", () => {
    const time = { now: 0 };
    const { cloud, group, cluster, remove, subnets } = withNodes(time);
    cloud.delete(group.urn, group.id, undefined, true);
    remove(cluster);
    time.now = 1000;
    assert.throws(() => remove(subnets[0]!), { passes: false, message: /VPC CNI .*available/ });
  });

  it("has a control plane's log group again, which refuses the next one of its name", () => {
    const { cloud, make } = withNodes();
    const inputs = { name: "/aws/eks/x/cluster" };
    const { urn, id } = make(T.logGroup, "logs", inputs);
    cloud.delete(urn, id, undefined, true);
    assert.throws(() => make(T.logGroup, "logs", inputs), /ResourceAlreadyExistsException/);
    const answer = cloud.invoke("aws:cloudwatch/getLogGroups:getLogGroups", {
      logGroupNamePrefix: "/aws/eks/x",
    });
    assert.deepEqual(answer["logGroupNames"], ["/aws/eks/x/cluster"]);
  });
});

describe("the stateful cloud, when the autoscaler ends one of three nodes", () => {
  /** The zones of running and of terminated nodes. */
  const zonesOf = (place: ReturnType<typeof withNodes>) => {
    const zone = new Map(place.subnets.map(({ id, inputs }) => [id, inputs["availabilityZone"]]));
    const nodes = place.cloud
      .ofType(T.hiddenInterface)
      .filter(({ inputs }) => String(inputs["description"]).includes("node"));
    const named = (hasEnded: boolean) =>
      nodes
        .filter(({ inputs }) => (inputs["until"] !== undefined) === hasEnded)
        .map(({ inputs }) => zone.get(inputs["subnetId"] as string))
        .sort();
    return { running: named(false), ended: named(true) };
  };

  it("starts another in the zone that is empty, and ends one elsewhere, in two zones", () => {
    const place = withNodes();
    place.cloud.scale(3);
    assert.deepEqual(zonesOf(place).running, ["a", "a", "b"]);
    const [scaled] = place.cloud.scale(2);
    assert.deepEqual(scaled!.rebalancing, { from: "a", to: "b" });
    assert.deepEqual(zonesOf(place), { running: ["a", "b"], ended: ["a", "b"] });
  });

  it("leaves the two as they are in one zone", () => {
    const place = withNodes();
    const { cloud, group, make, nodeInputs, subnets } = place;
    cloud.delete(group.urn, group.id);
    make(T.nodeGroup, "nodes", { ...nodeInputs, subnetIds: [subnets[0]!.id] });
    cloud.scale(3);
    const [scaled] = cloud.scale(2);
    assert.equal(scaled!.rebalancing, undefined);
    assert.deepEqual(zonesOf(place).running, ["a", "a"]);
  });

  it("has the size of the inputs again after an update of the limits, as the provider sends all", () => {
    const place = withNodes();
    const { cloud, group } = place;
    cloud.scale(3);
    const scalingConfig = { minSize: 1, desiredSize: 2, maxSize: 4 };
    cloud.update(group.urn, group.id, { ...group.inputs, scalingConfig }, undefined);
    assert.equal(zonesOf(place).running.length, 2);
  });
});

describe("the stateful cloud, asked by another URN", () => {
  it("finds a resource by its type and id, as after a rename of the stack", () => {
    const { cloud, vpc } = withNodes();
    const urn = vpc.urn.replace("urn:pulumi:s::", "urn:pulumi:renamed::");
    assert.equal(cloud.lookUp({ urn, id: vpc.id })?.id, vpc.id);
  });
});

describe("a preview of an update", () => {
  it("keeps what the cloud added, at any depth, and drops what the inputs dropped", () => {
    const outputs = { id: "c", vpcConfig: { blocks: ["a"], group: "sg-1" }, gone: 1 };
    const planned = plannedOutputs(
      outputs,
      { vpcConfig: { blocks: ["a"] }, gone: 1 },
      { vpcConfig: { blocks: ["b"] } },
    );
    assert.deepEqual(planned, { id: "c", vpcConfig: { blocks: ["b"], group: "sg-1" } });
  });
});

describe("a policy document", () => {
  it("is valid as an object too, and not as text that is no JSON", () => {
    const reasons = (assumeRolePolicy: unknown) =>
      failuresOf(modelOf(T.role), { assumeRolePolicy }, () => false).length;
    assert.deepEqual([{}, "{}", "{"].map(reasons), [0, 0, 1]);
  });
});

describe("a fault that no operation meets", () => {
  it("is reported by its words", () => {
    const faults = new Faults("create@nobody=once,vpc=leak");
    assert.equal(faults.next("delete", "u", T.vpc, "vpc"), "leak");
    assert.match(faults.unmatched()!, /no operation of this command matches create@nobody=once\n/);
  });
});
