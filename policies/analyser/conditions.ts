import { guardKind, isToolTag, namesResource, sourceKind } from "./condition-keys";
import { areNarrow, areNarrowRanges, isEveryResource, type ValueKind } from "./condition-values";
import { isListKey } from "./data";
import { isWild } from "./glob";
import { type Condition, type Statement } from "./types";

const GLOBAL_LIST_KEYS = new Set([
  "aws:tagkeys",
  "aws:calledvia",
  "aws:principalorgpaths",
  "aws:sourceorgpaths",
  "aws:resourceorgpaths",
  "aws:vpceorgpaths",
  "aws:principalservicenameslist",
]);

/** Whether the operator asks for the opposite: all that is not named passes, the absent key too. */
export function isNegated(condition: Condition): boolean {
  if (condition.operator === "null") return condition.values.every((value) => value === "true");
  return condition.operator.includes("not");
}

/** Whether the operator takes `*` and `?` for wildcards; StringEquals takes them as they are written. */
export function takesWildcards({ operator }: Condition): boolean {
  return operator.endsWith("like") || operator.startsWith("arn");
}

/** Whether the condition is true of every request that it can be asked of: `StringLike ... *`, 0.0.0.0/0. */
export function isVacuous(condition: Condition): boolean {
  let known = vacuous.get(condition);
  if (known === undefined) vacuous.set(condition, (known = findVacuous(condition)));
  return known;
}

/** Each rule, and each proposal, asks it of the same conditions. */
const vacuous = new WeakMap<Condition, boolean>();

function findVacuous(condition: Condition): boolean {
  const { key, operator, values } = condition;
  if (operator === "null") return !isNegated(condition) && !isToolTag(key);
  if (operator === "ipaddress") return values.length > 0 && !areNarrowRanges(values);
  if (isNegated(condition) || isToolTag(key)) return false;
  if (takesWildcards(condition)) {
    return values.some((value) => isEveryResource(value, key) || /^arn:\*(:\*)*$/.test(value));
  }
  return operator.startsWith("string") && values.some((value) => isVoidEquality(value, key));
}

/** A value that an equality holds nothing back by: the key's own variable, or an administrator's policy. */
function isVoidEquality(value: string, key: string): boolean {
  return !isWild(value) && isEveryResource(value, key);
}

/** Whether ForAllValues is on a key with one value: it is true where the key is absent. */
export function isMisusedForAll(condition: Condition): boolean {
  if (condition.qualifier !== "forallvalues") return false;
  return !GLOBAL_LIST_KEYS.has(condition.key) && !isListKey(condition.key);
}

/** Lists that every request of their actions has: ForAllValues holds for each of the values that are there. */
const NEVER_EMPTY =
  /^(route53:changeresourcerecordsets.*|dynamodb:(leadingkeys|(first|second|third|fourth)partitionkeyvalues))$/;

/** Whether the condition can be met only by a request that has the key with one of the named values. */
export function isFirm(condition: Condition): boolean {
  if (condition.ifExists) return false;
  if (condition.qualifier === "forallvalues" && !NEVER_EMPTY.test(condition.key)) return false;
  return !isNegated(condition) && !isVacuous(condition);
}

/** Whether one condition narrows what an identity policy's statement acts on. */
export function narrowsResource(condition: Condition): boolean {
  return isFirm(condition) && namesResource(condition.key, condition.operator);
}

/** Whether a statement of an identity policy is narrowed by what it acts on. */
export function isNarrowed(statement: Statement): boolean {
  return statement.conditions.some(narrowsResource);
}

/** The operators that compare a key with values that can name a caller or a source. */
const COMPARING =
  /^(string(not)?(equals|equalsignorecase|like)|arn(not)?(equals|like)|bool|(not)?ipaddress)$/;

function namesSome(condition: Condition, kind: ValueKind | undefined): boolean {
  if (kind === undefined || !COMPARING.test(condition.operator)) return false;
  // Under StringEquals a wildcard matches nobody: a defect, reported as one, but open to none.
  if (isLiteralWildcard(condition) && kind !== "address") return true;
  return areNarrow(kind, condition.values);
}

/** Whether the condition names some callers or sources and not all of them, be it to let in or keep out. */
export function namesCallers(condition: Condition): boolean {
  return namesSome(condition, guardKind(condition.key));
}

const isLenient = ({ ifExists, qualifier }: Condition): boolean =>
  ifExists || qualifier === "forallvalues";

/** Whether a trust or resource policy's statement is narrowed by who calls or from where, firmly. */
export function isGuarded(statement: Statement): boolean {
  return statement.conditions.some((c) => !isNegated(c) && !isLenient(c) && namesCallers(c));
}

/** Keys that say when and how an account's principal comes, and not which of them. */
const OF_NOBODY =
  /^aws:(securetransport|requestedregion|currenttime|epochtime|tokenissuetime|useragent|referer|multifactor.*)$/;

/** Whether a statement that trusts a named account is narrowed further: to a tag, an external id, a name. */
export function isLimitedWithin(statement: Statement): boolean {
  return statement.conditions.some((c) => isFirm(c) && !OF_NOBODY.test(c.key));
}

/** Whether a statement that trusts services says on whose behalf they may come. */
export function namesSource(statement: Statement): boolean {
  return statement.conditions.some(
    (c) => !isNegated(c) && !isLenient(c) && namesSome(c, sourceKind(c.key)),
  );
}

/** Whether each value holds a wildcard under an operator that takes it as it is written: none matches. */
export function isLiteralWildcard(condition: Condition): boolean {
  const { operator, values } = condition;
  return (
    /^stringequals/.test(operator) &&
    values.length > 0 &&
    values.every((value) => isWild(value.replace(/\$\{[^}]*\}/g, "")))
  );
}

/** Keys that a trust policy asks for, and that IfExists makes it ask of nobody. */
const ASKED_FOR = /^(aws:multifactorauth(present|age)|aws:principaltag\/x509.*|sts:externalid)$/;

/** Whether a condition asks for a second factor, an external id or a certificate only of those who have one. */
export function asksOfNobody(condition: Condition): boolean {
  const { ifExists, key, operator, values } = condition;
  if (!ifExists || isNegated(condition)) return false;
  if (key === "aws:multifactorauthpresent") {
    return operator === "bool" && values.every((value) => value.toLowerCase() === "true");
  }
  return ASKED_FOR.test(key);
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
