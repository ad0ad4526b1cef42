import assert from "node:assert/strict";
import { type Config } from "../support/harness";
import { KIND } from "../support/kubeconfigs";
import { CREATED, errorOf, problemOf, SHARED } from "../support/parsing";

describe("settings: a secret that is wrong", () => {
  const cases: [title: string, key: string, config: Config, shown: RegExp][] = [
    ["a value", "name", { ...CREATED, name: "Hush" }, /Hush/],
    [
      "a value within a section",
      "sockShop",
      { ...CREATED, sockShop: { nodePort: 12321 } },
      /12321/,
    ],
    ["a section of the wrong shape", "jenkins", { ...SHARED, jenkins: "Hush" }, /Hush/],
    ["an unknown key", "hush", { ...CREATED, hush: "Hush" }, /Hush/],
    ["an unknown key of a section", "ingress", { ...SHARED, ingress: { a: "Hush" } }, /Hush/],
    ["a block that is none", "allowedCidrs", { ...CREATED, allowedCidrs: ["Hush"] }, /Hush/],
    [
      "a block with host bits",
      "allowedCidrs",
      { ...CREATED, allowedCidrs: ["10.9.8.7/16"] },
      /10\.9/,
    ],
    ["an address", "allowedCidrs", { ...CREATED, allowedCidrs: ["198.51.100.9"] }, /198\.51/],
    [
      "a node port that its type has not",
      "jenkins",
      { ...SHARED, jenkins: { service: "LoadBalancer", nodePort: 31234 } },
      /31234|LoadBalancer/,
    ],
    [
      "the shop's node port, in a problem of another setting",
      "sockShop",
      { ...CREATED, sockShop: { nodePort: 32000 }, jenkins: { service: "NodePort" } },
      /sockShop.nodePort \(32000/,
    ],
    [
      "the path of a kubeconfig",
      "cluster",
      { cluster: { kubeconfig: { path: "~/hush/config", context: "kind" } } },
      /hush\/config/,
    ],
    [
      "an instance type",
      "cluster",
      { cluster: { create: { nodes: { instanceType: "t3.small" } } } },
      /t3\.small/,
    ],
    ["a reference to itself", "cluster", { cluster: { stack: "hush" } }, /: "hush"/],
  ];
  for (const [title, key, config, shown] of cases) {
    it(`is not shown: ${title}`, () => {
      const open = errorOf(config, { stack: "hush" });
      assert.match(open.message, shown, "shown where it is no secret");
      const error = errorOf(config, { stack: "hush", secretKeys: [key] });
      assert.doesNotMatch(error.message, shown);
      assert.doesNotMatch(JSON.stringify(error.problems), shown);
      assert.deepEqual(
        error.problems.map(({ path }) => path),
        open.problems.map(({ path }) => path),
      );
    });
  }

  it("is still explained: where it is, what is allowed, and how to set it without showing it", () => {
    const config = { ...CREATED, allowedCidrs: ["10.9.8.7/16"] };
    assert.deepEqual(problemOf(config, { secretKeys: ["allowedCidrs"] }), {
      path: "allowedCidrs[0]",
      value: "[secret]",
      allowed: "an IPv4 CIDR block, such as 203.0.113.7/32 for one address",
      fix: "pulumi config set --secret allowedCidrs -s test",
    });
  });

  it("does not hide what is missing, nor what is no secret", () => {
    const exposed = { ...KIND, jenkins: { service: "LoadBalancer" } };
    assert.equal(problemOf(exposed, { secretKeys: ["name"] }).value, undefined);
    const { value } = problemOf({ ...CREATED, name: "Open" }, { secretKeys: ["owner"] });
    assert.equal(value, "Open");
  });
});
