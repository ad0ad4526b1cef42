import assert from "node:assert/strict";
import { at } from "../support/harness";
import { useShippedStacks } from "../support/shipped";

describe("dev", () => {
  const stack = useShippedStacks();

  it("has the whole chapter in one stack of its own", () => {
    const kinds = stack("dev")
      .resources.map((r) => /^eks-exercises-components:index:(\w+)$/.exec(r.type)?.[1])
      .filter((kind) => kind !== undefined);
    for (const kind of ["EksCluster", "SockShop", "Autoscaler", "JenkinsService", "IngressStack"]) {
      assert.equal(kinds.filter((found) => found === kind).length, 1, kind);
    }
  });

  it("uses no other stack's cluster", () => {
    assert.equal(at(stack("dev").one("cluster"), "inputs.name"), "student-dev");
  });
});
