import assert from "node:assert/strict";
import { UNKNOWN } from "../../policies/analyser";
import { analyseStack } from "../../policies/resources";
import { allow, doc, ids, records } from "./support/records";

const SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const identity = {
  bad: doc(allow("ec2:TerminateInstances")),
  good: doc(allow("ec2:DescribeInstances")),
  rule: "unscoped-write",
};
const trust = {
  bad: doc({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }),
  good: doc({
    Effect: "Allow",
    Principal: { Service: "ec2.amazonaws.com" },
    Action: "sts:AssumeRole",
  }),
  rule: "trust-anyone",
};
const resource = {
  bad: doc({ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }),
  good: doc({ Effect: "Deny", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }),
  rule: "resource-public",
};

const plain = (policy: unknown): Record<string, unknown> => ({ policy });

/** Every carrier of a document: its type, how it holds the document, and which kind it is. */
const CARRIERS: [string, typeof identity, (document: unknown) => Record<string, unknown>][] = [
  ["aws:iam/policy:Policy", identity, plain],
  ["aws:iam/rolePolicy:RolePolicy", identity, plain],
  ["aws:iam/userPolicy:UserPolicy", identity, plain],
  ["aws:iam/groupPolicy:GroupPolicy", identity, plain],
  ["aws:iam/role:Role", trust, (document) => ({ assumeRolePolicy: document })],
  [
    "aws:iam/role:Role",
    identity,
    (document) => ({ inlinePolicies: [{ name: "a", policy: document }] }),
  ],
  ["aws:s3/bucketPolicy:BucketPolicy", resource, plain],
  ["aws:s3/bucket:Bucket", resource, plain],
  ["aws:ecr/repositoryPolicy:RepositoryPolicy", resource, plain],
  ["aws:ecr/registryPolicy:RegistryPolicy", resource, plain],
  ["aws:ecrpublic/repositoryPolicy:RepositoryPolicy", resource, plain],
  ["aws:kms/key:Key", resource, plain],
  ["aws:kms/keyPolicy:KeyPolicy", resource, plain],
  ["aws:kms/replicaKey:ReplicaKey", resource, plain],
  ["aws:kms/externalKey:ExternalKey", resource, plain],
  ["aws:sqs/queuePolicy:QueuePolicy", resource, plain],
  ["aws:sqs/queue:Queue", resource, plain],
  ["aws:sns/topicPolicy:TopicPolicy", resource, plain],
  ["aws:sns/topic:Topic", resource, plain],
  ["aws:secretsmanager/secretPolicy:SecretPolicy", resource, plain],
  ["aws:secretsmanager/secret:Secret", resource, plain],
];

const ARN = "arn:aws:iam::aws:policy/PowerUserAccess";

/** Every carrier of an attachment. */
const ATTACHMENTS: [string, (arn: unknown) => Record<string, unknown>][] = [
  ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", (policyArn) => ({ role: "r", policyArn })],
  ["aws:iam/userPolicyAttachment:UserPolicyAttachment", (policyArn) => ({ user: "u", policyArn })],
  [
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    (policyArn) => ({ group: "g", policyArn }),
  ],
  ["aws:iam/policyAttachment:PolicyAttachment", (policyArn) => ({ roles: ["r"], policyArn })],
  ["aws:iam/role:Role", (arn) => ({ managedPolicyArns: [arn] })],
  [
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    (arn) => ({ roleName: "r", policyArns: [arn] }),
  ],
  [
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
    (arn) => ({ userName: "u", policyArns: [arn] }),
  ],
  [
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
    (arn) => ({ groupName: "g", policyArns: [arn] }),
  ],
];

function found(type: string, props: Record<string, unknown>): string[] {
  return ids(analyseStack(records([{ type, name: "it", props }])));
}

describe("policies: carriers", () => {
  for (const [type, { bad, good, rule }, hold] of CARRIERS) {
    it(`${type} ${Object.keys(hold("x"))[0] ?? ""}: text, object, unknown, unreadable`, () => {
      assert.deepEqual(found(type, hold(JSON.stringify(bad))), [rule]);
      assert.deepEqual(found(type, hold(bad)), [rule]);
      assert.deepEqual(found(type, hold(JSON.stringify(good))), []);
      assert.deepEqual(found(type, hold(good)), []);
      assert.deepEqual(found(type, hold(SENTINEL)), ["not-evaluated-yet"]);
      assert.deepEqual(found(type, hold(UNKNOWN)), ["not-evaluated-yet"]);
      assert.deepEqual(found(type, hold("{ nonsense")), ["document-unparsable"]);
      assert.deepEqual(found(type, {}), []);
    });
  }

  for (const [type, hold] of ATTACHMENTS) {
    it(`${type}: known, harmless, unknown`, () => {
      assert.deepEqual(found(type, hold(ARN)), ["admin-policy-attached"]);
      assert.deepEqual(found(type, hold("arn:aws:iam::aws:policy/SecurityAudit")), []);
      assert.deepEqual(found(type, hold(SENTINEL)), ["not-evaluated-yet"]);
      assert.deepEqual(found(type, hold(UNKNOWN)), ["not-evaluated-yet"]);
    });
  }

  it("holds a list of inline policies that is unknown as a whole for not evaluated yet", () => {
    assert.deepEqual(found("aws:iam/role:Role", { inlinePolicies: SENTINEL }), [
      "not-evaluated-yet",
    ]);
    assert.deepEqual(found("aws:iam/role:Role", { managedPolicyArns: SENTINEL }), [
      "not-evaluated-yet",
    ]);
    assert.deepEqual(found("aws:iam/role:Role", { inlinePolicies: [{}] }), []);
  });

  it("judges what is known beside what is not, and holds back where an unknown condition may narrow", () => {
    const part = (statement: object): string[] =>
      found("aws:iam/rolePolicy:RolePolicy", { role: "r", policy: doc(statement) });
    assert.deepEqual(part(allow("ec2:TerminateInstances", SENTINEL)), ["not-evaluated-yet"]);
    assert.deepEqual(part(allow("ec2:TerminateInstances", ["*", SENTINEL])), [
      "not-evaluated-yet",
      "unscoped-write",
    ]);
    assert.deepEqual(part(allow(["ec2:TerminateInstances", SENTINEL])), [
      "not-evaluated-yet",
      "unscoped-write",
    ]);
    assert.deepEqual(part(allow("ec2:TerminateInstances", "*", SENTINEL)), ["not-evaluated-yet"]);
    const byKey = { StringEquals: { [`aws:ResourceTag/${SENTINEL}`]: "owned" } };
    assert.deepEqual(part(allow("ec2:TerminateInstances", "*", byKey)), ["not-evaluated-yet"]);
    const byValue = { StringEquals: { "aws:ResourceTag/team": SENTINEL } };
    assert.deepEqual(part(allow("ec2:TerminateInstances", "*", byValue)), ["not-evaluated-yet"]);
    assert.deepEqual(part({ Effect: "Allow", NotAction: SENTINEL, Resource: "*" }), [
      "not-evaluated-yet",
    ]);
  });
});
