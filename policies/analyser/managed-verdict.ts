import { parseDocument } from "./document";
import { identityFindings } from "./identity";
import { isAwsManaged, managedDocument, policyName, readManagedPolicies } from "./managed-policies";
import { type Finding } from "./types";

/** What is wrong with attaching one of AWS's managed policies. */
export interface Verdict {
  rule: "admin-policy-attached" | "full-access-attached" | "managed-policy-broad";
  /** The worst of what it holds, for the message; empty where its document is not known. */
  holds: string;
  actions: string[];
  request: string;
}

/** Managed policies that make an administrator in a way that a document alone does not show as one. */
const ADMINISTRATORS: ReadonlySet<string> = new Set([
  "AdministratorAccess",
  "AdministratorAccess-Amplify",
  "AdministratorAccess-AWSElasticBeanstalk",
  "PowerUserAccess",
  "IAMFullAccess",
  "SystemAdministrator",
  "AWSOrganizationsFullAccess",
]);

/**
 * What AWS's own guides ask for, where no narrower policy of AWS's exists: the EKS cluster and its nodes
 * and add-ons, the agents of Systems Manager, CloudWatch and X-Ray, and the execution roles of Lambda.
 */
const DOCUMENTED_MINIMUM: ReadonlySet<string> = new Set([
  "AmazonEKSClusterPolicy",
  "AmazonEKSVPCResourceController",
  "AmazonEKSServicePolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSNetworkingPolicy",
  "AmazonEKSLocalOutpostClusterPolicy",
  "AmazonEKSFargatePodExecutionRolePolicy",
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKSWorkerNodeMinimalPolicy",
  "AmazonEKS_CNI_Policy",
  "AmazonEBSCSIDriverPolicy",
  "AmazonEC2ContainerRegistryReadOnly",
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonPrometheusRemoteWriteAccess",
  "AmazonSSMManagedInstanceCore",
  "CloudWatchAgentServerPolicy",
  "AWSXRayDaemonWriteAccess",
  "AWSLambdaBasicExecutionRole",
  "AWSLambdaVPCAccessExecutionRole",
  "AWSLambdaSQSQueueExecutionRole",
  "AWSLambdaDynamoDBExecutionRole",
  "AWSLambdaKinesisExecutionRole",
  "AWSLambdaMSKExecutionRole",
  "AmazonECSTaskExecutionRolePolicy",
]);

/** Whether an AWS managed policy is the least that AWS offers for its purpose. */
export function isDocumentedMinimum(arn: string): boolean {
  return isAwsManaged(arn) && DOCUMENTED_MINIMUM.has(policyName(arn));
}

/** Findings that stop an update when the policy is attached, worst first. */
const SEVERE = [
  "action-all",
  "not-action",
  "service-wildcard",
  "secrets-read",
  "permissions-management",
  "privilege-escalation",
  "pass-role-any",
  "assume-any-role",
  "credentials-exposure",
  "action-wildcard",
];

/** Of those, the ones for which a policy that AWS made for a service's role is no excuse. */
const SEVERE_FOR_SERVICES: ReadonlySet<string> = new Set([
  "action-all",
  "not-action",
  "service-wildcard",
  "secrets-read",
]);

/** Findings that are no more than what such a policy is attached for: logs, metrics, reading a service. */
const SLIGHT: ReadonlySet<string> = new Set([
  "unscoped-minor-write",
  "documented-breadth",
  "data-read",
  "unscoped-tagging",
]);

/** SecurityAudit and its kin see the settings of user pools, their client secrets among them. */
function isReader(found: Finding): boolean {
  return (
    found.rule === "credentials-exposure" &&
    found.actions.every((action) => /:(Get|Describe|List|BatchGet)/.test(action))
  );
}

function isAdministrators(name: string, found: readonly Finding[]): boolean {
  if (ADMINISTRATORS.has(name)) return true;
  return found.some(
    ({ rule, actions }) =>
      rule === "action-all" ||
      rule === "not-action" ||
      (rule === "service-wildcard" && actions.includes("iam:*")),
  );
}

function describe(found: readonly Finding[]): Pick<Verdict, "holds" | "actions"> {
  const { source, date } = readManagedPolicies();
  const named = found
    .slice(0, 3)
    .map(({ rule, actions }) => `${rule} (${actions.slice(0, 2).join(", ")})`);
  return {
    holds: `${named.join("; ")}${found.length > 3 ? ` and ${found.length - 3} more` : ""} by AWS's document of ${date} (${source})`,
    actions: [...new Set(found.flatMap(({ actions }) => actions))].slice(0, 20),
  };
}

const verdicts = new Map<string, Verdict | undefined>();

/** The verdict on attaching a policy; undefined if nothing is to be said, or AWS does not own it. */
export function judgeManaged(arn: string): Verdict | undefined {
  if (!isAwsManaged(arn)) return undefined;
  const key = arn.slice(arn.indexOf("policy/"));
  if (!verdicts.has(key)) {
    if (verdicts.size > 5000) verdicts.clear();
    verdicts.set(key, decide(arn));
  }
  return verdicts.get(key);
}

function decide(arn: string): Verdict | undefined {
  const name = policyName(arn);
  if (DOCUMENTED_MINIMUM.has(name)) return undefined;
  const document = managedDocument(arn);
  if (document === undefined) return byName(name);
  const rank = ({ rule }: Finding): number =>
    SEVERE.includes(rule) ? SEVERE.indexOf(rule) : SEVERE.length;
  const all = identityFindings(parseDocument(document, "identity").statements)
    .filter((found) => !SLIGHT.has(found.rule) && !isReader(found))
    .sort((a, b) => rank(a) - rank(b));
  if (isAdministrators(name, all)) {
    const request = "iam:AttachRolePolicy, or a role passed to a machine of one's own";
    return { rule: "admin-policy-attached", request, ...describe(all) };
  }
  const [first] = all;
  if (first === undefined) return undefined;
  const isServiceRole = arn.includes(":policy/service-role/");
  const isFull = /FullAccess/.test(name) && all.some(({ level }) => level === "mandatory");
  const isSevere = isServiceRole
    ? all.some(({ rule }) => SEVERE_FOR_SERVICES.has(rule))
    : isFull || SEVERE.includes(first.rule);
  const rule = isSevere ? "full-access-attached" : "managed-policy-broad";
  return { rule, request: first.request, ...describe(all) };
}

/** A policy that is newer than the list is known by its name only. */
function byName(name: string): Verdict | undefined {
  const unknown = { holds: "", actions: [] };
  if (ADMINISTRATORS.has(name)) {
    const request = "iam:AttachRolePolicy, or a role passed to a machine of one's own";
    return { rule: "admin-policy-attached", request, ...unknown };
  }
  if (!/FullAccess(_?[vV]\d+)?$/.test(name)) return undefined;
  const request = `a deletion of any resource of the service that ${name} is for`;
  return { rule: "full-access-attached", request, ...unknown };
}
