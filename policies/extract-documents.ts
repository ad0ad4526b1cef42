import { type DocumentKind, isUnknown } from "./analyser";
import { GRANTING_TYPES, grantedStatement } from "./grants";
import { POLICY_PROPERTIES } from "./policy-properties";
import { listValues, type ResourceRecord, type Value } from "./records";

/** A policy document that a resource holds, and the property that holds it. */
export interface EmbeddedDocument {
  path: string;
  kind: DocumentKind;
  document: unknown;
}

/** A managed policy that a resource attaches. */
export interface Attachment {
  path: string;
  arn: unknown;
}

/** The properties that name managed policies to attach. */
const ATTACHMENTS: ReadonlyMap<string, string> = new Map([
  ["aws:iam/role:Role", "managedPolicyArns[]"],
  ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn"],
  ["aws:iam/userPolicyAttachment:UserPolicyAttachment", "policyArn"],
  ["aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "policyArn"],
  ["aws:iam/policyAttachment:PolicyAttachment", "policyArn"],
  ["aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "policyArns[]"],
  ["aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive", "policyArns[]"],
  ["aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive", "policyArns[]"],
  ["aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment", "managedPolicyArn"],
  [
    "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive",
    "managedPolicyArns[]",
  ],
  ["aws-native:iam:Role", "managedPolicyArns[]"],
  ["aws-native:iam:User", "managedPolicyArns[]"],
  ["aws-native:iam:Group", "managedPolicyArns[]"],
  ["aws-native:sso:PermissionSet", "managedPolicies[]"],
]);

const isGiven = ({ value }: Value): boolean =>
  value !== undefined && value !== null && value !== "";

/** The policy documents of a resource: those in its properties, and the statement that it adds to one. */
export function extractDocuments(record: ResourceRecord): EmbeddedDocument[] {
  const embedded = (POLICY_PROPERTIES.get(record.type) ?? []).flatMap(({ path, kind }) =>
    listValues(record.props, path)
      .filter(isGiven)
      .map(({ path: place, value }) => ({ path: place, kind, document: value })),
  );
  const granted = grantedStatement(record);
  if (granted === undefined) return embedded;
  const document = { Version: "2012-10-17", Statement: [granted] };
  return [...embedded, { path: "", kind: "resource", document }];
}

/** The managed policies that a resource attaches to a principal. */
export function extractAttachments({ type, props }: ResourceRecord): Attachment[] {
  const path = ATTACHMENTS.get(type);
  if (path === undefined) return [];
  return listValues(props, path)
    .filter((found) => isGiven(found) || isUnknown(found.value))
    .map(({ path: place, value }) => ({ path: place, arn: value }));
}

/** A principal that a resource gives something to. */
export interface Target {
  kind: "role" | "user" | "group";
  /** The property whose value names it, for its dependencies. */
  property: string;
  value: unknown;
}

/** The properties of a type that name the principals it is for. */
function targetProperties(type: string): readonly (readonly [Target["kind"], string])[] {
  const classic =
    /^aws:iam\/(role|user|group)Polic(?:y|yAttachment|(?:ies|yAttachments)(Exclusive)):/.exec(type);
  if (classic !== null) {
    const kind = classic[1] as Target["kind"];
    return [[kind, classic[2] === undefined ? kind : `${kind}Name`]];
  }
  const native = /^aws-native:iam:(Role|User|Group)Policy$/.exec(type)?.[1]?.toLowerCase();
  if (native !== undefined) return [[native as Target["kind"], `${native}Name`]];
  if (type !== "aws:iam/policyAttachment:PolicyAttachment" && type !== NATIVE_POLICY) return [];
  return [
    ["role", "roles"],
    ["user", "users"],
    ["group", "groups"],
  ];
}

const NATIVE_POLICY = "aws-native:iam:ManagedPolicy";

/** Types of a customer managed policy. */
export const MANAGED_POLICY: ReadonlySet<string> = new Set([
  "aws:iam/policy:Policy",
  NATIVE_POLICY,
]);

/** The principals that an inline policy or an attachment is for. */
export function extractTargets({ type, props }: ResourceRecord): Target[] {
  return targetProperties(type).flatMap(([kind, property]) => {
    const value = props[property];
    if (value === undefined && property.endsWith("s")) return [];
    const all: unknown[] = Array.isArray(value) ? value : [value];
    return all.map((item): Target => ({ kind, property, value: item }));
  });
}

/** Types whose machines take the role that a property names. */
const NODE_ROLES: Record<string, readonly string[]> = {
  "aws:eks/nodeGroup:NodeGroup": ["nodeRoleArn"],
  "aws-native:eks:Nodegroup": ["nodeRole"],
  "eks:index:ManagedNodeGroup": ["nodeRole", "nodeRoleArn"],
  "eks:index:Cluster": ["instanceRole", "instanceRoles"],
};

/** The roles that a resource runs its nodes under, each with the property that names it. */
export function extractNodeRoles(record: ResourceRecord): { property: string; value: unknown }[] {
  return (NODE_ROLES[record.type] ?? []).flatMap((property) => {
    const value = record.props[property];
    if (value === undefined || value === null || value === "") return [];
    return (Array.isArray(value) ? (value as unknown[]) : [value]).map((item) => ({
      property,
      value: item,
    }));
  });
}

/**
 * Whether a resource of this type can hold, grant or join IAM permissions: all others of a stack need
 * not be read. Of Kubernetes, anything may hold an annotation that names a role (a service account, or
 * the values of a chart).
 */
export function concernsIam(type: string): boolean {
  return (
    POLICY_PROPERTIES.has(type) ||
    ATTACHMENTS.has(type) ||
    GRANTING_TYPES.has(type) ||
    /^(aws:(iam|eks)\/|aws-native:(iam|eks):|eks:index:|kubernetes:(core\/v1:ServiceAccount$|helm\.sh\/)|pulumi:pulumi:StackRef)/.test(
      type,
    )
  );
}
