import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { attachmentFindings } from "../../policies/analyser";
import { readManagedPolicies } from "../../policies/analyser/managed-policies";
import { type Details, makeManagedPolicies } from "../../policies/generate/managed-policies";
import { analyseStack } from "../../policies/resources";
import { allow, type Brief, doc, ids, records } from "./support/records";

const details = join(__dirname, "../../.cache/managed-policies-details.json");
const found = (path: string, partition = "aws"): string[] =>
  ids(attachmentFindings(`arn:${partition}:iam::aws:policy/${path}`));

describe("policies: AWS's managed policies, attached", () => {
  const expected: Record<string, string[]> = {
    AdministratorAccess: ["admin-policy-attached"],
    PowerUserAccess: ["admin-policy-attached"],
    IAMFullAccess: ["admin-policy-attached"],
    AmazonS3FullAccess: ["full-access-attached"],
    SecretsManagerReadWrite: ["full-access-attached"],
    "service-role/AmazonEC2RoleforSSM": ["full-access-attached"],
    "service-role/AWSGlueServiceRole": ["full-access-attached"],
    ReadOnlyAccess: ["full-access-attached"],
    AmazonSSMReadOnlyAccess: ["full-access-attached"],
    "job-function/NetworkAdministrator": ["full-access-attached"],
    AmazonEC2ContainerRegistryPowerUser: ["managed-policy-broad"],
    "service-role/AWSCodeDeployRole": ["managed-policy-broad"],
    "job-function/ViewOnlyAccess": [],
    SecurityAudit: [],
    AmazonS3ReadOnlyAccess: [],
    AmazonEKSClusterPolicy: [],
    AmazonEKSWorkerNodePolicy: [],
    AmazonSSMManagedInstanceCore: [],
    "service-role/AWSLambdaBasicExecutionRole": [],
    // Newer than the documents: the name is all that is known.
    SomethingNewFullAccess: ["full-access-attached"],
    SomethingNewReadOnlyAccess: [],
  };
  for (const [path, rules] of Object.entries(expected)) {
    it(`${path}: ${rules.join(", ") || "nothing"}, in every partition`, () => {
      for (const partition of ["aws", "aws-cn", "aws-us-gov"]) {
        assert.deepEqual(found(path, partition), rules);
      }
    });
  }

  it("are AWS's only: a customer's policy of the same name is not judged by AWS's document", () => {
    assert.deepEqual(
      attachmentFindings("arn:aws:iam::111122223333:policy/SecretsManagerReadWrite"),
      [],
    );
  });

  it("say what they hold, and of which day the document is", () => {
    const [first] = attachmentFindings("arn:aws:iam::aws:policy/SecretsManagerReadWrite");
    assert.match(
      first?.message ?? "",
      /which holds service-wildcard \(secretsmanager:\*\).* by AWS's document of \d{4}-\d\d-\d\d/,
    );
  });

  it("count with a role's own policies", () => {
    const attach = (arn: string): Brief => ({
      type: "aws:iam/role:Role",
      name: "ci",
      props: {
        name: "ci",
        assumeRolePolicy: doc(),
        inlinePolicies: [{ name: "pass", policy: doc(allow("iam:PassRole")) }],
        managedPolicyArns: [arn],
      },
    });
    const rules = (arn: string): string[] => ids(analyseStack(records([attach(arn)])));
    const escalation = "privilege-escalation";
    assert.ok(rules("arn:aws:iam::aws:policy/AmazonEC2FullAccess").includes(escalation));
    assert.ok(!rules("arn:aws:iam::aws:policy/AmazonSQSFullAccess").includes(escalation));
  });

  it("are what moto's documents come to, or: npx tsx policies/generate/managed-policies.ts", function () {
    const { documents } = readManagedPolicies();
    assert.ok(Object.keys(documents).length > 1200);
    if (!existsSync(details)) this.skip();
    const made = makeManagedPolicies(JSON.parse(readFileSync(details, "utf8")) as Details);
    assert.deepEqual(readManagedPolicies(), made);
  });
});
