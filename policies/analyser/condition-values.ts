import { isWild, matches, matchesEverything } from "./glob";

/** How the value of a condition key has to look to name some callers or sources, and not all of them. */
export type ValueKind =
  "account" | "address" | "arn" | "endpoint" | "id" | "organisation" | "true" | "user-id";

/** IAM's variables that stand for the resource's own side: the caller has no say in their values. */
const OWN_VARIABLES: readonly (readonly [RegExp, string])[] = [
  [/\$\{aws:resourceaccount\}/gi, "111122223333"],
  [/\$\{aws:resourceorgid\}/gi, "o-resource"],
  [/\$\{aws:resourceorgpaths\}/gi, "o-resource/r-own/"],
];

/**
 * A value with its variables filled in: those of the resource's side by an example, a literal wildcard
 * (`${*}`) by a letter, and the rest, which the caller may choose, by a star.
 */
function fillVariables(value: string): string {
  if (!value.includes("${")) return value;
  return OWN_VARIABLES.reduce((text, [variable, own]) => text.replace(variable, own), value)
    .replace(/\$\{[*?$]\}/g, "x")
    .replace(/\$\{[^}]*\}/g, "*");
}

/** ARNs that name no account; their names or ids are unique in the world. */
const WITHOUT_ACCOUNT: ReadonlySet<string> = new Set(["s3", "route53", "apigateway"]);

/** S3's resources that are no buckets: their names are unique in an account only. */
const S3_OF_ACCOUNT = /^(accesspoint|access-grants|async-request|job|storage-lens)/;

function namesUniqueResource(service: string, resource: string): boolean {
  if (service === "s3" && S3_OF_ACCOUNT.test(resource)) return false;
  if (service === "s3") return /^[^*?/]+(\/|$)/.test(resource);
  return /^\/?[^*?/]+\/[^*?/]+(\/|$)/.test(resource);
}

/**
 * Whether an ARN pattern names an account, or a resource of a name that is unique in the world. A role's
 * or a topic's name alone is not: anyone may have one of that name.
 */
function namesOwner(arn: string): boolean {
  const [, , service = "", , account = "", ...rest] = arn.split(":");
  // A star may stand for several parts: `arn:*:111122223333:*` names the account all the same.
  if (rest.length === 0) return /:\d{12}(:|$)/.test(arn);
  if (/^[a-z0-9-]+$/.test(account)) return true;
  return WITHOUT_ACCOUNT.has(service) && namesUniqueResource(service, rest.join(":"));
}

/** S3's own bounds for "not public": nothing wider than these prefixes. */
const WIDEST_V4 = 8;
const WIDEST_V6 = 32;
/** So many ranges of the widest kind are as good as one that is wider. */
const MANY_RANGES = 16;

/** The share of a range in the widest that is taken for narrow; 1 is that width itself. */
function rangeWidth(cidr: string): number {
  const [address = "", prefix] = cidr.split("/");
  const isV6 = address.includes(":");
  const bits = prefix === undefined ? (isV6 ? 128 : 32) : Number(prefix);
  if (isWild(address) || !Number.isInteger(bits)) return Infinity;
  return 2 ** ((isV6 ? WIDEST_V6 : WIDEST_V4) - bits);
}

/** Whether ranges of addresses leave most of the internet out. */
export function areNarrowRanges(cidrs: readonly string[]): boolean {
  const widths = cidrs.map(rangeWidth);
  return (
    widths.every((width) => width <= 1) && widths.reduce((all, one) => all + one, 0) <= MANY_RANGES
  );
}

const TESTS: Record<Exclude<ValueKind, "address">, (value: string) => boolean> = {
  account: (value) => /^\d{12}$/.test(value),
  arn: namesOwner,
  // A mail domain, a host, or a queue or function of an account.
  endpoint: (value) =>
    /@[^*?]+\.[^*?]+$/.test(value) || /^https?:\/\/[^*?/]+\//.test(value) || namesOwner(value),
  id: (value) => value !== "" && !isWild(value),
  // An organisation, alone or as the beginning of a path: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`.
  organisation: (value) => /^o-[^*?/]+(\/|$)/.test(value),
  true: (value) => value.toLowerCase() === "true",
  // The id of a user, or of a role before the colon: `AROAEXAMPLEID:*`.
  "user-id": (value) => /^[^*?:]{5,}(:|$)/.test(value),
};

/** Whether each value names some, and none of them everybody: of several values one is enough. */
export function areNarrow(kind: ValueKind, written: readonly string[]): boolean {
  if (written.length === 0) return true;
  const values = written.map(fillVariables);
  return kind === "address" ? areNarrowRanges(values) : values.every(TESTS[kind]);
}

/** Policies that make an administrator: whoever may attach one of them is held back by nothing. */
const ADMINISTRATORS = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"].map(
  (name) => `arn:aws:iam::aws:policy/${name}`,
);

/** An ARN whose name is all wildcard: `arn:aws:ec2:*:*:vpc/*`, `arn:aws:lambda:eu-west-1:111122223333:function:*`. */
const EVERY_OF_A_TYPE = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:[a-zA-Z-]+[/:])?[*?/:]+$/;

/**
 * Whether a value of a key that names a resource takes in every one of its kind. A value that is the
 * variable of its own key is equal to itself whatever it is.
 */
export function isEveryResource(value: string, key: string): boolean {
  if (value.toLowerCase() === `\${${key}}`) return true;
  return (
    matchesEverything(value) ||
    EVERY_OF_A_TYPE.test(value) ||
    (value.includes(":policy/") && ADMINISTRATORS.some((admin) => matches(value, admin))) ||
    /^(alias\/|\*\.amazonaws\.com(\.cn)?$)\**$/.test(value)
  );
}
