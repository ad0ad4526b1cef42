import assert from "node:assert/strict";
import { estimate, type Cost } from "../../../tools/rehearse/cost";
import { PRICES } from "../../../tools/cloud/prices";
import type { RecordedResource } from "../../../tools/rehearse/records";
import { TYPES, type Config } from "../../support/harness";
import { runOnSharedCluster, runStack, type Run } from "../../support/harness";
import { shippedStacks } from "../../support/shipped";

/** The first three columns of an estimate, and the sum. */
const figures = ({ lines, perHour }: Cost) => [
  ...lines.map((line) => [line.quantity, line.item, line.perHour]),
  perHour,
];

const costOf = (run: Run, zones = 2) => estimate(run.resources, zones);

describe("the estimate of cost", () => {
  let shipped: Map<string, Run>;
  before(async () => {
    shipped = await shippedStacks();
  });

  it("is for exercise-cluster what the price list gives by hand", () => {
    assert.deepEqual(figures(costOf(shipped.get("exercise-cluster")!)), [
      [1, "EKS control plane", 0.1],
      [3, "node t3.large", 0.2496], // 3 x 0.0832
      [3, "node volume gp3, 30 GB", 0.0099], // 3 x 30 x 0.08 / 730 = 0.00986
      [3, "public IPv4 address of a node", 0.015], // 3 x 0.005
      [1, "KMS key", 0.0014], // 1 / 730 = 0.00137
      0.3759,
    ]);
  });

  it("is for dev the same with a load balancer, which has an address in each zone", () => {
    assert.deepEqual(figures(costOf(shipped.get("dev")!)), [
      [1, "EKS control plane", 0.1],
      [3, "node t3.large", 0.2496],
      [3, "node volume gp3, 30 GB", 0.0099],
      [3, "public IPv4 address of a node", 0.015],
      [1, "load balancer", 0.0225],
      [2, "public IPv4 address of a load balancer", 0.01],
      [1, "KMS key", 0.0014],
      0.4084,
    ]);
    assert.equal(costOf(shipped.get("dev")!, 3).perHour, 0.4134);
  });

  it("is nothing for a stack that adds nothing which is paid for", () => {
    for (const stack of ["exercise-autoscaler", "exercise-clusterip", "exercise-nodeport"]) {
      assert.deepEqual(figures(costOf(shipped.get(stack)!)), [0]);
    }
  });

  it("follows the nodes: how many to begin with, their type, their disks", async () => {
    const nodes = { instanceType: "m5.xlarge", desiredSize: 4, diskSizeGiB: 100 };
    const run = await runStack({ cluster: { create: { nodes } } });
    assert.deepEqual(figures(costOf(run)).slice(1, 4), [
      [4, "node m5.xlarge", 0.768],
      [4, "node volume gp3, 100 GB", 0.0438], // 4 x 100 x 0.08 / 730 = 0.04384
      [4, "public IPv4 address of a node", 0.02],
    ]);
  });

  const balancers: [title: string, config: Config, count: number][] = [
    ["a service of type LoadBalancer", { jenkins: { service: "LoadBalancer" } }, 1],
    ["a controller that its Service's load balancer serves", { ingress: {} }, 1],
    [
      "the controller alb, whose Ingress is the load balancer",
      { ingress: { controller: "alb" } },
      1,
    ],
    ["both", { jenkins: { service: "LoadBalancer" }, ingress: {} }, 2],
    ["neither", { jenkins: {} }, 0],
  ];
  for (const [title, config, count] of balancers) {
    it(`counts ${count} load balancers for ${title}`, async () => {
      const { lines } = costOf(await runOnSharedCluster(config));
      const found = lines.filter(({ item }) => item === "load balancer");
      assert.equal(found[0]?.quantity ?? 0, count);
    });
  }

  it("adds up: each line is quantity by price, and all lines are the sum, to four digits", () => {
    for (const run of shipped.values()) {
      const { lines, perHour, currency } = costOf(run);
      assert.equal(currency, "USD");
      const sum = lines.reduce((total, line) => total + line.perHour, 0);
      assert.equal(perHour.toFixed(4), sum.toFixed(4));
      for (const line of lines) {
        assert.ok(Math.abs(line.perHour - line.quantity * line.unitPerHour) < 0.0005, line.item);
        assert.equal(Number(line.perHour.toFixed(4)), line.perHour);
      }
    }
  });

  it("refuses to guess: a type without a price, a group without a template", () => {
    const { resources } = shipped.get("exercise-cluster")!;
    const priceless = resources.map((resource): RecordedResource =>
      resource.type === TYPES.launchTemplate
        ? { ...resource, inputs: { ...resource.inputs, instanceType: "p9.large" } }
        : resource,
    );
    assert.throws(() => estimate(priceless, 2), { message: "no price is known for p9.large" });
    const without = resources.filter(({ type }) => type !== TYPES.launchTemplate);
    assert.throws(() => estimate(without, 2), {
      message: "cluster-nodes-group has no launch template to estimate its cost by",
    });
  });

  it("has prices that are positive and of a date", () => {
    for (const price of Object.values(PRICES.instances)) assert.ok(price > 0 && price < 1);
    assert.match(PRICES.date, /^\d{4}-\d\d-\d\d$/);
  });
});
