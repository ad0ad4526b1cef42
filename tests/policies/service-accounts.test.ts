import assert from "node:assert/strict";
import { UNKNOWN } from "../../policies/analyser";
import { analyseJoins, analyseStack } from "../../policies/resources";
import { allow, type Brief, doc, ids, records, toUrn } from "./support/records";

const ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
const ROLE = "aws:iam/role:Role";
const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const NODE = "arn:aws:iam::111122223333:role/node";
const OWN = "arn:aws:iam::111122223333:role/own";

const ec2 = doc({
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
});
const irsa = (subject: string, operator = "StringEquals"): object =>
  doc({
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${ISSUER}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: { [`${ISSUER}:aud`]: "sts.amazonaws.com" },
      [operator]: {
        [`${ISSUER}:sub`]: subject,
        ...(operator === "StringEquals" && { [`${ISSUER}:aud`]: "sts.amazonaws.com" }),
      },
    },
  });
const pods = doc({
  Effect: "Allow",
  Principal: { Service: "pods.eks.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession"],
});

const role = (name: string, trust: unknown, type = ROLE): Brief =>
  type === ROLE
    ? { type, name, props: { name, assumeRolePolicy: trust } }
    : { type, name, props: { roleName: name, assumeRolePolicyDocument: trust } };
const nodes: Brief = {
  type: "aws:eks/nodeGroup:NodeGroup",
  name: "workers",
  props: { nodeRoleArn: NODE },
};
const account = (arn: unknown, metadata: object = { namespace: "shop", name: "web" }): Brief => ({
  type: ACCOUNT,
  name: "web",
  props: { metadata: { ...metadata, annotations: { "eks.amazonaws.com/role-arn": arn } } },
});
const addOn = (props: object): Brief => ({
  type: "aws:eks/addon:Addon",
  name: "addon",
  props: { clusterName: "demo", ...props },
});
const release = (serviceAccount: object): Brief => ({
  type: "kubernetes:helm.sh/v3:Release",
  name: "chart",
  props: { namespace: "kube-system", values: { controller: { serviceAccount } } },
});
const association = (roleArn: string): Brief => ({
  type: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  name: "pods",
  props: { namespace: "shop", serviceAccount: "web", roleArn },
});

const joined = (...briefs: Brief[]): string[] => ids(analyseJoins(records(briefs)));

describe("policies: roles of service accounts", () => {
  const users: [string, (arn: string) => Brief][] = [
    ["an annotation", (arn) => account(arn)],
    ["an add-on", (arn) => addOn({ addonName: "vpc-cni", serviceAccountRoleArn: arn })],
    [
      "an add-on's association",
      (arn) => addOn({ podIdentityAssociations: [{ serviceAccount: "x", roleArn: arn }] }),
    ],
    ["an association", association],
    [
      "the values of a chart",
      (arn) => release({ name: "x", annotations: { "eks.amazonaws.com/role-arn": arn } }),
    ],
    [
      "an add-on of aws-native",
      (arn) => ({
        type: "aws-native:eks:Addon",
        name: "a",
        props: { addonName: "vpc-cni", serviceAccountRoleArn: arn },
      }),
    ],
  ];
  for (const [how, use] of users) {
    it(`find the nodes' role in ${how}, in this stack or another`, () => {
      assert.deepEqual(joined(role("node", ec2), nodes, use(NODE)), ["node-role-workload"]);
      assert.deepEqual(joined(nodes, use(NODE)), ["node-role-workload"]);
      assert.deepEqual(joined(nodes, use(OWN)), []);
    });
  }

  it("find a role that trusts another account", () => {
    const found = (trust: unknown, use: Brief): string[] => joined(role("own", trust), use);
    const untrusted = ["service-account-not-trusted"];
    assert.deepEqual(found(irsa("system:serviceaccount:shop:web"), account(OWN)), []);
    assert.deepEqual(found(irsa("system:serviceaccount:shop:jobs"), account(OWN)), untrusted);
    assert.deepEqual(found(irsa("system:serviceaccount:other:web"), account(OWN)), untrusted);
    assert.deepEqual(found(irsa("system:serviceaccount:shop:*", "StringLike"), account(OWN)), []);
    assert.deepEqual(found(irsa("system:serviceaccount:s*:jobs", "StringLike"), account(OWN)), [
      ...untrusted,
    ]);
    assert.deepEqual(found(pods, account(OWN)), untrusted);
    assert.deepEqual(found(pods, association(OWN)), []);
    assert.deepEqual(found(irsa("system:serviceaccount:shop:web"), association(OWN)), untrusted);
  });

  it("know the accounts of AWS's add-ons, and the name beside a chart's annotation", () => {
    const driver = irsa("system:serviceaccount:kube-system:ebs-csi-controller-sa");
    const addon = (addonName: string): Brief => addOn({ addonName, serviceAccountRoleArn: OWN });
    assert.deepEqual(joined(role("own", driver), addon("aws-ebs-csi-driver")), []);
    assert.deepEqual(joined(role("own", driver), addon("vpc-cni")), [
      "service-account-not-trusted",
    ]);
    assert.deepEqual(joined(role("own", driver), addon("someones-add-on")), []);
    const chart = (name: string): Brief =>
      release({ name, annotations: { "eks.amazonaws.com/role-arn": OWN } });
    assert.deepEqual(joined(role("own", driver), chart("ebs-csi-controller-sa")), []);
    assert.deepEqual(joined(role("own", driver), chart("other")), ["service-account-not-trusted"]);
  });

  it("say nothing where the trust, the role or the account's name is not known", () => {
    assert.deepEqual(joined(role("own", UNKNOWN), account(OWN)), []);
    assert.deepEqual(joined(account(OWN)), []);
    const trust = irsa("system:serviceaccount:shop:web");
    assert.deepEqual(joined(role("own", trust), account(OWN, { namespace: "shop" })), []);
    assert.deepEqual(joined(role("own", trust), account(UNKNOWN)), []);
  });

  it("join by dependency at preview, and with roles of aws-native", () => {
    const use = {
      ...account(UNKNOWN),
      propertyDependencies: { metadata: [toUrn(ROLE, "own")] },
    };
    const own = role("own", irsa("system:serviceaccount:shop:jobs"));
    assert.deepEqual(joined(own, use), ["service-account-not-trusted"]);
    const native = role("node", ec2, "aws-native:iam:Role");
    const group: Brief = {
      type: "aws-native:eks:Nodegroup",
      name: "workers",
      props: { nodeRole: NODE },
    };
    assert.deepEqual(joined(native, group, account(NODE)), ["node-role-workload"]);
  });

  it("do not take two outputs of another stack that are not known for one role", () => {
    const type = "pulumi:pulumi:StackReference";
    const from = (property: string) => ({
      propertyDependencies: { [property]: [toUrn(type, "cluster")] },
    });
    const reference: Brief = { type, name: "cluster", props: {} };
    const group = { ...nodes, props: { nodeRoleArn: UNKNOWN }, ...from("nodeRoleArn") };
    assert.deepEqual(joined(reference, group, { ...account(UNKNOWN), ...from("metadata") }), []);
  });
});

describe("policies: documents of the same stack", () => {
  const policy = (name: string, actions: string): Brief => ({
    type: "aws:iam/policy:Policy",
    name,
    props: { policy: doc(allow(actions)), arn: UNKNOWN },
  });
  const attach = (...names: string[]): Brief => ({
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    name: "a",
    props: { role: "own", policyArn: UNKNOWN },
    propertyDependencies: { policyArn: names.map((n) => toUrn("aws:iam/policy:Policy", n)) },
  });
  const found = (...briefs: Brief[]): string[] => ids(analyseStack(records(briefs)));

  it("are evaluated where an attachment's ARN is not known yet", () => {
    const own = role("own", pods);
    assert.deepEqual(found(own, policy("p", "ec2:DescribeInstances"), attach("p")), []);
    assert.deepEqual(found(own, policy("p", "ec2:TerminateInstances"), attach("p")), [
      "unscoped-write",
    ]);
    assert.deepEqual(found(own, attach("elsewhere")), ["not-evaluated-yet"]);
  });

  it("are evaluated in a role's list, if each of its unknown values comes from one", () => {
    const holder = (count: number): Brief => ({
      type: ROLE,
      name: "own",
      props: {
        assumeRolePolicy: pods,
        managedPolicyArns: Array.from({ length: count }, () => UNKNOWN),
      },
      propertyDependencies: {
        managedPolicyArns: ["a", "b"].map((n) => toUrn("aws:iam/policy:Policy", n)),
      },
    });
    const policies = [policy("a", "iam:PassRole"), policy("b", "lambda:CreateFunction")];
    assert.ok(!found(...policies, holder(2)).includes("not-evaluated-yet"));
    assert.ok(found(...policies, holder(3)).includes("not-evaluated-yet"));
    const invoke = policy("b", "lambda:*");
    assert.ok(
      found(policy("a", "iam:PassRole"), invoke, holder(2)).includes("privilege-escalation"),
    );
  });
});
