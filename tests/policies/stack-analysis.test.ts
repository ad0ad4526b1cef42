import assert from "node:assert/strict";
import { UNKNOWN } from "../../policies/analyser";
import { analyseJoins, analyseStack, isStopping } from "../../policies/resources";
import { allow, type Brief, doc, ids, records, toUrn } from "./support/records";

const ROLE = "aws:iam/role:Role";
const INLINE = "aws:iam/rolePolicy:RolePolicy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const WORKER = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy";
const ec2 = doc({
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
});
const pods = doc({
  Effect: "Allow",
  Principal: { Service: "pods.eks.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession"],
});
const scaling = doc(
  allow(
    ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
    "arn:aws:autoscaling:eu-west-1:*:autoScalingGroup:*:autoScalingGroupName/eks-*",
    { StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/demo": "owned" } },
  ),
);

const role = (name: string, trust: unknown, props: object = {}): Brief => ({
  type: ROLE,
  name,
  props: { assumeRolePolicy: trust, ...props },
});
const joined = (...briefs: Brief[]): string[] => ids(analyseJoins(records(briefs)));

describe("policies: joins over a stack", () => {
  const from = (property: string, type: string, name: string) => ({
    propertyDependencies: { [property]: [toUrn(type, name)] },
  });

  it("joins by property dependency where names are not known at preview", () => {
    const found = joined(
      role("node", ec2, { name: UNKNOWN }),
      {
        type: ATTACHMENT,
        name: "w",
        props: { role: UNKNOWN, policyArn: WORKER },
        ...from("role", ROLE, "node"),
      },
      {
        type: INLINE,
        name: "ca",
        props: { role: UNKNOWN, policy: scaling },
        ...from("role", ROLE, "node"),
      },
    );
    assert.deepEqual(found, ["node-role-autoscaling"]);
  });

  it("joins by dependency where there are none by property, if one role is among them", () => {
    const inline = (dependencies: string[]): Brief => ({
      type: INLINE,
      name: "ca",
      props: { role: UNKNOWN, policy: scaling },
      dependencies,
    });
    assert.deepEqual(joined(role("node", ec2), inline([toUrn(ROLE, "node")])), [
      "node-role-autoscaling",
    ]);
    const two = [role("node", ec2), role("other", ec2)];
    assert.deepEqual(joined(...two, inline([toUrn(ROLE, "node"), toUrn(ROLE, "other")])), []);
  });

  it("joins a node group whose role's ARN is not known yet", () => {
    const group: Brief = {
      type: "aws:eks/nodeGroup:NodeGroup",
      name: "workers",
      props: { nodeRoleArn: UNKNOWN },
      ...from("nodeRoleArn", ROLE, "node"),
    };
    const inline: Brief = {
      type: INLINE,
      name: "x",
      props: { role: UNKNOWN, policy: UNKNOWN },
      ...from("role", ROLE, "node"),
    };
    assert.deepEqual(joined(role("node", ec2), group, inline), ["node-role-inline-policy"]);
  });

  it("joins a managed policy of the stack whose ARN is not known yet", () => {
    const policy: Brief = {
      type: "aws:iam/policy:Policy",
      name: "ca",
      props: { policy: scaling, arn: UNKNOWN },
    };
    const attach = (target: string): Brief => ({
      type: ATTACHMENT,
      name: "a",
      props: { role: target, policyArn: UNKNOWN },
      ...from("policyArn", "aws:iam/policy:Policy", "ca"),
    });
    assert.deepEqual(joined(role("ca", pods, { name: "ca" }), policy, attach("ca")), []);
    assert.deepEqual(joined(role("n", ec2, { name: "n" }), policy, attach("n")), [
      "node-role-autoscaling",
    ]);
  });

  it("catches the autoscaler on a node role of another stack, by name or by stack reference", () => {
    const inline = (value: unknown, rest: Partial<Brief> = {}): Brief => ({
      type: INLINE,
      name: "ca",
      props: { role: value, policy: JSON.stringify(scaling) },
      ...rest,
    });
    assert.deepEqual(joined(inline("demo-node-1a2b")), ["node-role-autoscaling"]);
    const reference: Brief = { type: "pulumi:pulumi:StackReference", name: "cluster", props: {} };
    const through = from("role", "pulumi:pulumi:StackReference", "cluster");
    assert.deepEqual(joined(reference, inline(UNKNOWN, through)), ["node-role-autoscaling"]);
  });

  it("does not guess of a role whose trust is not known yet", () => {
    const inline: Brief = { type: INLINE, name: "ca", props: { role: "ca", policy: scaling } };
    assert.deepEqual(joined(role("ca", UNKNOWN, { name: "ca" }), inline), []);
    assert.deepEqual(joined(role("ca", ec2, { name: "ca" }), inline), ["node-role-autoscaling"]);
  });

  it("bites at the update where the preview had to wait", () => {
    const stack = (policy: unknown) =>
      analyseStack(records([{ type: INLINE, name: "x", props: { role: "r", policy } }]));
    assert.deepEqual(ids(stack(UNKNOWN)), ["not-evaluated-yet"]);
    assert.equal(stack(UNKNOWN).some(isStopping), false);
    assert.deepEqual(ids(stack(doc(allow("ec2:TerminateInstances")))), ["unscoped-write"]);
    assert.equal(stack(doc(allow("ec2:TerminateInstances"))).some(isStopping), true);
  });

  it("names the resource, the role and the lesson", () => {
    const [found] = analyseJoins(
      records([
        role("node", ec2, { name: "node" }),
        { type: ATTACHMENT, name: "w", props: { role: "node", policyArn: WORKER } },
        { type: INLINE, name: "ca", props: { role: "node", policy: scaling } },
      ]),
    );
    assert.equal(found?.resource, "ca");
    assert.equal(found?.role, "node");
    assert.equal(found?.level, "mandatory");
    assert.match(found?.why ?? "", /every pod on the node.*169\.254\.169\.254/);
    assert.match(
      found?.instead ?? "",
      /"aws:ResourceTag\/k8s\.io\/cluster-autoscaler\/CLUSTER_NAME": "owned"/,
    );
    assert.match(found?.instead ?? "", /system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT/);
  });

  it("takes an attachment that a role's own outputs repeat once", () => {
    const full = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    const found = analyseJoins(
      records([
        role("node", ec2, { name: "node", managedPolicyArns: [WORKER, full] }),
        { type: ATTACHMENT, name: "w", props: { role: "node", policyArn: WORKER } },
        { type: ATTACHMENT, name: "s3", props: { role: "node", policyArn: full } },
      ]),
    );
    assert.deepEqual(
      found.map((f) => f.rule),
      ["node-role-extra-policy"],
    );
  });
});

describe("policies: exceptions", () => {
  const stack = records([
    {
      type: INLINE,
      name: "legacy-jobs",
      props: { role: "r", policy: doc(allow("ec2:TerminateInstances")) },
    },
  ]);
  const exception = (over: object) => ({
    rule: "unscoped-write",
    resource: "legacy-*",
    reason: "goes with ticket 7",
    ...over,
  });

  it("cover the rule on the resource, by name or URN, and keep the finding with its reason", () => {
    for (const resource of ["legacy-*", "*::aws:iam/rolePolicy:RolePolicy::legacy-jobs"]) {
      const [found] = analyseStack(stack, { exceptions: [exception({ resource })] });
      assert.equal(found?.excepted, "goes with ticket 7");
      assert.ok(found !== undefined && !isStopping(found));
    }
  });

  it("cover nothing else", () => {
    for (const over of [{ rule: "data-read" }, { resource: "new-*" }]) {
      const [found] = analyseStack(stack, { exceptions: [exception(over)] });
      assert.ok(found !== undefined && isStopping(found));
    }
  });
});
