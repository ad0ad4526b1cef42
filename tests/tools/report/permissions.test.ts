import assert from "node:assert/strict";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { parseDocument } from "../../../policies/analyser";
import { withPermissions } from "../../../tools/report";
import { compare, type Comparison } from "../../../tools/report/permissions/compare";
import { allows, type Request } from "../../../tools/report/permissions/decide";
import { PROJECT } from "../../support/drawn";

describe("who can do what before and after IRSA", () => {
  let comparison: Comparison;
  let policy: string;
  before(async function () {
    this.timeout(120_000);
    const before = await withPermissions("exercise-autoscaler", "nodeRole", PROJECT);
    const after = await withPermissions("exercise-autoscaler", "irsa", PROJECT);
    comparison = compare(before, after);
    const resource = before.recording.resources.find(
      ({ type }) => type === "aws:iam/rolePolicy:RolePolicy",
    );
    policy = resource!.inputs["policy"] as string;
  });

  it("allows any pod with the node's credentials to scale before, and the autoscaler alone after", () => {
    const ANY = "a pod with the node's credentials";
    const OTHER = "a pod of kube-system/default, with its own token";
    const OWN = "the pod of kube-system/cluster-autoscaler";
    assert.deepEqual(
      comparison.answers.map(({ caller, request, before, after }) => [
        caller,
        request,
        before,
        after,
      ]),
      [
        [ANY, "terminate a node", true, false],
        [OTHER, "terminate a node", false, false],
        [OWN, "terminate a node", true, true],
        [ANY, "grow the group to its maximum", true, false],
        [OTHER, "grow the group to its maximum", false, false],
        [OWN, "grow the group to its maximum", true, true],
        [ANY, "terminate a node of another cluster", false, false],
        [OTHER, "terminate a node of another cluster", false, false],
        [OWN, "terminate a node of another cluster", false, false],
      ],
    );
    assert.match(comparison.group, /^eks-cluster-nodes-group-/);
  });

  it("lists every action of the policy, writes first", () => {
    const { rows } = comparison;
    const written = JSON.parse(policy) as { Statement: { Action: string | string[] }[] };
    const actions = written.Statement.flatMap(({ Action }) => Action).sort();
    assert.deepEqual(rows.map(({ action }) => action).sort(), actions);
    assert.deepEqual(
      rows.map(({ isWrite }) => isWrite),
      [true, true, ...Array<boolean>(rows.length - 2).fill(false)],
    );
    for (const { action, before, after } of rows) {
      assert.deepEqual(before, { anyPod: true, workload: true }, action);
      assert.deepEqual(after, { anyPod: false, workload: true }, action);
    }
  });

  it("names the managed policies that both have, and the pods that the metadata service answers", () => {
    assert.deepEqual(comparison.managed, [
      "AmazonEKSWorkerNodePolicy",
      "AmazonEC2ContainerRegistryPullOnly",
    ]);
    assert.equal(comparison.metadata, "on the node's own network");
  });

  it("has the findings of the policy pack for both", () => {
    const { before, after } = comparison.findings;
    assert.ok(before.some(({ rule, stops }) => rule === "node-role-autoscaling" && stops));
    assert.deepEqual(after, []);
  });

  it("decides as an IAM simulator does", async () => {
    const cluster = "aws:ResourceTag/k8s.io/cluster-autoscaler/student-exercise-cluster";
    const arn =
      "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName";
    const cases: [string, Request][] = [
      [
        "own",
        {
          action: "autoscaling:SetDesiredCapacity",
          resource: `${arn}/eks-a`,
          context: { [cluster]: "owned" },
        },
      ],
      [
        "another's",
        {
          action: "autoscaling:SetDesiredCapacity",
          resource: `${arn}/eks-a`,
          context: { [`${cluster}2`]: "owned" },
        },
      ],
      [
        "no tag",
        { action: "autoscaling:SetDesiredCapacity", resource: `${arn}/eks-a`, context: {} },
      ],
      [
        "another name",
        {
          action: "autoscaling:SetDesiredCapacity",
          resource: `${arn}/web`,
          context: { [cluster]: "owned" },
        },
      ],
      [
        "not granted",
        {
          action: "autoscaling:DeleteAutoScalingGroup",
          resource: `${arn}/eks-a`,
          context: { [cluster]: "owned" },
        },
      ],
    ];
    const { statements } = parseDocument(policy, "identity");
    const decided: boolean[] = [];
    for (const [name, request] of cases) {
      const result = await runSimulation(
        {
          request: {
            action: request.action,
            resource: { resource: request.resource!, accountId: "123456789012" },
            principal: "arn:aws:iam::123456789012:role/node",
            contextVariables: { ...request.context },
          },
          identityPolicies: [{ name: "policy", policy: JSON.parse(policy) as object }],
          serviceControlPolicies: [],
          resourceControlPolicies: [],
        },
        { simulationMode: "Strict" },
      );
      assert.ok(result.resultType !== "error", name);
      const ours = allows(statements, request);
      decided.push(ours);
      assert.equal(ours, result.overallResult === "Allowed", `${name}: ${result.overallResult}`);
    }
    assert.deepEqual(decided, [true, false, false, false, false]);
  });

  it("throws on policy elements that it does not know", () => {
    const decide = (statement: object) =>
      allows(
        parseDocument(
          { Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*", ...statement }] },
          "identity",
        ).statements,
        {
          action: "s3:GetObject",
          resource: "arn:aws:s3:::a/b",
          context: {},
        },
      );
    assert.equal(decide({}), true);
    const unknown = { NumericLessThan: { "s3:max-keys": "10" } };
    assert.throws(
      () => decide({ Condition: unknown }),
      /NumericLessThan s3:max-keys is not decided/,
    );
    assert.throws(() => decide({ Action: undefined, NotAction: "iam:*" }), /not decided here/);
    assert.throws(
      () => decide({ Condition: { StringEqualsIfExists: { "aws:x": "y" } } }),
      /not decided here/,
    );
  });

  it("lets a denial win", () => {
    const document = {
      Statement: [
        { Effect: "Allow", Action: "s3:*", Resource: "*" },
        { Effect: "Deny", Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*" },
      ],
    };
    const { statements } = parseDocument(document, "identity");
    const get = (resource: string) =>
      allows(statements, { action: "s3:GetObject", resource, context: {} });
    assert.equal(get("arn:aws:s3:::a/b"), false);
    assert.equal(get("arn:aws:s3:::b/b"), true);
  });
});
