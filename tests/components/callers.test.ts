/** Who may call: rules named by their block, limits of AWS, and nothing opened to nobody in particular. */
import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { EksCluster } from "../../components";
import { attempt, runStack, type Run } from "../support/harness";

const blocks = (count: number) => Array.from({ length: count }, (_, i) => `198.51.100.${i}/32`);
const rules = (run: Run) =>
  Object.fromEntries(run.all("ingressRule").map(({ name, inputs }) => [name, inputs["cidrIpv4"]]));

function create(allowedCidrs: string[]): Promise<Run> {
  return attempt(() => {
    const provider = new aws.Provider("aws", { region: "us-east-1" });
    new EksCluster("shop", { allowedCidrs }, { provider });
  }, {});
}

describe("callers", function () {
  this.timeout(60_000);

  it("have rules that keep their names when another block goes", async () => {
    const cluster = { create: {} };
    const both = await runStack({ cluster, sockShop: {}, allowedCidrs: blocks(2) });
    const second = await runStack({ cluster, sockShop: {}, allowedCidrs: blocks(2).slice(1) });
    assert.equal(Object.keys(rules(both)).length, 4);
    assert.equal(Object.keys(rules(second)).length, 2);
    for (const [name, cidr] of Object.entries(rules(second))) {
      assert.equal(rules(both)[name], cidr, name);
    }
  });

  for (const [count, said] of [
    [0, "  allowedCidrs: []"],
    [41, '  allowedCidrs: "41 blocks"'],
  ] as const) {
    it(`are refused before anything is created: ${count} blocks`, async () => {
      const run = await create(blocks(count));
      assert.equal(run.result.errors[0]?.message.split("\n")[1], said);
      assert.match(run.result.errors[0].message, /allowed: a list of 1 to 40 IPv4 CIDR blocks/);
      assert.deepEqual(
        run.resources.filter(({ type }) => !type.startsWith("pulumi:")),
        [],
      );
    });
  }

  it("are as many as EKS takes: 40", async () => {
    const run = await create(blocks(40));
    assert.deepEqual(run.result.errors, []);
    assert.equal(run.all("ingressRule").length, 40);
  });
});
