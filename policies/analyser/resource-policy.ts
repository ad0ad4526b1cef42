import { truncateList } from "./breadth";
import { isGuarded, isLimitedWithin, isUndetermined, namesSource } from "./conditions";
import { isGuardedByDenial } from "./denials";
import { requestFindings } from "./request-conditions";
import { properName } from "./data";
import { finding, statementJson } from "./rules";
import { readAccountId, isAnyone } from "./trust";
import { type Finding, type Statement, type TrustContext } from "./types";

function listActions(statement: Statement): string[] {
  return (statement.notActions ?? statement.actions).map(properName);
}

function narrower(statement: Statement, principal: unknown, condition?: unknown): string {
  return statementJson({
    Effect: "Allow",
    Principal: principal,
    Action: listActions(statement),
    Resource: statement.resources,
    ...(condition === undefined ? {} : { Condition: condition }),
  });
}

function open(statement: Statement): Finding[] {
  const anyone = statement.principals.find(isAnyone);
  if (anyone === undefined || isGuarded(statement)) return [];
  const actions = listActions(statement);
  return [
    finding("resource-public", {
      statement: statement.id,
      actions,
      resources: statement.resources,
      principal: anyone.value,
      message: `Principal ${anyone.value} may ${truncateList(actions)}`,
      request: `${actions[0] ?? "the action"} by an account that you have never heard of`,
      instead: narrower(statement, { AWS: "arn:aws:iam::ACCOUNT:role/THE-ONE-ROLE" }),
    }),
  ];
}

function foreign(statement: Statement, context: TrustContext): Finding[] {
  const { accounts } = context;
  if (accounts === undefined || accounts.length === 0 || isLimitedWithin(statement)) return [];
  const others = statement.principals.filter((p) => {
    const account = readAccountId(p);
    return account !== undefined && !accounts.includes(account);
  });
  if (others.length === 0) return [];
  return [
    finding("resource-foreign-account", {
      statement: statement.id,
      actions: listActions(statement),
      resources: statement.resources,
      principal: others.map((p) => p.value).join(", "),
      message: `${truncateList(others.map((p) => p.value))} of another account may ${truncateList(listActions(statement))}`,
      request: `${listActions(statement)[0] ?? "the action"} by whoever account ${readAccountId(others[0] ?? { type: "", value: "" }) ?? ""} lets in`,
      instead: narrower(
        statement,
        { AWS: others.map((p) => p.value) },
        { StringEquals: { "aws:PrincipalOrgID": "o-YOURORG" } },
      ),
    }),
  ];
}

/** Services whose calls are always made for the resource's own account or that send no source. */
const OWN_ACCOUNT_SERVICES = /^(delivery\.logs|logdelivery\.elasticloadbalancing)\.amazonaws\.com$/;

/** The uses of a key, by name or wildcard: a service that uses a key for another customer learns nothing. */
const USES_KEY = /^kms:(decrypt\*?|encrypt\*?|generatedatakey.*|reencrypt.*|describe.*)$/;

function service(statement: Statement): Finding[] {
  const services = statement.principals.filter((p) => p.type === "Service" && !isAnyone(p));
  const named = services.filter((p) => !OWN_ACCOUNT_SERVICES.test(p.value));
  if (named.length === 0 || namesSource(statement)) return [];
  const isKeyUse =
    statement.notActions === undefined && statement.actions.every((a) => USES_KEY.test(a));
  return [
    finding(isKeyUse ? "key-service-no-source" : "resource-service-no-source", {
      statement: statement.id,
      actions: listActions(statement),
      resources: statement.resources,
      principal: named.map((p) => p.value).join(", "),
      message: `${truncateList(named.map((p) => p.value))} may ${truncateList(listActions(statement))} for any customer`,
      request: `${listActions(statement)[0] ?? "the action"} by ${named[0]?.value ?? ""} for another customer`,
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
      actions: listActions(statement),
      resources: statement.resources,
      principal: named.join(", "),
      message: `Allow with NotPrincipal ${truncateList(named)}`,
      request: `${listActions(statement)[0] ?? "the action"} by anyone but ${truncateList(named)}`,
      instead: narrower(statement, { AWS: "arn:aws:iam::ACCOUNT:role/THE-ONE-ROLE" }),
    }),
  ];
}

/** All findings on a resource policy's statements. */
export function resourceFindings(
  statements: readonly Statement[],
  context: TrustContext,
): Finding[] {
  return statements
    .filter((s) => s.effect === "Allow" && !isUndetermined(s))
    .flatMap((s) => {
      const reach = isGuardedByDenial(s, statements)
        ? []
        : [...open(s), ...foreign(s, context), ...service(s)];
      return [...reach, ...notPrincipal(s), ...requestFindings(s)];
    });
}
