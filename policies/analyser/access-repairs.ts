import { type ConditionBlock, repairedConditions, withConditions } from "./condition-repair";
import { isFirm, isLiteralWildcard, isMisusedForAll, isVacuous } from "./conditions";
import { repairedOidc } from "./advice-oidc";
import { readArnParts } from "./placeholders";
import { isAnyone } from "./trust";
import { type AnalyseOptions, type Condition, type Principal, type Statement } from "./types";

type Json = Record<string, unknown>;
/** A repair of one kind of fault: it answers with the statements that take the place of the one given. */
type Repair = (statement: Statement, options: AnalyseOptions) => Json[];

const single = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values);

/** Principals as JSON has them, by their types. */
function principalJson(principals: readonly Principal[]): unknown {
  const types = [...new Set(principals.map(({ type }) => type))];
  if (types.length === 1 && types[0] === "*") return "*";
  return Object.fromEntries(
    types.map((type) => [
      type,
      single(principals.filter((p) => p.type === type).map(({ value }) => value)),
    ]),
  );
}

const isDangling = (c: Condition): boolean => isVacuous(c) || c.ifExists || isMisusedForAll(c);

/** Repairs the conditions that hold nothing back, and leaves the rest of the statement. */
const repairConditions: Repair = (statement) => [
  rewrite(statement, { Condition: repairedConditions(statement, isDangling) }),
];

/** Has wildcards under StringEquals taken as wildcards. */
const likeWildcards: Repair = (statement) => {
  const block: ConditionBlock = {};
  for (const condition of statement.conditions) {
    const at = condition.text.indexOf(" ");
    const key = condition.text.slice(at + 1);
    const written = condition.text.slice(0, at);
    const like = /arn$/i.test(key) ? "ArnLike" : "StringLike";
    const operator = isLiteralWildcard(condition)
      ? written.replace(/StringEquals(IgnoreCase)?/i, like)
      : written;
    block[operator] = { ...block[operator], [key]: single(condition.values) };
  }
  return [rewrite(statement, { Condition: block })];
};

/** The source of a statement with other elements; one that becomes undefined goes. */
function rewrite(statement: Statement, changes: Json): Json {
  const merged: Json = { ...statement.source, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

function parts(statement: Statement): ReturnType<typeof readArnParts> {
  return readArnParts([...statement.principals.map(({ value }) => value), ...statement.resources]);
}

/** The principals that a statement's own conditions name, or a role to be filled in. */
function namedPrincipals(statement: Statement): Principal[] {
  const values = (key: string): string[] =>
    statement.conditions
      .filter((c) => c.key === key && isFirm(c))
      .flatMap((c) => c.values)
      .filter((value) => !/[*?]/.test(value));
  const arns = values("aws:principalarn").filter((arn) => !arn.includes(":assumed-role/"));
  if (arns.length > 0) return arns.map((value) => ({ type: "AWS", value }));
  const { partition } = parts(statement);
  const accounts = values("aws:principalaccount");
  const own = accounts.length > 0 ? accounts : ["ACCOUNT"];
  return own.map((id) => ({ type: "AWS", value: `arn:${partition}:iam::${id}:role/ROLE_NAME` }));
}

/** Repairs the conditions that hold nothing back; failing that, names the principals. */
const namePrincipals: Repair = (statement) => {
  if (statement.conditions.some(isDangling)) {
    return [rewrite(statement, { Condition: repairedConditions(statement, isDangling) })];
  }
  const kept = statement.principals.filter((principal) => !isAnyone(principal));
  const principals = kept.length > 0 ? kept : namedPrincipals(statement);
  return [rewrite(statement, { Principal: principalJson(principals), NotPrincipal: undefined })];
};

const nameRoles: Repair = (statement) => {
  const principals = statement.principals.map((principal) => {
    const account = /^(?:arn:[^:]*:iam::)?(\d{12})(?::root)?$/.exec(principal.value)?.[1];
    if (principal.type !== "AWS" || account === undefined) return principal;
    const value = `arn:${parts(statement).partition}:iam::${account}:role/ROLE_NAME`;
    return { type: "AWS", value };
  });
  return [rewrite(statement, { Principal: principalJson(principals) })];
};

function addConditions(statement: Statement, more: Record<string, Record<string, unknown>>): Json {
  const repaired = repairedConditions(statement, isDangling);
  return rewrite(statement, { Condition: withConditions(repaired, more) });
}

const askExternalId: Repair = (statement) => [
  addConditions(statement, { StringEquals: { "sts:ExternalId": "EXTERNAL_ID" } }),
];

const askOrganisation: Repair = (statement) => [
  addConditions(statement, { StringEquals: { "aws:PrincipalOrgID": "o-YOUR_ORG_ID" } }),
];

/** The ways to assume a role that a principal has. */
function waysIn(principal: Principal): string[] {
  if (principal.type === "Federated") {
    return principal.value.includes(":saml-provider/")
      ? ["sts:AssumeRoleWithSAML"]
      : ["sts:AssumeRoleWithWebIdentity"];
  }
  return principal.value === "pods.eks.amazonaws.com"
    ? ["sts:AssumeRole", "sts:TagSession"]
    : ["sts:AssumeRole"];
}

const nameActions: Repair = (statement) => {
  const written = [statement.source.Action].flat().filter((a) => typeof a === "string");
  const exact = written.filter((action) => !/[*?]/.test(action));
  const ways = new Set([...exact, ...statement.principals.flatMap(waysIn)]);
  return [rewrite(statement, { Action: single([...ways]), NotAction: undefined })];
};

const tagSession: Repair = (statement) => {
  const written = [statement.source.Action].flat().filter((a) => typeof a === "string");
  return [rewrite(statement, { Action: [...written, "sts:TagSession"] })];
};

/** ARNs of what makes a service act, by the first label of its principal. */
const SOURCES: Record<string, string> = {
  s3: "arn:PARTITION:s3:::BUCKET_NAME",
  sns: "arn:PARTITION:sns:REGION:ACCOUNT:TOPIC_NAME",
  events: "arn:PARTITION:events:REGION:ACCOUNT:rule/RULE_NAME",
  cloudfront: "arn:PARTITION:cloudfront::ACCOUNT:distribution/DISTRIBUTION_ID",
  cloudtrail: "arn:PARTITION:cloudtrail:REGION:ACCOUNT:trail/TRAIL_NAME",
};

const askSource: Repair = (statement) => {
  const services = statement.principals.filter(({ type }) => type === "Service");
  const others = statement.principals.filter(({ type }) => type !== "Service");
  const { partition, region, account } = parts(statement);
  const label = (services[0]?.value ?? "").split(".")[0] ?? "";
  const source = (SOURCES[label] ?? "ARN_OF_THE_SOURCE")
    .replace("PARTITION", partition)
    .replace("REGION", region)
    .replace("ACCOUNT", account);
  const limited = addConditions(statement, {
    StringEquals: { "aws:SourceAccount": account },
    ArnLike: { "aws:SourceArn": source },
  });
  if (others.length === 0) return [limited];
  // A person or a role has no source: under the condition it would be shut out.
  return [
    rewrite(statement, { Principal: principalJson(others) }),
    { ...limited, Sid: undefined, Principal: principalJson(services) },
  ];
};

const askTrustAnchor: Repair = (statement) => {
  const { partition, region, account } = parts(statement);
  const anchor = `arn:${partition}:rolesanywhere:${region}:${account}:trust-anchor/TRUST_ANCHOR_ID`;
  return [addConditions(statement, { ArnEquals: { "aws:SourceArn": anchor } })];
};

/** What mends each rule on who gets in. */
export const REPAIRS: Readonly<Record<string, Repair>> = {
  "condition-if-exists": repairConditions,
  "condition-for-all-values": repairConditions,
  "condition-vacuous": repairConditions,
  "condition-literal-wildcard": likeWildcards,
  "key-service-no-source": askSource,
  "roles-anywhere-no-source": askTrustAnchor,
  "cognito-no-amr": (statement, { issuers }) => [repairedOidc(statement, issuers)],
  "trust-anyone": namePrincipals,
  "trust-anyone-conditioned": (statement) => [
    rewrite(statement, { Principal: principalJson(namedPrincipals(statement)) }),
  ],
  "trust-not-principal": namePrincipals,
  "trust-account-root": nameRoles,
  "trust-foreign-account": askExternalId,
  "trust-all-actions": nameActions,
  "pod-identity-no-tag-session": tagSession,
  "resource-public": namePrincipals,
  "resource-not-principal": namePrincipals,
  "resource-foreign-account": askOrganisation,
  "resource-service-no-source": askSource,
  ...Object.fromEntries(
    [
      "no-sub",
      "wildcard-sub",
      "literal-wildcard",
      "no-aud",
      "if-exists",
      "foreign-issuer",
      "extra-audience",
      "shared",
    ].map((name): [string, Repair] => [
      `oidc-${name}`,
      (statement, { issuers }) => [repairedOidc(statement, issuers)],
    ]),
  ),
};
