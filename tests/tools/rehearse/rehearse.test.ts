import assert from "node:assert/strict";
import program = require("../../../index");
import { Rehearsals } from "../../../tools/rehearse/rehearse";
import { projectWith } from "../../support/cli";

const create = (zones: number) => `config:\n  eks-exercises:cluster: {create: {zones: ${zones}}}\n`;
const balanced = (stack: string) =>
  `config:\n  eks-exercises:cluster: {stack: ${stack}}\n  eks-exercises:jenkins: {service: LoadBalancer}\n`;

describe("rehearsals", () => {
  let directory: string;
  before(() => {
    directory = projectWith({
      two: create(2),
      three: create(3),
      four: create(4),
      "on-two": balanced("two"),
      "on-three": balanced("organization/eks-exercises/three"),
    });
  });

  it("count a load balancer's addresses by the zones of its own cluster, whatever else is up", async () => {
    const all = new Rehearsals(directory, program);
    const addresses = async (stack: string): Promise<number | undefined> => {
      const { cost, errors } = await all.rehearse(stack);
      assert.deepEqual(errors, []);
      return cost.lines.find(({ item }) => item.includes("address of a load balancer"))?.quantity;
    };
    assert.equal(await addresses("on-three"), 3);
    assert.equal(await addresses("on-two"), 2);
  });

  it("estimate what a stack registered that failed half-way", async () => {
    const { errors, cost } = await new Rehearsals(directory, program).rehearse("four");
    assert.match(errors[0]!.message, /cluster\.create\.zones: 4/);
    assert.ok(cost.perHour >= 0);
  });

  it("run a stack once, however often it is asked for or taken a cluster from", async () => {
    let runs = 0;
    const counted = () => {
      runs += 1;
      return program();
    };
    const all = new Rehearsals(directory, counted);
    const first = await all.rehearse("on-two");
    assert.equal(await all.rehearse("on-two"), first);
    await all.rehearse("two");
    assert.equal(runs, 2);
  });

  it("fail a stack that has no file, and name the stacks that have one", async () => {
    const { errors, resources } = await new Rehearsals(directory, program).rehearse("nowhere");
    assert.match(errors[0]!.message, /^There is no stack "nowhere": .*\n {2}known: .*on-three/);
    assert.deepEqual(resources, []);
  });
});
