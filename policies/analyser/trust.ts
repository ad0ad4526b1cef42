import { isFirm, isGuarded, isLimitedWithin, isUndetermined } from "./conditions";
import { isGuardedByDenial } from "./denials";
import { properName } from "./data";
import { matches, matchesAny } from "./glob";
import { oidcFindings } from "./oidc";
import { requestFindings } from "./request-conditions";
import { finding, statementJson } from "./rules";
import { type Finding, type Principal, type Statement, type TrustContext } from "./types";

const POD_IDENTITY = "pods.eks.amazonaws.com";

/** The account of an `AWS` principal that stands for a whole account, or undefined. */
function wholeAccount(principal: Principal): string | undefined {
  if (principal.type !== "AWS") return undefined;
  return /^(?:arn:[^:]*:iam::)?(\d{12})(?::root)?$/.exec(principal.value)?.[1];
}

/** The account of any `AWS` principal. */
export function readAccountId(principal: Principal): string | undefined {
  if (principal.type !== "AWS") return undefined;
  return /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(principal.value)?.[1];
}

/** Whether the principal is everyone: `*`, `{"AWS": "*"}`, or a wildcard where the account is. */
export function isAnyone(principal: Principal): boolean {
  return principal.value === "*" || /^arn:[^:]*:iam::[*?]+:/.test(principal.value);
}

const NAMED = statementJson({
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::ACCOUNT:role/THE-ONE-ROLE" },
  Action: "sts:AssumeRole",
});

/** Keys that name callers as a principal would: roles, or an organisation. */
const NAMES_CALLERS = /^aws:principal(arn|orgid|orgpaths)$/;

/** An account's every principal, by whichever key. */
const EVERY_OF_ACCOUNT = /:(role|user|assumed-role|root)?[/:]?\*+$/;

/**
 * Whether conditions do what naming the principals would: a principal cannot hold a wildcard, so roles by
 * the beginning of their names, or all of an organisation, can be written in no other way.
 */
function namesPrincipals(statement: Statement): boolean {
  return statement.conditions.some(
    (c) =>
      NAMES_CALLERS.test(c.key) &&
      isGuarded({ ...statement, conditions: [c] }) &&
      !(c.key === "aws:principalarn" && c.values.some((v) => EVERY_OF_ACCOUNT.test(v))),
  );
}

function anyone(statement: Statement): Finding[] {
  const open = statement.principals.find(isAnyone);
  if (open === undefined || namesPrincipals(statement)) return [];
  const guarded = isGuarded(statement);
  return [
    finding(guarded ? "trust-anyone-conditioned" : "trust-anyone", {
      statement: statement.id,
      actions: statement.actions.map(properName),
      principal: open.value,
      ...(guarded && { condition: statement.conditions.map((c) => c.text).join(", ") }),
      message: `Principal ${open.type === "*" ? "" : `${open.type}: `}${open.value}${guarded ? " under a condition" : ""}`,
      request: guarded
        ? "sts:AssumeRole by any principal that meets the condition"
        : "sts:AssumeRole by arn:aws:iam::999988887777:user/anyone",
      instead: NAMED,
    }),
  ];
}

function accounts(statement: Statement, context: TrustContext): Finding[] {
  return statement.principals.flatMap((principal) => {
    const account = readAccountId(principal);
    if (account === undefined) return [];
    const isOwn = context.accounts?.includes(account) ?? true;
    const at = {
      statement: statement.id,
      actions: statement.actions.map(properName),
      principal: principal.value,
    };
    if (!isOwn && !isLimitedWithin(statement)) {
      return [
        finding("trust-foreign-account", {
          ...at,
          message: `${principal.value} is of another account, and no sts:ExternalId is asked for`,
          request: `sts:AssumeRole by account ${account} on behalf of another of its customers`,
          instead: statementJson({
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${account}:role/THE-ONE-ROLE` },
            Action: "sts:AssumeRole",
            Condition: { StringEquals: { "sts:ExternalId": "A-SECRET-OF-BOTH" } },
          }),
        }),
      ];
    }
    if (wholeAccount(principal) === undefined || isLimitedWithin(statement)) return [];
    return [
      finding("trust-account-root", {
        ...at,
        message: `${principal.value} stands for every principal of the account`,
        request: `sts:AssumeRole by any user of ${account} who has sts:AssumeRole on *`,
        instead: NAMED,
      }),
    ];
  });
}

function notPrincipal(statement: Statement): Finding[] {
  if (statement.notPrincipals === undefined) return [];
  const named = statement.notPrincipals.map((p) => p.value).join(", ");
  return [
    finding("trust-not-principal", {
      statement: statement.id,
      actions: statement.actions.map(properName),
      principal: named,
      message: `Allow with NotPrincipal ${named}`,
      request: "sts:AssumeRole by arn:aws:iam::999988887777:user/anyone",
      instead: NAMED,
    }),
  ];
}

function wildActions(statement: Statement): Finding[] {
  // `sts:AssumeRole*` is the mildest spelling; all of them take in ways that the trust does not mean.
  const wild = statement.notActions ?? statement.actions.filter((action) => /[*?]/.test(action));
  if (wild.length === 0) return [];
  return [
    finding("trust-all-actions", {
      statement: statement.id,
      actions: wild,
      message: `The trust allows ${statement.notActions === undefined ? wild.join(", ") : "NotAction"}`,
      request: "sts:TagSession with tags of the caller's choice, or another way to assume",
      instead: statementJson({ Effect: "Allow", Action: "sts:AssumeRole" }),
    }),
  ];
}

function podIdentity(statements: readonly Statement[]): Finding[] {
  const trusts = (s: Statement): boolean =>
    s.principals.some((p) => p.type === "Service" && p.value.toLowerCase() === POD_IDENTITY);
  const own = statements.filter((s) => s.effect === "Allow" && trusts(s));
  const first = own[0];
  if (first === undefined || own.some((s) => matchesAny(s.actions, "sts:tagsession"))) return [];
  return [
    finding("pod-identity-no-tag-session", {
      statement: first.id,
      actions: first.actions.map(properName),
      principal: POD_IDENTITY,
      message: `The trust in ${POD_IDENTITY} lacks sts:TagSession`,
      request: "none at all: the agent's sts:AssumeRole with session tags is refused",
      instead: statementJson({
        Effect: "Allow",
        Principal: { Service: POD_IDENTITY },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      }),
    }),
  ];
}

const ROLES_ANYWHERE = /^rolesanywhere\.amazonaws\.com(\.cn)?$/;

/** IAM Roles Anywhere says by which trust anchor a session comes, and what its certificate says of itself. */
function rolesAnywhere(statement: Statement): Finding[] {
  const isTrusted = statement.principals.some(
    (p) => p.type === "Service" && ROLES_ANYWHERE.test(p.value.toLowerCase()),
  );
  const isLimited =
    isGuarded(statement) ||
    statement.conditions.some((c) => c.key.startsWith("aws:principaltag/x509") && isFirm(c));
  if (!isTrusted || isLimited) return [];
  return [
    finding("roles-anywhere-no-source", {
      statement: statement.id,
      actions: statement.actions.map(properName),
      principal: "rolesanywhere.amazonaws.com",
      message: "The trust in rolesanywhere.amazonaws.com names no trust anchor and no certificate",
      request:
        "rolesanywhere:CreateSession with any certificate of any trust anchor of the account",
      instead: statementJson({
        Effect: "Allow",
        Principal: { Service: "rolesanywhere.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        Condition: {
          ArnEquals: { "aws:SourceArn": "arn:aws:rolesanywhere:REGION:ACCOUNT:trust-anchor/ID" },
          StringEquals: { "aws:PrincipalTag/x509Subject/CN": "THE-ONE-COMMON-NAME" },
        },
      }),
    }),
  ];
}

/** All findings on a trust policy's statements. */
export function trustFindings(statements: readonly Statement[], context: TrustContext): Finding[] {
  const allowing = statements.filter((s) => s.effect === "Allow" && !isUndetermined(s));
  return [
    ...allowing.flatMap((statement) => [
      ...(isGuardedByDenial(statement, statements)
        ? []
        : [...anyone(statement), ...accounts(statement, context)]),
      ...notPrincipal(statement),
      ...wildActions(statement),
      ...rolesAnywhere(statement),
      ...requestFindings(statement),
      ...oidcFindings(statement, context),
    ]),
    ...podIdentity(statements),
  ];
}

/** Who may assume a role, as far as it distinguishes node roles from workload roles. */
export interface Trusted {
  ec2: boolean;
  workload: boolean;
}

/** Whether a trust policy admits machines (ec2), or a workload by web identity or Pod Identity. */
export function trustedBy(statements: readonly Statement[]): Trusted {
  const principals = statements.filter((s) => s.effect === "Allow").flatMap((s) => s.principals);
  const service = (name: string): boolean =>
    principals.some(
      (p) => p.type === "Service" && matches(name, p.value.toLowerCase().replace(/\.cn$/, "")),
    );
  return {
    ec2: service("ec2.amazonaws.com"),
    workload:
      service(POD_IDENTITY) ||
      principals.some((p) => p.type === "Federated" && !p.value.includes(":saml-provider/")),
  };
}
