import { takesWildcards } from "./conditions";
import { isWild, matches } from "./glob";
import { EKS_ISSUER, GITHUB_ISSUER, isProjectSubject } from "./oidc-subjects";
import { isEquality, isLenient, report, type Trust } from "./oidc-trust";
import { finding, statementJson } from "./rules";
import { type Condition, type Finding } from "./types";

/** Whether tokens of the provider are made for workloads, and for one audience each. */
function isForWorkloads({ statement, issuer }: Trust): boolean {
  const subjects = statement.conditions.filter((c) => c.key === `${issuer}:sub`);
  return (
    EKS_ISSUER.test(issuer) ||
    GITHUB_ISSUER.test(issuer) ||
    subjects.some((c) => c.values.some(isProjectSubject))
  );
}

/** Whether an audience is that of every pod's default token. */
export function isEveryPods(audience: string, issuer: string): boolean {
  return (
    /^(https:\/\/)?kubernetes\.default\.svc/.test(audience) ||
    (EKS_ISSUER.test(issuer) && audience === `https://${issuer}`)
  );
}

/** Audiences that are not the role's alone: beside another, or that of every pod's own token. */
function extraAudiences(trust: Trust, firm: readonly Condition[]): Finding[] {
  if (!isForWorkloads(trust)) return [];
  const extra = firm.find(
    (c) => c.values.length > 1 || c.values.some((value) => isEveryPods(value, trust.issuer)),
  );
  if (extra === undefined) return [];
  return [
    report(
      "oidc-extra-audience",
      trust,
      `The audiences ${extra.values.join(", ")} are not the role's alone`,
      `sts:AssumeRoleWithWebIdentity with a token made for ${extra.values.find((v) => !v.startsWith("sts.amazonaws.com")) ?? ""}`,
      extra,
    ),
  ];
}

export function audiences(
  trust: Trust,
  claims: readonly Condition[],
  isSubjectFirm: boolean,
): Finding[] {
  const firm = claims.filter(
    (c) =>
      isEquality(c) && !isLenient(c) && !(takesWildcards(c) && c.values.some((v) => isWild(v))),
  );
  if (firm.length > 0) return extraAudiences(trust, firm);
  if (claims.some(isLenient)) return [];
  // STS takes only the audiences on the provider's own list. Where a subject is pinned that list is
  // enough for a service whose documentation leaves the audience out; EKS's and GitHub's do not.
  const isListEnough =
    claims.length === 0 &&
    isSubjectFirm &&
    !EKS_ISSUER.test(trust.issuer) &&
    !GITHUB_ISSUER.test(trust.issuer);
  if (isListEnough) return [];
  return [
    report(
      "oidc-no-aud",
      trust,
      `The trust in ${trust.shown} has no equality on :aud`,
      "sts:AssumeRoleWithWebIdentity with a token made for another audience",
    ),
  ];
}

const COGNITO = "cognito-identity.amazonaws.com";

/** Whether a condition on Cognito's claims keeps guests apart from those who signed in, or names one user. */
export function tellsGuests(c: Condition): boolean {
  if (!isEquality(c) || isLenient(c)) return false;
  if (c.key === `${COGNITO}:sub`) return !c.values.some(isWild);
  if (c.key !== `${COGNITO}:amr`) return false;
  return !c.values.some(
    (value) => matches(value, "authenticated") && matches(value, "unauthenticated"),
  );
}

export function guests(trust: Trust): Finding[] {
  if (trust.issuer !== COGNITO || trust.statement.conditions.some(tellsGuests)) return [];
  return [
    finding("cognito-no-amr", {
      statement: trust.statement.id,
      actions: ["sts:AssumeRoleWithWebIdentity"],
      principal: COGNITO,
      message: `The trust in ${COGNITO} does not ask who has signed in`,
      request: "sts:AssumeRoleWithWebIdentity by a guest of the identity pool",
      instead: statementJson({
        Effect: "Allow",
        Principal: { Federated: COGNITO },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [`${COGNITO}:aud`]: "REGION:THE-IDENTITY-POOL" },
          "ForAnyValue:StringLike": { [`${COGNITO}:amr`]: "authenticated" },
        },
      }),
    }),
  ];
}
