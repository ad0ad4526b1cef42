import { isListKey } from "./data";
import { matchesEverything } from "./glob";
import { type Condition, type Statement } from "./types";

/**
 * Keys that say when, from where or by whom, and not on what: a statement on every resource stays on
 * every resource under them.
 */
const WEAK_KEYS = new RegExp(
  "^(aws:(requestedregion|securetransport|multifactorauth(present|age)|currenttime|epochtime|" +
    "tokenissuetime|source.*|vpcsourceip|useragent|referer|principal.*|userid|username|" +
    "resourceaccount|resourceorg(id|paths)|federatedprovider|ec2instancesource.*)" +
    "|ec2:(region|sourceinstancearn)|s3:(authtype|signature.*|tlsversion|x-amz-.*|resourceaccount)|saml:.*)$",
);

/** Keys whose mere presence narrows (a tag that must be there): `StringLike ... *` on one is no void. */
const TAG_KEYS = /^([a-z0-9-]+:)(resourcetag|requesttag|principaltag)\/|^s3:existingobjecttag\//;

const GLOBAL_LIST_KEYS = new Set([
  "aws:tagkeys",
  "aws:calledvia",
  "aws:principalorgpaths",
  "aws:sourceorgpaths",
  "aws:resourceorgpaths",
  "aws:principalservicenameslist",
]);

/** Whether the operator asks for the opposite: all that is not named passes, the absent key too. */
export function isNegated(condition: Condition): boolean {
  if (condition.operator === "null") return condition.values.every((value) => value === "true");
  return condition.operator.includes("not");
}

/** Whether the condition is true of every request: `StringLike aws:SourceArn *`, 0.0.0.0/0. */
export function isVacuous(condition: Condition): boolean {
  if (condition.operator.endsWith("like") || condition.operator === "arnequals") {
    if (isNegated(condition) || TAG_KEYS.test(condition.key)) return false;
    return condition.values.some(
      (value) => matchesEverything(value) || /^arn:\*(:\*)*$/.test(value),
    );
  }
  if (condition.operator === "ipaddress") {
    return condition.values.some((value) => value === "0.0.0.0/0" || value === "::/0");
  }
  return false;
}

/** Whether ForAllValues is on a key with one value: it is true where the key is absent. */
export function isMisusedForAll(condition: Condition): boolean {
  if (condition.qualifier !== "forallvalues") return false;
  return !GLOBAL_LIST_KEYS.has(condition.key) && !isListKey(condition.key);
}

/** Whether the condition can be met only by a request that has the key with one of the named values. */
export function isFirm(condition: Condition): boolean {
  if (condition.ifExists || condition.qualifier === "forallvalues") return false;
  return !isNegated(condition) && !isVacuous(condition);
}

/** Whether a statement of an identity policy is narrowed by what it acts on. */
export function isNarrowed(statement: Statement): boolean {
  return statement.conditions.some(
    (condition) => isFirm(condition) && !WEAK_KEYS.test(condition.key),
  );
}

/** Whether a trust or resource policy's statement is narrowed by who calls, firmly. */
export function isGuarded(statement: Statement): boolean {
  return statement.conditions.some(
    (condition) =>
      isFirm(condition) &&
      !/^aws:(securetransport|requestedregion|currenttime|epochtime|useragent|referer|multifactor.*)$/.test(
        condition.key,
      ),
  );
}

/** The conditions by which a statement acts only on resources that hold a tag, and the tag's key. */
export function resourceTags(statement: Statement): { tag: string; condition: Condition }[] {
  return statement.conditions.flatMap((condition) => {
    const tag = /^[a-z0-9-]+:resourcetag\/(.+)$/.exec(condition.key)?.[1];
    return tag !== undefined && isFirm(condition) ? [{ tag, condition }] : [];
  });
}

/** Whether the part of the statement that its verdict rests on is not known yet. */
export function isUndetermined(statement: Statement): boolean {
  return statement.pending.some((path) =>
    /\.(Condition|Effect|NotAction|NotResource|NotPrincipal)(\.|$)/.test(path),
  );
}
