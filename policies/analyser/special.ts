import { classifyPattern } from "./classify-actions";
import { isFirm, isNarrowed, resourceTags } from "./conditions";
import { isDenied } from "./denials";
import { properName } from "./data";
import { isWild, matches, matchesAny, matchesEverything } from "./glob";
import { finding, statementJson } from "./rules";
import { coversType, isStar, isUnscoped } from "./scope";
import { AUTOSCALING } from "./tables";
import { type Finding, type Statement } from "./types";

/** Whether the statement names the action, alone or by a wildcard that is less than the service. */
function names(statement: Statement, action: string): boolean {
  if (!matchesAny(statement.actions, action)) return false;
  return statement.actions.some((pattern) => {
    const kind = classifyPattern(pattern);
    return (kind === "exact" || kind === "part") && matches(pattern, action);
  });
}

function hasFirm(statement: Statement, key: string): boolean {
  return statement.conditions.some((condition) => condition.key === key && isFirm(condition));
}

/** A service-linked role, which no other service than its own can take. */
const isServiceLinked = (arn: string): boolean =>
  /^arn:[^:]*:iam::[^:]*:role\/aws-service-role\//.test(arn);

function passRole(statement: Statement, resources: string[]): Finding[] {
  const service = hasFirm(statement, "iam:passedtoservice");
  const where = { statement: statement.id, actions: ["iam:PassRole"], resources };
  const instead = statementJson({
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: "arn:aws:iam::ACCOUNT:role/THE-ONE-ROLE",
    Condition: { StringEquals: { "iam:PassedToService": "THE-SERVICE.amazonaws.com" } },
  });
  if (coversType(resources, "iam", "role") && resourceTags(statement).length === 0) {
    const to = service ? "to the service it names" : "to any service";
    return [
      finding("pass-role-any", {
        ...where,
        message: `iam:PassRole on every role, ${to} (Resource ${resources.join(", ")})`,
        request: "ec2:RunInstances with the instance profile of an administrator's role",
        instead,
      }),
    ];
  }
  if (service || isNarrowed(statement) || resources.every(isServiceLinked)) return [];
  return [
    finding("pass-role-any-service", {
      ...where,
      message: "iam:PassRole without the condition iam:PassedToService",
      request: `lambda:CreateFunction with ${resources[0] ?? "the role"}, which was meant for another service`,
      instead,
    }),
  ];
}

function assumeAny(statement: Statement, resources: string[]): Finding[] {
  if (!coversType(resources, "iam", "role") && !isStar(resources)) return [];
  if (isNarrowed(statement)) return [];
  return [
    finding("assume-any-role", {
      statement: statement.id,
      actions: ["sts:AssumeRole"],
      resources,
      message: `sts:AssumeRole on every role (Resource ${resources.join(", ")})`,
      request: "sts:AssumeRole on arn:aws:iam::111122223333:role/OrganizationAccountAccessRole",
      instead: statementJson({
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Resource: "arn:aws:iam::ACCOUNT:role/THE-ONE-ROLE",
      }),
    }),
  ];
}

function serviceLinked(statement: Statement, resources: string[]): Finding[] {
  if (hasFirm(statement, "iam:awsservicename")) return [];
  if (!isUnscoped("iam:createservicelinkedrole", resources) || isNarrowed(statement)) return [];
  return [
    finding("service-linked-role-any", {
      statement: statement.id,
      actions: ["iam:CreateServiceLinkedRole"],
      resources,
      message: "iam:CreateServiceLinkedRole for any service",
      request: "iam:CreateServiceLinkedRole with AWSServiceName of a service nobody here uses",
      instead: statementJson({
        Effect: "Allow",
        Action: "iam:CreateServiceLinkedRole",
        Resource: "*",
        Condition: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
      }),
    }),
  ];
}

/** Whether the statement reaches only groups that one cluster owns. */
function isOwnGroup(statement: Statement, resources: string[]): boolean {
  const name = /:autoScalingGroupName\/(.+)$/;
  const named = resources.every((arn) => !isWild(name.exec(arn)?.[1] ?? "*"));
  if (named) return true;
  // `enabled = true` is on the groups of every cluster in the account: it says "some autoscaler's".
  const ownership = resourceTags(statement).some(
    ({ tag, condition }) =>
      tag !== "k8s.io/cluster-autoscaler/enabled" &&
      !tag.includes("*") &&
      condition.operator !== "null" &&
      !condition.values.some((value) => matchesEverything(value)),
  );
  return ownership;
}

/** Whether groups are limited by how their names begin. */
function areByPrefix(resources: readonly string[]): boolean {
  return resources.every((arn) => /:autoScalingGroupName\/[^*?]/.test(arn));
}

/** `eks-`: the groups of every managed node group begin so, whatever their cluster. */
const OF_EVERY_CLUSTER = /:autoScalingGroupName\/eks-\*$/;

function autoscaling(statement: Statement, resources: string[], writes: string[]): Finding[] {
  if (isOwnGroup(statement, resources)) return [];
  const actions = writes.map(properName);
  return [
    finding(areByPrefix(resources) ? "autoscaling-by-name" : "autoscaling-ungated", {
      statement: statement.id,
      actions,
      resources,
      message:
        `${actions.join(", ")} without the condition that the group is this cluster's` +
        (resources.some((arn) => OF_EVERY_CLUSTER.test(arn))
          ? "; the groups of every cluster begin with eks-"
          : ""),
      request: "autoscaling:TerminateInstanceInAutoScalingGroup on a node of another cluster",
      instead: statementJson({
        Sid: "ScaleOwnGroups",
        Effect: "Allow",
        Action: [
          "autoscaling:SetDesiredCapacity",
          "autoscaling:TerminateInstanceInAutoScalingGroup",
        ],
        Resource: "arn:aws:autoscaling:REGION:*:autoScalingGroup:*:autoScalingGroupName/eks-*",
        Condition: {
          StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/CLUSTER": "owned" },
        },
      }),
    }),
  ];
}

/** How the patterns begin that may take in an action with a rule of its own. */
const OF_OWN_RULE = /^(iam:|sts:|autoscaling:|[^:]*[*?])/;

/** The actions that have a rule of their own: passing, assuming and linking roles, and scaling. */
export function findSpecial(statement: Statement, denials: readonly Statement[]): Finding[] {
  if (!statement.actions.some((action) => OF_OWN_RULE.test(action))) return [];
  const resources = statement.notResources === undefined ? statement.resources : ["*"];
  if (resources.length === 0) return [];
  const holds = (action: string): boolean =>
    names(statement, action) && !isDenied(action, denials, resources);
  const writes = [...AUTOSCALING].filter(holds);
  return [
    ...(holds("iam:passrole") ? passRole(statement, resources) : []),
    ...(holds("sts:assumerole") ? assumeAny(statement, resources) : []),
    ...(holds("iam:createservicelinkedrole") ? serviceLinked(statement, resources) : []),
    ...(writes.length > 0 ? autoscaling(statement, resources, writes) : []),
  ];
}

/** The autoscaling writes that statements allow, with AWS's capitals; a whole service counts too. */
export function scalingWrites(statements: readonly Statement[]): string[] {
  const allowed = statements.filter((s) => s.effect === "Allow" && s.notActions === undefined);
  return [...AUTOSCALING]
    .filter((action) => allowed.some((s) => matchesAny(s.actions, action)))
    .map(properName);
}
