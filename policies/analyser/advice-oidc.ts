import { isFirm } from "./conditions";
import { readIssuer } from "./oidc";
import { isEveryPods, tellsGuests } from "./oidc-audiences";
import { type ConditionBlock, repairedConditions, withConditions } from "./condition-repair";
import { type Condition, type Statement } from "./types";

type Json = Record<string, unknown>;

const EKS = /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/id\//;
const GITHUB = "token.actions.githubusercontent.com";
const COGNITO = "cognito-identity.amazonaws.com";
const BY_AUDIENCE: Record<string, string> = {
  [COGNITO]: "IDENTITY_POOL_ID",
  "accounts.google.com": "CLIENT_ID",
  "graph.facebook.com": "APP_ID",
  "www.amazon.com": "APP_ID",
};

const isWild = (text: string | undefined): boolean =>
  text === undefined || /[*?]/.test(text) || text === "";

/** A subject in which the parts that are open are placeholders, and those that the author named stay. */
function exactSubject(issuer: string, written: string): string {
  if (EKS.test(issuer)) {
    const [, , namespace, name] = written.split(":");
    return `system:serviceaccount:${isWild(namespace) ? "NAMESPACE" : namespace}:${isWild(name) ? "SERVICE_ACCOUNT" : name}`;
  }
  if (issuer.startsWith(GITHUB)) {
    const [, owner, repository, rest] =
      /^repo:([^/:]*)(?:\/([^:]*))?(?::(.*))?$/.exec(written) ?? [];
    const branch = isWild(rest) ? "ref:refs/heads/BRANCH" : rest;
    return `repo:${isWild(owner) ? "OWNER" : owner}/${isWild(repository) ? "REPOSITORY" : repository}:${branch}`;
  }
  return isWild(written) ? "SUBJECT" : written;
}

/** The values of a claim that the statement asks for, under whatever operator and issuer. */
function claim(statement: Statement, name: string): string[] {
  const conditions = statement.conditions.filter(
    (c) => c.key.endsWith(`:${name}`) && !c.operator.includes("not") && c.operator !== "null",
  );
  return [...new Set(conditions.flatMap((c) => c.values))];
}

/** The statement with an exact subject and an audience, of the issuer that it trusts. */
export function repairedOidc(statement: Statement, issuers: readonly string[] = []): Json {
  const federated = statement.principals.find(
    (p) => p.type === "Federated" && !p.value.includes(":saml-provider/"),
  );
  const trusted = federated?.value ?? "";
  const own = issuers.find((issuer) => EKS.test(issuer.toLowerCase()));
  const written = trusted.replace(/^.*:oidc-provider\//, "");
  // Another cluster's issuer: the subject and audience are kept for the stack's own.
  const isForeign =
    own !== undefined &&
    EKS.test(written.toLowerCase()) &&
    !issuers.some((issuer) => issuer.toLowerCase() === written.toLowerCase());
  const shown = isForeign ? own : written;
  const issuer = readIssuer(shown);
  const isClaim = (c: Condition): boolean => /:(sub|aud)$/.test(c.key);
  const isGuestClaim = (c: Condition): boolean => issuer === COGNITO && c.key.endsWith(":amr");
  const kept = statement.conditions.filter(
    (c) => !isClaim(c) && !(isGuestClaim(c) && !tellsGuests(c)),
  );
  const others = { ...statement, conditions: kept };
  const rest = repairedConditions(
    others,
    (c) => !isFirm(c) && (c.ifExists || c.qualifier !== undefined),
  );
  const audiences = claim(statement, "aud").filter(
    (value) => !isWild(value) && !isEveryPods(value, issuer),
  );
  const audience =
    audiences.find((value) => value === "sts.amazonaws.com") ??
    audiences[0] ??
    BY_AUDIENCE[issuer] ??
    "sts.amazonaws.com";
  const subject = exactSubject(issuer, claim(statement, "sub")[0] ?? "");
  const claims: Json = {
    ...(BY_AUDIENCE[issuer] === undefined && { [`${shown}:sub`]: subject }),
    [`${shown}:aud`]: audience,
  };
  const amr: ConditionBlock =
    issuer === COGNITO && !statement.conditions.some(tellsGuests)
      ? { "ForAnyValue:StringLike": { [`${COGNITO}:amr`]: "authenticated" } }
      : {};
  return {
    ...statement.source,
    ...(isForeign && { Principal: { Federated: trusted.replace(written, own) } }),
    Condition: withConditions({ StringEquals: claims }, withConditions(rest, amr)),
  };
}
