import { takesWildcards } from "./conditions";
import { isWild } from "./glob";
import { audiences, guests } from "./oidc-audiences";
import { EKS_ISSUER, isPinned, pinsProject } from "./oidc-subjects";
import { BY_AUDIENCE, isEquality, isLenient, report, type Trust } from "./oidc-trust";
import { type Condition, type Finding, type Statement, type TrustContext } from "./types";

/** The issuer (host and path) of a federated principal: of a provider's ARN, or itself. */
export function readIssuer(principal: string): string {
  return (/:oidc-provider\/(.+)$/.exec(principal)?.[1] ?? principal).toLowerCase();
}

function subjects(trust: Trust, claims: readonly Condition[]): Finding[] {
  const firm = claims.filter((c) => isEquality(c) && !isLenient(c));
  if (trust.statement.conditions.some(pinsProject)) return [];
  if (firm.length === 0) {
    if (claims.some((c) => isLenient(c))) return [];
    const who = EKS_ISSUER.test(trust.issuer)
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
    (c) => takesWildcards(c) && c.values.some((v) => !isPinned(trust.issuer, v)),
  );
  // All conditions must hold: one exact subject limits it, whatever else is written beside it.
  const exact = firm.some((c) =>
    c.values.every((v) => !isWild(v) || (takesWildcards(c) && isPinned(trust.issuer, v))),
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

/** A star under StringEquals is a star: no token has it. */
function literalWildcards(trust: Trust, claims: readonly Condition[]): Finding[] {
  return claims
    .filter((c) => isEquality(c) && !takesWildcards(c))
    .filter((c) => c.values.length > 0 && c.values.every(isWild))
    .map((c) =>
      report(
        "oidc-literal-wildcard",
        trust,
        `${c.text} = ${c.values.join(", ")} matches no token`,
        "none at all, the workload that is meant included",
        c,
      ),
    );
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
  if (own === undefined || own.length === 0 || !EKS_ISSUER.test(issuer) || own.includes(issuer)) {
    return [];
  }
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
    const trust = { statement, issuer: readIssuer(value), shown };
    const claims = (name: string): Condition[] =>
      statement.conditions.filter((c) => c.key.endsWith(`:${name}`));
    const byAudience = BY_AUDIENCE.has(trust.issuer);
    const bySubject = byAudience ? [] : subjects(trust, claims("sub"));
    const isSubjectFirm = byAudience
      ? claims("sub").some((c) => isEquality(c) && !isLenient(c) && !c.values.some(isWild))
      : bySubject.every((f) => f.level === "advisory");
    // Facebook and Amazon call the application `app_id`.
    const applications = byAudience ? [...claims("aud"), ...claims("app_id")] : claims("aud");
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
      ...bySubject,
      ...literalWildcards(trust, [...claims("sub"), ...claims("aud")]),
      ...audiences(trust, applications, isSubjectFirm),
      ...guests(trust),
    ];
  });
}
