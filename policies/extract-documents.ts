import { type DocumentKind } from "./analyser";
import { elements, field, type ResourceRecord } from "./records";

/** A policy document that a resource carries, and the property that holds it. */
export interface EmbeddedDocument {
  path: string;
  kind: DocumentKind;
  document: unknown;
}

/** A managed policy that a resource attaches. */
export interface Attached {
  path: string;
  arn: unknown;
}

const IDENTITY_POLICY = new Set([
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
]);

const ATTACHMENT = new Set([
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
]);

const EXCLUSIVE_ATTACHMENTS = new Set([
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
]);

const RESOURCE_POLICY = new Set([
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketV2:BucketV2",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:ecr/registryPolicy:RegistryPolicy",
  "aws:ecrpublic/repositoryPolicy:RepositoryPolicy",
  "aws:kms/key:Key",
  "aws:kms/keyPolicy:KeyPolicy",
  "aws:kms/replicaKey:ReplicaKey",
  "aws:kms/externalKey:ExternalKey",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sqs/queue:Queue",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topic:Topic",
  "aws:secretsmanager/secretPolicy:SecretPolicy",
  "aws:secretsmanager/secret:Secret",
]);

export const ROLE = "aws:iam/role:Role";

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

/** The policy documents of a resource, in every carrier of @pulumi/aws that the pack knows. */
export function documentsOf({ type, props }: ResourceRecord): EmbeddedDocument[] {
  if (IDENTITY_POLICY.has(type)) {
    return isGiven(props.policy)
      ? [{ path: "policy", kind: "identity", document: props.policy }]
      : [];
  }
  if (RESOURCE_POLICY.has(type)) {
    return isGiven(props.policy)
      ? [{ path: "policy", kind: "resource", document: props.policy }]
      : [];
  }
  if (type !== ROLE) return [];
  const trust: EmbeddedDocument[] = isGiven(props.assumeRolePolicy)
    ? [{ path: "assumeRolePolicy", kind: "trust", document: props.assumeRolePolicy }]
    : [];
  const inline = Array.isArray(props.inlinePolicies)
    ? elements(props.inlinePolicies).map((policy) =>
        typeof policy === "object" ? field(policy, "policy") : policy,
      )
    : [props.inlinePolicies];
  const documents = inline.map((document, index): EmbeddedDocument => ({
    path: `inlinePolicies[${index}].policy`,
    kind: "identity",
    document,
  }));
  return [...trust, ...documents.filter((carried) => isGiven(carried.document))];
}

/** The managed policies that a resource attaches to a principal. */
export function attachmentsOf({ type, props }: ResourceRecord): Attached[] {
  if (ATTACHMENT.has(type)) return [{ path: "policyArn", arn: props.policyArn }];
  const list = EXCLUSIVE_ATTACHMENTS.has(type)
    ? "policyArns"
    : type === ROLE
      ? "managedPolicyArns"
      : undefined;
  if (list === undefined || !isGiven(props[list])) return [];
  const value = props[list];
  const arns = Array.isArray(value) ? (value as unknown[]) : [value];
  return arns.map((arn, index) => ({ path: `${list}[${index}]`, arn }));
}

/** A principal that a resource gives something to. */
export interface Target {
  kind: "role" | "user" | "group";
  /** The property whose value names it, for its dependencies. */
  property: string;
  value: unknown;
}

/** The principals that an inline policy or an attachment is for. */
export function targetsOf({ type, props }: ResourceRecord): Target[] {
  const match =
    /^aws:iam\/(role|user|group)Polic(y|yAttachment|iesExclusive|yAttachmentsExclusive):/.exec(
      type,
    );
  if (match !== null) {
    const kind = match[1] as Target["kind"];
    const property = (match[2] ?? "").endsWith("Exclusive") ? `${kind}Name` : kind;
    return [{ kind, property, value: props[property] }];
  }
  if (type !== "aws:iam/policyAttachment:PolicyAttachment") return [];
  const lists = [
    ["role", "roles"],
    ["user", "users"],
    ["group", "groups"],
  ] as const;
  return lists.flatMap(([kind, property]) => {
    const value = props[property];
    const all = Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
    return all.map((item): Target => ({ kind, property, value: item }));
  });
}

/** Types whose machines take the role that a property names. */
const NODE_ROLES: Record<string, readonly string[]> = {
  "aws:eks/nodeGroup:NodeGroup": ["nodeRoleArn"],
  "eks:index:ManagedNodeGroup": ["nodeRole", "nodeRoleArn"],
  "eks:index:Cluster": ["instanceRole", "instanceRoles"],
};

/** The roles that a resource runs its nodes under, each with the property that names it. */
export function nodeRolesOf({
  type,
  props,
}: ResourceRecord): { property: string; value: unknown }[] {
  return (NODE_ROLES[type] ?? []).flatMap((property) => {
    const value = props[property];
    if (!isGiven(value)) return [];
    return (Array.isArray(value) ? (value as unknown[]) : [value]).map((item) => ({
      property,
      value: item,
    }));
  });
}
