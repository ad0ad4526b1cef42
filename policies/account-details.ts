import { isObject } from "./analyser/read-statement";
import { elements, field, knownString, type ResourceRecord } from "./records";

/**
 * The principals of an account, as `aws iam get-account-authorization-details` prints them, as resources
 * of a stack: so they are judged as a whole, with what is attached to them.
 */

const LISTS = ["RoleDetailList", "UserDetailList", "GroupDetailList", "Policies"] as const;

/** Whether a value is the output of get-account-authorization-details. */
export function isAccountDetails(value: unknown): boolean {
  return (
    isObject(value) &&
    LISTS.slice(0, 3).some((key) => Array.isArray(value[key])) &&
    LISTS.every((key) => value[key] === undefined || Array.isArray(value[key]))
  );
}

/** A document that IAM's API leaves URL-encoded. */
function decoded(document: unknown): unknown {
  if (typeof document !== "string" || !/^\s*%7b/i.test(document)) return document;
  try {
    return decodeURIComponent(document);
  } catch {
    return document;
  }
}

function record(type: string, name: string, props: Record<string, unknown>): ResourceRecord {
  return { urn: `aws:${type}:${name}`, type, name, props };
}

function roleRecord(role: unknown): ResourceRecord {
  const name = knownString(field(role, "RoleName")) ?? "";
  return record("aws:iam/role:Role", name, {
    name,
    arn: field(role, "Arn"),
    assumeRolePolicy: decoded(field(role, "AssumeRolePolicyDocument")),
    inlinePolicies: elements(field(role, "RolePolicyList")).map((policy) => ({
      name: field(policy, "PolicyName"),
      policy: decoded(field(policy, "PolicyDocument")),
    })),
    managedPolicyArns: attachedArns(role),
  });
}

function attachedArns(principal: unknown): unknown[] {
  const list = elements(field(principal, "AttachedManagedPolicies"));
  return list.map((attached) => field(attached, "PolicyArn"));
}

/** A user or group, with a resource for each of its policies and attachments. */
function principalRecords(kind: "user" | "group", principal: unknown): ResourceRecord[] {
  const title = kind === "user" ? "User" : "Group";
  const name = knownString(field(principal, `${title}Name`)) ?? "";
  const own = record(`aws:iam/${kind}:${title}`, name, { name, arn: field(principal, "Arn") });
  const inline = elements(field(principal, `${title}PolicyList`)).map((policy) =>
    record(`aws:iam/${kind}Policy:${title}Policy`, name, {
      name: field(policy, "PolicyName"),
      [kind]: name,
      policy: decoded(field(policy, "PolicyDocument")),
    }),
  );
  const attached = attachedArns(principal).map((policyArn) =>
    record(`aws:iam/${kind}PolicyAttachment:${title}PolicyAttachment`, name, {
      [kind]: name,
      policyArn,
    }),
  );
  return [own, ...inline, ...attached];
}

/** A customer's managed policy, as its version in force says; AWS's own are judged where they are attached. */
function policyRecords(policy: unknown): ResourceRecord[] {
  const arn = knownString(field(policy, "Arn")) ?? "";
  if (/^arn:[^:]+:iam::aws:/.test(arn)) return [];
  const versions = elements(field(policy, "PolicyVersionList"));
  const current = versions.find((version) => field(version, "IsDefaultVersion") === true);
  const document = decoded(field(current ?? versions[0], "Document"));
  const name = knownString(field(policy, "PolicyName")) ?? arn;
  return [record("aws:iam/policy:Policy", name, { name, arn, policy: document })];
}

/** The resources that the output of get-account-authorization-details comes to. */
export function readAccount(details: unknown): ResourceRecord[] {
  const list = (key: (typeof LISTS)[number]): unknown[] => elements(field(details, key));
  return [
    ...list("Policies").flatMap(policyRecords),
    ...list("RoleDetailList").map(roleRecord),
    ...list("UserDetailList").flatMap((user) => principalRecords("user", user)),
    ...list("GroupDetailList").flatMap((group) => principalRecords("group", group)),
  ].map((item, index) => ({ ...item, urn: `${item.urn}#${index}` }));
}
