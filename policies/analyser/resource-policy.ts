import { some } from "./breadth";
import { isGuarded, mustWait } from "./conditions";
import { properName } from "./data";
import { finding, statementJson } from "./rules";
import { accountOf, isAnyone } from "./trust";
import { type Finding, type Statement, type Surroundings } from "./types";

function actionsOf(statement: Statement): string[] {
  return (statement.notActions ?? statement.actions).map(properName);
}

function narrower(statement: Statement, principal: unknown, condition?: unknown): string {
  return statementJson({
    Effect: "Allow",
    Principal: principal,
    Action: actionsOf(statement),
    Resource: statement.resources,
    ...(condition === undefined ? {} : { Condition: condition }),
  });
}

function open(statement: Statement): Finding[] {
  const anyone = statement.principals.find(isAnyone);
  if (anyone === undefined || isGuarded(statement)) return [];
  const actions = actionsOf(statement);
  return [
    finding("resource-public", {
      statement: statement.id,
      actions,
      resources: statement.resources,
      principal: anyone.value,
      message: `Principal ${anyone.value} may ${some(actions)}`,
      request: `${actions[0] ?? "the action"} by an account that you have never heard of`,
      instead: narrower(statement, { AWS: "arn:aws:iam::ACCOUNT:role/THE-ONE-ROLE" }),
    }),
  ];
}

function foreign(statement: Statement, around: Surroundings): Finding[] {
  const { accounts } = around;
  if (accounts === undefined || accounts.length === 0 || isGuarded(statement)) return [];
  const others = statement.principals.filter((p) => {
    const account = accountOf(p);
    return account !== undefined && !accounts.includes(account);
  });
  if (others.length === 0) return [];
  return [
    finding("resource-foreign-account", {
      statement: statement.id,
      actions: actionsOf(statement),
      resources: statement.resources,
      principal: others.map((p) => p.value).join(", "),
      message: `${some(others.map((p) => p.value))} of another account may ${some(actionsOf(statement))}`,
      request: `${actionsOf(statement)[0] ?? "the action"} by whoever account ${accountOf(others[0] ?? { type: "", value: "" }) ?? ""} lets in`,
      instead: narrower(
        statement,
        { AWS: others.map((p) => p.value) },
        { StringEquals: { "aws:PrincipalOrgID": "o-YOURORG" } },
      ),
    }),
  ];
}

/** Services whose calls are always made for the resource's own account or cannot be told apart by source. */
const OWN_ACCOUNT_SERVICES = /^(delivery\.logs|logdelivery\.elasticloadbalancing)\.amazonaws\.com$/;

function service(statement: Statement): Finding[] {
  const services = statement.principals.filter((p) => p.type === "Service" && !isAnyone(p));
  const named = services.filter((p) => !OWN_ACCOUNT_SERVICES.test(p.value));
  if (named.length === 0 || isGuarded(statement)) return [];
  return [
    finding("resource-service-no-source", {
      statement: statement.id,
      actions: actionsOf(statement),
      resources: statement.resources,
      principal: named.map((p) => p.value).join(", "),
      message: `${some(named.map((p) => p.value))} may ${some(actionsOf(statement))} for any customer`,
      request: `${actionsOf(statement)[0] ?? "the action"} by ${named[0]?.value ?? ""} for another customer`,
      instead: narrower(
        statement,
        { Service: named.map((p) => p.value) },
        {
          StringEquals: { "aws:SourceAccount": "ACCOUNT" },
          ArnLike: { "aws:SourceArn": "ARN-OF-THE-SOURCE" },
        },
      ),
    }),
  ];
}

function notPrincipal(statement: Statement): Finding[] {
  if (statement.notPrincipals === undefined) return [];
  const named = statement.notPrincipals.map((p) => p.value);
  return [
    finding("resource-not-principal", {
      statement: statement.id,
      actions: actionsOf(statement),
      resources: statement.resources,
      principal: named.join(", "),
      message: `Allow with NotPrincipal ${some(named)}`,
      request: `${actionsOf(statement)[0] ?? "the action"} by anyone but ${some(named)}`,
      instead: narrower(statement, { AWS: "arn:aws:iam::ACCOUNT:role/THE-ONE-ROLE" }),
    }),
  ];
}

/** All findings on a resource policy's statements. */
export function resourceFindings(
  statements: readonly Statement[],
  around: Surroundings,
): Finding[] {
  return statements
    .filter((s) => s.effect === "Allow" && !mustWait(s))
    .flatMap((s) => [...open(s), ...foreign(s, around), ...service(s), ...notPrincipal(s)]);
}
