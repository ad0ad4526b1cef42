import { analyseRole, type Finding, isUnknown, parseDocument, type TrustContext } from "./analyser";
import {
  isNodePolicy,
  nodeAttachment,
  nodeAutoscaling,
  nodeInline,
  nodeWorkload,
} from "./analyser/attachments";
import { analyseDocument } from "./analyser";
import { managedDocument, policyName } from "./analyser/managed-policies";
import { isDocumentedMinimum } from "./analyser/managed-verdict";
import { readIssuer } from "./analyser/oidc";
import { finding } from "./analyser/rules";
import { scalingWrites } from "./analyser/special";
import { extractAttachments, extractDocuments } from "./extract-documents";
import { type JoinedFinding } from "./joined";
import { Principals, type PrincipalView } from "./principals";
import { serviceAccountFindings } from "./service-accounts";
import { elements, knownString, type ResourceRecord } from "./records";

function isNodeRole(view: PrincipalView): boolean {
  return view.usedBy.length > 0 || view.attachments.some(({ arn }) => isNodePolicy(arn));
}

/** The autoscaling writes of a document, an unreadable or unknown one having none. */
function listWrites(document: unknown): string[] {
  return scalingWrites(parseDocument(document, "identity").statements);
}

/** Where a role that may scale groups is not shown to be one workload's. */
function machineRole(view: PrincipalView): string | undefined {
  if (view.kind !== "role") return undefined;
  if (isNodeRole(view)) return `is on the node role ${view.name}`;
  if (view.record === undefined) {
    return `is on the role ${view.name}, which this stack does not show to be one workload's`;
  }
  return view.trust?.ec2 === true
    ? `is on ${view.name}, a role of machines (ec2.amazonaws.com)`
    : undefined;
}

/** Inline policies on a node role, but for those that are reported as scaling its groups. */
function inlineFindings(view: PrincipalView, scaling: ReadonlySet<unknown>): JoinedFinding[] {
  const own = view.policies.filter((policy) => policy.inline);
  // Of some inline policies only the name is known.
  const named = view.inlineNames.filter(({ name }) => !own.some((policy) => policy.name === name));
  return [...own.filter((policy) => !scaling.has(policy)), ...named].flatMap(({ name, carrier }) =>
    nodeInline(name).map((f) => ({ finding: f, record: carrier, role: view.name })),
  );
}

function nodeFindings(view: PrincipalView): JoinedFinding[] {
  const at =
    (carrier: ResourceRecord) =>
    (f: Finding): JoinedFinding => ({ finding: f, record: carrier, role: view.name });
  const where = machineRole(view);
  const found: JoinedFinding[] = [];
  const scaling = new Set<unknown>();
  for (const policy of where === undefined ? [] : view.policies) {
    const writes = listWrites(policy.document);
    if (writes.length === 0) continue;
    scaling.add(policy).add(policy.carrier);
    found.push(...nodeAutoscaling(writes, where ?? "").map(at(policy.carrier)));
  }
  if (!isNodeRole(view)) return found;
  found.push(...inlineFindings(view, scaling));
  for (const { arn, carrier } of view.attachments) {
    if (!scaling.has(carrier) || carrier === view.record) {
      found.push(...nodeAttachment(arn).map(at(carrier)));
    }
  }
  if (view.trust?.workload === true && view.record !== undefined) {
    found.push(...nodeWorkload("is trusted by a workload as well").map(at(view.record)));
  }
  return found;
}

/** AWS's managed policies that are attached to a principal, with what they hold. */
function managedPolicies({ attachments }: PrincipalView): { name: string; document: unknown }[] {
  return attachments.flatMap(({ arn }) => {
    const document = isDocumentedMinimum(arn) ? undefined : managedDocument(arn);
    return document === undefined ? [] : [{ name: policyName(arn), document }];
  });
}

function togetherFindings(view: PrincipalView): JoinedFinding[] {
  const policies = [...view.policies, ...managedPolicies(view)];
  if (policies.length < 2) return [];
  const record = view.record ?? view.policies[0]?.carrier ?? view.attachments[0]?.carrier;
  if (record === undefined) return [];
  return analyseRole({ policies }).map((f) => ({ finding: f, record, role: view.name }));
}

/** Pod Identity associations: a role of nodes, or one that several service accounts share. */
function podIdentities(
  records: readonly ResourceRecord[],
  principals: Principals,
): JoinedFinding[] {
  const byRole = new Map<PrincipalView, ResourceRecord[]>();
  for (const record of records) {
    if (!/^aws(-native)?:eks.*:PodIdentityAssociation$/.test(record.type)) continue;
    const view = principals.resolve(record, "role", "roleArn", record.props.roleArn);
    if (view !== undefined) byRole.set(view, [...(byRole.get(view) ?? []), record]);
  }
  return [...byRole].flatMap(([view, associations]) => {
    const last = associations.at(-1);
    if (last === undefined) return [];
    const found: JoinedFinding[] = [];
    const at = (f: Finding): JoinedFinding => ({
      finding: f,
      record: last,
      role: view.name,
    });
    if (associations.length > 1) {
      const names = associations.map((r) => knownString(r.props.serviceAccount) ?? r.name);
      found.push(
        at(
          finding("oidc-shared", {
            message: `${associations.length} service accounts share the role ${view.name}: ${names.join(", ")}`,
            request: `the permissions of ${names[0] ?? ""} by ${names[1] ?? ""}`,
            instead: "A role, and an association, for each service account.",
          }),
        ),
      );
    }
    return found;
  });
}

function instanceProfiles(
  records: readonly ResourceRecord[],
  principals: Principals,
): JoinedFinding[] {
  return records.flatMap((record) => {
    if (!/^aws(-native)?:iam.*:InstanceProfile$/.test(record.type)) return [];
    const role = record.props.role ?? elements(record.props.roles)[0];
    const view = principals.resolve(record, "role", "role", role);
    if (view?.trust?.workload !== true || isNodeRole(view)) return [];
    return nodeWorkload("of an instance profile is trusted by a workload as well").map((f) => ({
      finding: f,
      record,
      role: view.name,
    }));
  });
}

const EKS_ISSUER = /^oidc\.eks\./;

/** The issuers of the stack's own clusters; none, where one of them is not known yet. */
function listIssuers(records: readonly ResourceRecord[]): string[] {
  const providers = records.filter(
    (r) => r.type === "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  );
  const urls = providers.map((r) => knownString(r.props.url));
  if (urls.some((url) => url === undefined)) return [];
  return urls
    .map((url) => readIssuer((url ?? "").replace(/^https:\/\//, "")))
    .filter((url) => EKS_ISSUER.test(url));
}

/** The accounts that the stack's own roles and clusters are in. */
function listAccounts(records: readonly ResourceRecord[]): string[] {
  const arns = records.map((r) =>
    /^aws:(iam|eks)\//.test(r.type) ? knownString(r.props.arn) : undefined,
  );
  const ids = arns.map((arn) => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn ?? "")?.[1]);
  return [...new Set(ids.filter((id) => id !== undefined))];
}

const CONTEXT_RULES = new Set([
  "oidc-foreign-issuer",
  "trust-foreign-account",
  "resource-foreign-account",
]);

/** What only the rest of the stack shows of a document: an issuer or an account that is not its own. */
function foreigners(records: readonly ResourceRecord[], given: TrustContext): JoinedFinding[] {
  const issuers = [...(given.issuers ?? []), ...listIssuers(records)];
  const accounts = [...(given.accounts ?? []), ...listAccounts(records)];
  const context: TrustContext = {
    ...(issuers.length > 0 && { issuers }),
    ...(accounts.length > 0 && { accounts }),
  };
  if (issuers.length === 0 && accounts.length === 0) return [];
  return records.flatMap((record) =>
    extractDocuments(record)
      .filter(({ kind }) => kind !== "identity")
      .flatMap(({ kind, document }) => {
        const alone = new Set(analyseDocument(document, { kind, ...given }).map((f) => f.message));
        return analyseDocument(document, { kind, ...context })
          .filter((f) => CONTEXT_RULES.has(f.rule) && !alone.has(f.message))
          .map((f): JoinedFinding => ({ finding: f, record }));
      }),
  );
}

/** Attachments of a policy whose ARN is not known yet, and that is not one of this stack's own. */
function pendingAttachments(
  records: readonly ResourceRecord[],
  principals: Principals,
): JoinedFinding[] {
  return records.flatMap((record) => {
    const pending = extractAttachments(record).filter(({ arn }) => isUnknown(arn));
    const [first] = pending;
    if (first === undefined) return [];
    if (principals.findPolicies(record, first).length >= pending.length) return [];
    const found = finding("not-evaluated-yet", {
      message: `Not evaluated yet: ${first.path} is known only at the update`,
      request: "none can be named before the value is known",
      instead: "Nothing to do: the check runs again at the update.",
    });
    return [{ finding: found, record, property: first.path }];
  });
}

/** All that only the stack as a whole shows: roles with all their policies, node roles, foreign trust. */
export function joinFindings(
  records: readonly ResourceRecord[],
  context: TrustContext,
): JoinedFinding[] {
  const principals = new Principals(records);
  const views = [...principals.views.values()];
  return [
    ...views.flatMap((view) => [...nodeFindings(view), ...togetherFindings(view)]),
    ...podIdentities(records, principals),
    ...instanceProfiles(records, principals),
    ...serviceAccountFindings(records, principals, isNodeRole),
    ...pendingAttachments(records, principals),
    ...foreigners(records, context),
  ];
}
