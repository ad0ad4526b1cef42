/** Who may call: rules named by their block, limits of AWS, and nothing opened to nobody in particular. */
import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import { EksCluster, JenkinsService, SockShop } from "../../components";
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

  describe("on the nodes' group, shared by components", () => {
    const run = (shop: number, jenkins: number) =>
      attempt(() => {
        const provider = new aws.Provider("aws", { region: "us-east-1" });
        const options = { providers: [provider, new k8s.Provider("k", { kubeconfig: "{}" })] };
        const cluster = { clusterName: "shop", nodeSecurityGroupId: "sg-1" };
        new SockShop("shop", { cluster, allowedCidrs: blocks(shop) }, options);
        new JenkinsService(
          "jenkins",
          { cluster, name: "me", service: "NodePort", allowedCidrs: blocks(jenkins) },
          options,
        );
      }, {});

    it("are 60 at most together", async () => {
      const refused = await run(40, 21);
      const why =
        'a list of 1 to 20 IPv4 CIDR blocks, such as ["203.0.113.7/32"] for one address: ' +
        "the nodes' security group takes 60 rules, and other components have 40 on it";
      assert.deepEqual(refused.result.errors[0]?.message.split("\n").slice(1), [
        '  allowedCidrs: "21 blocks"',
        `    allowed: ${why}`,
      ]);
      assert.deepEqual(
        refused.resources.filter(({ name }) => name.startsWith("jenkins")),
        [],
      );
    });

    it("have no room left after 60", async () => {
      const refused = await run(60, 1);
      assert.match(refused.result.errors[0]!.message, /allowed: no more IPv4 CIDR blocks/);
    });

    it("are counted anew in each program", async () => {
      // The group is not there, so the simulated cloud refuses the rules, and no component does.
      for (const each of [await run(30, 30), await run(30, 30)]) {
        assert.doesNotMatch(each.result.errors[0]?.message ?? "", /allowed:/);
      }
    });
  });
});
