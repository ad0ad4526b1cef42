import { isVacuous } from "./conditions";
import { isWild } from "./glob";
import { finding, statementJson } from "./rules";
import { type Condition, type Finding, type Statement, type TrustContext } from "./types";

/** The issuer (host and path) of a federated principal: of a provider's ARN, or itself. */
export function issuerOf(principal: string): string {
  return (/:oidc-provider\/(.+)$/.exec(principal)?.[1] ?? principal).toLowerCase();
}

const EKS = /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/id\//;

/** Providers whose tokens are for whoever signs in: the audience is the application. */
const BY_AUDIENCE = new Set([
  "cognito-identity.amazonaws.com",
  "accounts.google.com",
  "graph.facebook.com",
  "www.amazon.com",
]);

interface Trust {
  statement: Statement;
  /** In lower case, to be compared. */
  issuer: string;
  /** As written, to be shown. */
  shown: string;
}

function example(issuer: string): string {
  const isEks = EKS.test(issuer.toLowerCase());
  return statementJson({
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::ACCOUNT:oidc-provider/${issuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${issuer}:sub`]: isEks ? "system:serviceaccount:NAMESPACE:NAME" : "THE-ONE-SUBJECT",
        [`${issuer}:aud`]: "sts.amazonaws.com",
      },
    },
  });
}

function report(
  rule: string,
  trust: Trust,
  message: string,
  request: string,
  condition?: Condition,
): Finding {
  return finding(rule, {
    statement: trust.statement.id,
    actions: ["sts:AssumeRoleWithWebIdentity"],
    principal: trust.shown,
    message,
    request,
    instead: example(trust.shown),
    ...(condition && { condition: `${condition.text} = ${condition.values.join(", ")}` }),
  });
}

const isLenient = (c: Condition): boolean => c.ifExists || c.qualifier === "forallvalues";
const isEquality = (c: Condition): boolean =>
  /^(string|arn)(equals|equalsignorecase|like)$/.test(c.operator);

/** GitHub's subjects end in a branch or environment: a wildcard after a named repository is its idiom. */
function isTolerable(issuer: string, subject: string): boolean {
  return (
    issuer.startsWith("token.actions.githubusercontent.com") &&
    /^repo:[^*?/]+\/[^*?/]+:/.test(subject)
  );
}

function subjects(trust: Trust, claims: readonly Condition[]): Finding[] {
  const firm = claims.filter((c) => isEquality(c) && !isLenient(c));
  if (firm.length === 0) {
    if (claims.some((c) => isLenient(c))) return [];
    const who = EKS.test(trust.issuer)
      ? "any pod of the cluster"
      : "anyone with a token of the provider";
    return [
      report(
        "oidc-no-sub",
        trust,
        `The trust in ${trust.shown} has no equality on :sub`,
        `sts:AssumeRoleWithWebIdentity by ${who}`,
      ),
    ];
  }
  const wild = firm.filter(
    (c) =>
      c.operator.endsWith("like") &&
      c.values.some((v) => isWild(v) && !isTolerable(trust.issuer, v)),
  );
  // All conditions must hold: one exact subject limits it, whatever else is written beside it.
  const exact = firm.some((c) =>
    c.values.every(
      (v) => !isWild(v) || (c.operator.endsWith("like") && isTolerable(trust.issuer, v)),
    ),
  );
  const literal = firm.filter(
    (c) => !c.operator.endsWith("like") && c.values.length > 0 && c.values.every(isWild),
  );
  const shared = firm.find((c) => c.values.length > 1);
  return [
    ...(exact ? [] : wild).map((c) =>
      report(
        "oidc-wildcard-sub",
        trust,
        `The subject ${c.values.join(", ")} has a wildcard`,
        `sts:AssumeRoleWithWebIdentity as ${(c.values[0] ?? "*").replace(/[*?]/g, "evil")}`,
        c,
      ),
    ),
    ...literal.map((c) =>
      report(
        "oidc-literal-wildcard",
        trust,
        `${c.text} = ${c.values.join(", ")} matches no token`,
        "none at all, the service account that is meant included",
        c,
      ),
    ),
    ...(shared !== undefined && wild.length === 0
      ? [
          report(
            "oidc-shared",
            trust,
            `${shared.values.length} subjects share the role: ${shared.values.join(", ")}`,
            `the permissions of ${shared.values[0] ?? ""} by ${shared.values[1] ?? ""}`,
            shared,
          ),
        ]
      : []),
  ];
}

function audiences(trust: Trust, claims: readonly Condition[]): Finding[] {
  const firm = claims.filter((c) => isEquality(c) && !isLenient(c) && !isVacuous(c));
  if (firm.length > 0 || claims.some(isLenient)) return [];
  return [
    report(
      "oidc-no-aud",
      trust,
      `The trust in ${trust.shown} has no equality on :aud`,
      "sts:AssumeRoleWithWebIdentity with a token made for another audience",
    ),
  ];
}

function foreign(trust: Trust, context: TrustContext): Finding[] {
  const { statement, issuer } = trust;
  const key = statement.conditions.find(
    (c) => /:(sub|aud)$/.test(c.key) && !c.key.startsWith(`${issuer}:`),
  );
  if (key !== undefined) {
    return [
      report(
        "oidc-foreign-issuer",
        trust,
        `The condition ${key.text} is of another issuer than ${trust.shown}`,
        "sts:AssumeRoleWithWebIdentity by any token of the provider, or by none",
        key,
      ),
    ];
  }
  const own = context.issuers?.map((i) => i.toLowerCase());
  if (own === undefined || own.length === 0 || !EKS.test(issuer) || own.includes(issuer)) return [];
  return [
    report(
      "oidc-foreign-issuer",
      trust,
      `${trust.shown} is not the issuer of this stack's cluster`,
      "sts:AssumeRoleWithWebIdentity by the same service account of the other cluster",
    ),
  ];
}

/** What a statement that trusts web identities lacks. */
export function oidcFindings(statement: Statement, context: TrustContext): Finding[] {
  const providers = statement.principals.filter(
    (p) => p.type === "Federated" && !p.value.includes(":saml-provider/"),
  );
  return providers.flatMap(({ value }) => {
    const shown = value.replace(/^.*:oidc-provider\//, "");
    const trust = { statement, issuer: issuerOf(value), shown };
    const claims = (name: string): Condition[] =>
      statement.conditions.filter((c) => c.key.endsWith(`:${name}`));
    const byAudience = BY_AUDIENCE.has(trust.issuer);
    const foreigners = foreign(trust, context);
    // Under conditions of another issuer, those on the right one are missing too: once is enough.
    if (foreigners.some((f) => f.condition !== undefined)) return foreigners;
    const lenient = statement.conditions.filter((c) => /:(sub|aud)$/.test(c.key) && isLenient(c));
    return [
      ...foreigners,
      ...lenient.map((c) =>
        report(
          "oidc-if-exists",
          trust,
          `${c.text} passes a token without the claim`,
          "sts:AssumeRoleWithWebIdentity with a token that lacks the claim",
          c,
        ),
      ),
      ...(byAudience ? [] : subjects(trust, claims("sub"))),
      ...audiences(trust, claims("aud")),
    ];
  });
}
