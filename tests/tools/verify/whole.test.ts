/** Whether the tests of this folder have tried every check. It runs last: mocha keeps the order of the names. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { selectChecks } from "../../../tools/verify/checks";
import type { Target } from "../../../tools/verify/target";
import { judged } from "../../support/verify/look";

/** The ids of all checks: those of every service, on an EKS cluster that the stack creates. */
function allChecks(): string[] {
  const services = ["none", "ClusterIP", "NodePort", "LoadBalancer"] as const;
  const ids = services.flatMap((service) => {
    const settings = {
      cluster: { kind: "create" },
      sockShop: {},
      autoscaler: {},
      jenkins: { service },
      ingress: { controller: "nginx" },
    };
    return selectChecks({ settings, eks: true } as unknown as Target).checks.map(({ id }) => id);
  });
  return [...new Set(ids)].sort();
}

describe("verify: its checks", () => {
  before(function () {
    const files = readdirSync(__dirname).filter((file) => file.endsWith(".test.ts"));
    // A part of the folder, or a machine without the real parts, has not tried them all.
    const whole = files.every((file) => join(__dirname, file) in require.cache);
    if (!whole || judged.passed.size === 0) this.skip();
  });

  it("are each tried on a state that passes", () => {
    assert.deepEqual([...judged.passed].sort(), allChecks());
  });

  it("are each tried on a state that fails", () => {
    assert.deepEqual([...judged.failed].sort(), allChecks());
  });
});
