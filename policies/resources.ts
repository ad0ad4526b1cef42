import {
  analyseDocument,
  attachmentFindings,
  type Finding,
  type CustomRule,
  isUnknown,
  type TrustContext,
} from "./analyser";
import { policyName } from "./analyser/attachments";
import { finding } from "./analyser/rules";
import { extractAttachments, extractDocuments } from "./extract-documents";
import { extendFinding } from "./analyser/proposal";
import { applyExceptions, type Exception } from "./exceptions";
import { joinFindings } from "./stack-analysis";
import { elements, field, knownString, type PlacedFinding, type ResourceRecord } from "./records";

export { type Exception } from "./exceptions";
export { Principals, type PrincipalView } from "./principals";
export { type PlacedFinding, type ResourceRecord } from "./records";

/** What the stack's findings are judged by. */
export interface StackOptions extends TrustContext {
  exceptions?: readonly Exception[];
  /** Rules of a team's own, on each document. */
  rules?: readonly CustomRule[];
}

function place(
  record: ResourceRecord,
  property: string,
  found: Finding,
  role?: string,
): PlacedFinding {
  const { urn, type, name } = record;
  const at = { urn, type, resource: name, property, ...(role !== undefined && { role }) };
  return extendFinding(found, at);
}

/** The EKS access policies of a resource, with their scopes. */
function accessPolicies({ type, props }: ResourceRecord): { arn: unknown; scope: unknown }[] {
  if (type === "aws:eks/accessPolicyAssociation:AccessPolicyAssociation") {
    return [{ arn: props.policyArn, scope: props.accessScope }];
  }
  if (type !== "aws-native:eks:AccessEntry") return [];
  return elements(props.accessPolicies).map((policy) => ({
    arn: field(policy, "policyArn"),
    scope: field(policy, "accessScope"),
  }));
}

function clusterAdmin(record: ResourceRecord): Finding[] {
  return accessPolicies(record).flatMap(({ arn, scope }) => {
    const text = knownString(arn) ?? "";
    const name = policyName(text);
    const type = isUnknown(scope) ? scope : field(scope, "type");
    const isAdmin = name === "AmazonEKSClusterAdminPolicy" || name === "AmazonEKSAdminPolicy";
    if (!isAdmin || isUnknown(type) || type === "namespace") return [];
    return [
      finding("cluster-admin-access", {
        resources: [text],
        message: `${name} for ${knownString(record.props.principalArn) ?? "a principal"} on the whole cluster`,
        request: "get secrets in kube-system",
        instead:
          "AmazonEKSEditPolicy or AmazonEKSViewPolicy with accessScope { type: namespace, namespaces: [...] }.",
      }),
    ];
  });
}

function providerAudience({ type, props }: ResourceRecord): Finding[] {
  if (type !== "aws:iam/openIdConnectProvider:OpenIdConnectProvider") return [];
  if (!/(^|\/)oidc\.eks\./.test(knownString(props.url) ?? "")) return [];
  const others = elements(props.clientIdLists)
    .map(knownString)
    .filter((id) => id !== undefined && !/^sts\.amazonaws\.com(\.cn)?$/.test(id));
  if (others.length === 0) return [];
  return [
    finding("oidc-provider-audience", {
      principal: others.join(", "),
      message: `The provider admits the audience ${others.join(", ")}`,
      request: `sts:AssumeRoleWithWebIdentity with a token for ${others[0] ?? ""}, where a trust lacks :aud`,
      instead: 'clientIdLists: ["sts.amazonaws.com"]',
    }),
  ];
}

function attachments(record: ResourceRecord): PlacedFinding[] {
  return extractAttachments(record).flatMap(({ path, arn }) => {
    const known = knownString(arn);
    return known === undefined
      ? []
      : attachmentFindings(known).map((found) => place(record, path, found));
  });
}

/** What one resource shows by itself: its documents and its attachments. The engine's validateResource. */
export function analyseResource(
  record: ResourceRecord,
  options: StackOptions = {},
): PlacedFinding[] {
  const documents = extractDocuments(record).flatMap(({ path, kind, document }) =>
    analyseDocument(document, { kind, ...options }).map((f) => place(record, path, f)),
  );
  const own = [...clusterAdmin(record), ...providerAudience(record)].map((f) =>
    place(record, "", f),
  );
  return except([...documents, ...attachments(record), ...own], options);
}

/** What only the resources together show. The engine's validateStack. */
export function analyseJoins(
  records: readonly ResourceRecord[],
  options: StackOptions = {},
): PlacedFinding[] {
  const found = joinFindings(records, options).map(({ finding: f, record, property = "", role }) =>
    place(record, property, f, role),
  );
  return except(found, options);
}

/**
 * All findings on a stack: each resource by itself, and all of them together. These are the functions
 * that the engine runs by the pack's validateResource and validateStack.
 */
export function analyseStack(
  records: readonly ResourceRecord[],
  options: StackOptions = {},
): PlacedFinding[] {
  return [
    ...records.flatMap((record) => analyseResource(record, options)),
    ...analyseJoins(records, options),
  ];
}

function except(findings: PlacedFinding[], { exceptions = [] }: StackOptions): PlacedFinding[] {
  if (exceptions.length === 0) return findings;
  return findings.map((found) => applyExceptions(found, exceptions));
}

/** Whether a finding stops the update: mandatory, and not excepted. */
export function isStopping(found: PlacedFinding): boolean {
  return found.level === "mandatory" && found.excepted === undefined;
}
