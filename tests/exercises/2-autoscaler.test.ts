import assert from "node:assert/strict";
import { at } from "../support/harness";
import { useShippedStacks } from "../support/shipped";

describe("exercise 2: adding an autoscaler", () => {
  const stack = useShippedStacks();

  const values = () => stack("exercise-autoscaler").one("release").inputs["values"];

  it("runs cluster-autoscaler in the kube-system namespace", () => {
    const { inputs } = stack("exercise-autoscaler").one("release");
    assert.equal(inputs["chart"], "cluster-autoscaler");
    assert.equal(inputs["name"], "cluster-autoscaler");
    assert.equal(inputs["namespace"], "kube-system");
    assert.equal(at(values(), "fullnameOverride"), "cluster-autoscaler");
  });

  it("has an image of the cluster's minor version", () => {
    assert.match(String(at(values(), "image.tag")), /^v1\.36\.\d+$/);
  });

  it("finds the groups of its cluster", () => {
    assert.equal(at(values(), "autoDiscovery.clusterName"), "student-exercise-cluster");
    assert.equal(at(values(), "awsRegion"), "us-east-1");
  });

  it("can scale down to 2: neither system pods nor local storage pin a node", () => {
    assert.equal(at(values(), "extraArgs.skip-nodes-with-system-pods"), false);
    assert.equal(at(values(), "extraArgs.skip-nodes-with-local-storage"), false);
    const group = stack("exercise-cluster").one("managedNodeGroup");
    assert.equal(at(group, "inputs.scalingConfig.minSize"), 2);
    assert.equal(group.inputs["ignoreScalingChanges"], true);
  });

  it("gives its service account a role by IRSA, and puts nothing on the node role", () => {
    const run = stack("exercise-autoscaler");
    const role = run.one("role");
    const annotations = at(values(), "rbac.serviceAccount.annotations");
    assert.deepEqual(annotations, { "eks.amazonaws.com/role-arn": role.outputs["arn"] });
    assert.equal(run.one("rolePolicy").inputs["role"], role.outputs["name"]);
    assert.deepEqual(run.result.warnings, []);
  });
});
