import assert from "node:assert/strict";
import { managedPolicies } from "../../benchmarks/policies/documents";
import { analyseDocument } from "../../policies/analyser";
import { ids } from "./support/records";

describe("policies: AWS's managed policies", function () {
  this.timeout(60_000);
  const all = managedPolicies();

  before(function () {
    if (Object.keys(all).length > 0) return;
    console.log(
      "      skipped: run benchmarks/policies/setup.sh, which takes them from PyPI's moto",
    );
    this.skip();
  });

  it("are read, all of them, without a crash and without a document that it cannot parse", () => {
    assert.ok(Object.keys(all).length > 1300);
    for (const [name, document] of Object.entries(all)) {
      const found = ids(analyseDocument(document, { kind: "identity" }));
      assert.ok(!found.includes("document-unparsable"), name);
    }
  });

  const expected: Record<string, string[]> = {
    AdministratorAccess: ["action-all", "privilege-escalation"],
    AmazonEKS_CNI_Policy: ["documented-breadth"],
    AmazonEBSCSIDriverPolicy: ["documented-breadth"],
    AmazonEBSCSIDriverPolicyV2: ["documented-breadth"],
    AmazonEFSCSIDriverPolicy: [],
    AmazonEKSWorkerNodePolicy: [],
    AmazonEC2ContainerRegistryReadOnly: [],
    AmazonEC2ContainerRegistryPullOnly: ["documented-breadth"],
  };
  for (const [name, rules] of Object.entries(expected)) {
    it(`${name}: ${rules.join(", ") || "clean"}`, () => {
      assert.deepEqual(ids(analyseDocument(all[name], { kind: "identity" })), rules);
    });
  }

  it("PowerUserAccess and IAMFullAccess are what their names say", () => {
    const rules = (name: string): string[] => ids(analyseDocument(all[name], { kind: "identity" }));
    assert.ok(rules("PowerUserAccess").includes("not-action"));
    assert.ok(rules("PowerUserAccess").includes("privilege-escalation"));
    assert.ok(rules("IAMFullAccess").includes("service-wildcard"));
    assert.ok(rules("IAMFullAccess").includes("privilege-escalation"));
  });
});
