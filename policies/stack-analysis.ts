import { analyseRole, type Finding, parseDocument, type TrustContext } from "./analyser";
import {
  isNodePolicy,
  nodeAttachment,
  nodeAutoscaling,
  nodeInline,
  nodeWorkload,
} from "./analyser/attachments";
import { analyseDocument } from "./analyser";
import { issuerOf } from "./analyser/oidc";
import { finding } from "./analyser/rules";
import { scalingWrites } from "./analyser/special";
import { documentsOf, ROLE } from "./extract-documents";
import { Principals, type PrincipalView } from "./principals";
import { knownString, type ResourceRecord } from "./records";

/** A finding, with the resource that it is about and the principal that is concerned. */
export interface Joined {
  finding: Finding;
  record: ResourceRecord;
  role?: string;
}

function isNodeRole(view: PrincipalView): boolean {
  return view.usedBy.length > 0 || view.attachments.some(({ arn }) => isNodePolicy(arn));
}

/** The autoscaling writes of a document, an unreadable or unknown one having none. */
function writesOf(document: unknown): string[] {
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

function nodeFindings(view: PrincipalView): Joined[] {
  const at =
    (carrier: ResourceRecord) =>
    (f: Finding): Joined => ({ finding: f, record: carrier, role: view.name });
  const where = machineRole(view);
  const found: Joined[] = [];
  const scaling = new Set<unknown>();
  for (const policy of where === undefined ? [] : view.policies) {
    const writes = writesOf(policy.document);
    if (writes.length === 0) continue;
    scaling.add(policy).add(policy.carrier);
    found.push(...nodeAutoscaling(writes, where ?? "").map(at(policy.carrier)));
  }
  if (!isNodeRole(view)) return found;
  for (const policy of view.policies) {
    if (policy.inline && !scaling.has(policy))
      found.push(...nodeInline(policy.name).map(at(policy.carrier)));
  }
  const named = view.inlineNames.filter(
    ({ name }) => !view.policies.some((p) => p.inline && p.name === name),
  );
  for (const { name, carrier } of named) found.push(...nodeInline(name).map(at(carrier)));
  for (const { arn, carrier } of view.attachments) {
    if (!scaling.has(carrier) || carrier.type === ROLE)
      found.push(...nodeAttachment(arn).map(at(carrier)));
  }
  if (view.trust?.workload === true && view.record !== undefined) {
    found.push(...nodeWorkload("is trusted by a workload as well").map(at(view.record)));
  }
  return found;
}

function togetherFindings(view: PrincipalView): Joined[] {
  if (view.policies.length < 2) return [];
  const record = view.record ?? view.policies[0]?.carrier;
  if (record === undefined) return [];
  return analyseRole(view).map((f) => ({ finding: f, record, role: view.name }));
}

/** Pod Identity associations: a role of nodes, or one that several service accounts share. */
function podIdentities(records: readonly ResourceRecord[], principals: Principals): Joined[] {
  const byRole = new Map<PrincipalView, ResourceRecord[]>();
  for (const record of records) {
    if (record.type !== "aws:eks/podIdentityAssociation:PodIdentityAssociation") continue;
    const view = principals.resolve(record, "role", "roleArn", record.props.roleArn);
    if (view !== undefined) byRole.set(view, [...(byRole.get(view) ?? []), record]);
  }
  return [...byRole].flatMap(([view, associations]) => {
    const last = associations.at(-1);
    if (last === undefined) return [];
    const found: Joined[] = [];
    const at = (f: Finding): Joined => ({ finding: f, record: last, role: view.name });
    if (isNodeRole(view)) found.push(...nodeWorkload("is given to pods by an association").map(at));
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

function instanceProfiles(records: readonly ResourceRecord[], principals: Principals): Joined[] {
  return records.flatMap((record) => {
    if (record.type !== "aws:iam/instanceProfile:InstanceProfile") return [];
    const view = principals.resolve(record, "role", "role", record.props.role);
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
function issuersOf(records: readonly ResourceRecord[]): string[] {
  const providers = records.filter(
    (r) => r.type === "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  );
  const urls = providers.map((r) => knownString(r.props.url));
  if (urls.some((url) => url === undefined)) return [];
  return urls
    .map((url) => issuerOf((url ?? "").replace(/^https:\/\//, "")))
    .filter((url) => EKS_ISSUER.test(url));
}

/** The accounts that the stack's own roles and clusters are in. */
function accountsOf(records: readonly ResourceRecord[]): string[] {
  const arns = records.map((r) =>
    /^aws:(iam|eks)\//.test(r.type) ? knownString(r.props.arn) : undefined,
  );
  const ids = arns.map((arn) => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn ?? "")?.[1]);
  return [...new Set(ids.filter((id) => id !== undefined))];
}

const BY_SURROUNDINGS = new Set([
  "oidc-foreign-issuer",
  "trust-foreign-account",
  "resource-foreign-account",
]);

/** What only the rest of the stack shows of a document: an issuer or an account that is not its own. */
function foreigners(records: readonly ResourceRecord[], given: TrustContext): Joined[] {
  const issuers = [...(given.issuers ?? []), ...issuersOf(records)];
  const accounts = [...(given.accounts ?? []), ...accountsOf(records)];
  const around: TrustContext = {
    ...(issuers.length > 0 && { issuers }),
    ...(accounts.length > 0 && { accounts }),
  };
  if (issuers.length === 0 && accounts.length === 0) return [];
  return records.flatMap((record) =>
    documentsOf(record)
      .filter(({ kind }) => kind !== "identity")
      .flatMap(({ kind, document }) => {
        const alone = new Set(analyseDocument(document, { kind, ...given }).map((f) => f.message));
        return analyseDocument(document, { kind, ...around })
          .filter((f) => BY_SURROUNDINGS.has(f.rule) && !alone.has(f.message))
          .map((f): Joined => ({ finding: f, record }));
      }),
  );
}

/** All that only the stack as a whole shows: roles with all their policies, node roles, foreign trust. */
export function joinFindings(records: readonly ResourceRecord[], around: TrustContext): Joined[] {
  const principals = new Principals(records);
  const views = [...principals.views.values()];
  return [
    ...views.flatMap((view) => [...nodeFindings(view), ...togetherFindings(view)]),
    ...podIdentities(records, principals),
    ...instanceProfiles(records, principals),
    ...foreigners(records, around),
  ];
}
