import { type ParsedDocument, type Statement } from "./analyser";
import { nodeWorkload } from "./analyser/attachments";
import { matches, matchesAny } from "./analyser/glob";
import { finding } from "./analyser/rules";
import { type JoinedFinding } from "./joined";
import { type Principals, type PrincipalView } from "./principals";
import { elements, field, knownString, type ResourceRecord } from "./records";

/** A service account of a cluster, as far as it is known. */
interface ServiceAccount {
  namespace: string;
  name: string | undefined;
}

/** A role that a resource gives to pods: how, and to which service account. */
interface RoleUse {
  how: "annotation" | "add-on" | "association";
  record: ResourceRecord;
  /** The property that names the role, for its dependencies. */
  property: string;
  role: unknown;
  account: ServiceAccount | undefined;
}

const ANNOTATION = "eks.amazonaws.com/role-arn";

/** The service accounts of EKS add-ons (`aws eks describe-addon-configuration`); all are in kube-system. */
const ADD_ON_ACCOUNTS: Record<string, string> = {
  "vpc-cni": "aws-node",
  "aws-ebs-csi-driver": "ebs-csi-controller-sa",
  "aws-efs-csi-driver": "efs-csi-controller-sa",
  "aws-mountpoint-s3-csi-driver": "s3-csi-driver-sa",
};

/** The objects of a chart's values that hold the annotation, with the name that stands beside it. */
function annotated(value: unknown, depth = 0): { role: unknown; name: string | undefined }[] {
  if (typeof value !== "object" || value === null || depth > 12) return [];
  const own = field(field(value, "annotations"), ANNOTATION);
  const inner = Object.values(value).flatMap((item) => annotated(item, depth + 1));
  if (own === undefined) return inner;
  return [{ role: own, name: knownString(field(value, "name")) }, ...inner];
}

function listUses(record: ResourceRecord): RoleUse[] {
  const { type, props } = record;
  const use = (
    how: RoleUse["how"],
    property: string,
    role: unknown,
    account?: ServiceAccount,
  ): RoleUse[] =>
    role === undefined || role === null || role === ""
      ? []
      : [{ how, record, property, role, account }];
  if (type === "kubernetes:core/v1:ServiceAccount") {
    const { metadata } = props;
    const role = field(field(metadata, "annotations"), ANNOTATION);
    const namespace = field(metadata, "namespace") ?? "default";
    const name = knownString(field(metadata, "name"));
    const known = knownString(namespace);
    return use("annotation", "metadata", role, known ? { namespace: known, name } : undefined);
  }
  if (type.startsWith("kubernetes:helm.sh/")) {
    const namespace = knownString(props.namespace ?? "default");
    return annotated(props.values).flatMap(({ role, name }) =>
      use("annotation", "values", role, namespace ? { namespace, name } : undefined),
    );
  }
  if (/^(aws:eks\/addon:Addon|aws-native:eks:Addon)$/.test(type)) {
    const name = ADD_ON_ACCOUNTS[knownString(props.addonName) ?? ""];
    return [
      ...use(
        "add-on",
        "serviceAccountRoleArn",
        props.serviceAccountRoleArn,
        name ? { namespace: "kube-system", name } : undefined,
      ),
      ...elements(props.podIdentityAssociations).flatMap((association) =>
        use("association", "podIdentityAssociations", field(association, "roleArn")),
      ),
    ];
  }
  if (/^(aws:eks\/podIdentityAssociation|aws-native:eks):PodIdentityAssociation$/.test(type)) {
    return use("association", "roleArn", props.roleArn);
  }
  return [];
}

/** Whether a condition on `<issuer>:sub` lets the subject in; an operator that is not known here does. */
function admits(statement: Statement, subject: string): boolean {
  return statement.conditions
    .filter(({ key }) => key.endsWith(":sub"))
    .every(({ operator, values }) => {
      if (operator === "stringequals") return values.includes(subject);
      if (operator === "stringlike") return values.some((value) => matches(value, subject));
      return true;
    });
}

function trustsTokens(trust: ParsedDocument, account: ServiceAccount | undefined): boolean {
  return trust.statements.some(
    (statement) =>
      statement.effect === "Allow" &&
      matchesAny(statement.actions, "sts:assumerolewithwebidentity") &&
      statement.principals.some(({ type, value }) => type === "Federated" || value === "*") &&
      (account?.name === undefined ||
        admits(statement, `system:serviceaccount:${account.namespace}:${account.name}`)),
  );
}

function trustsPods(trust: ParsedDocument): boolean {
  return trust.statements.some(
    (statement) =>
      statement.effect === "Allow" &&
      matchesAny(statement.actions, "sts:assumerole") &&
      statement.principals.some(({ type, value }) =>
        type === "Service" ? /^pods\.eks\.amazonaws\.com/i.test(value) : value === "*",
      ),
  );
}

const PHRASES: Record<RoleUse["how"], string> = {
  annotation: "is in the annotation of a service account",
  "add-on": "is the role of an add-on",
  association: "is given to pods by an association",
};

function distrust({ how, record, account }: RoleUse, view: PrincipalView): JoinedFinding[] {
  const { trustPolicy } = view;
  if (trustPolicy === undefined || trustPolicy.problems.length > 0) return [];
  const isPods = how === "association";
  if (isPods ? trustsPods(trustPolicy) : trustsTokens(trustPolicy, account)) return [];
  const who =
    account?.name === undefined
      ? "the service account"
      : `system:serviceaccount:${account.namespace}:${account.name}`;
  const found = finding("service-account-not-trusted", {
    principal: isPods ? "pods.eks.amazonaws.com" : who,
    message: isPods
      ? `The role ${view.name} is given to pods, and its trust does not name pods.eks.amazonaws.com`
      : `The role ${view.name} is named for ${who}, and its trust does not let that account in`,
    request: isPods
      ? "none: sts:AssumeRole by the Pod Identity agent is refused"
      : `none: sts:AssumeRoleWithWebIdentity by ${who} is refused`,
    instead: isPods
      ? '{ "Effect": "Allow", "Principal": { "Service": "pods.eks.amazonaws.com" }, "Action": ["sts:AssumeRole", "sts:TagSession"] }'
      : `In the trust of ${view.name}: "StringEquals": { "ISSUER:sub": "${account?.name === undefined ? "system:serviceaccount:NAMESPACE:NAME" : who}" }`,
  });
  return [{ finding: found, record, role: view.name }];
}

/** Roles that the resources of a cluster give to pods: the nodes' own, or one that does not trust them. */
export function serviceAccountFindings(
  records: readonly ResourceRecord[],
  principals: Principals,
  isNodeRole: (view: PrincipalView) => boolean,
): JoinedFinding[] {
  return records.flatMap(listUses).flatMap((use) => {
    const view = principals.resolve(use.record, "role", use.property, use.role);
    if (view === undefined || view.isAnonymous) return [];
    if (isNodeRole(view)) {
      const at = { record: use.record, role: view.name };
      return nodeWorkload(PHRASES[use.how]).map((found) => ({ finding: found, ...at }));
    }
    return distrust(use, view);
  });
}
