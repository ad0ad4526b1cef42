import { isNegated, narrowsResource, namesCallers } from "./conditions";
import { isWild, matches, matchesAny } from "./glob";
import { lookUpAction } from "./data";
import { isStar, takesInEvery } from "./scope";
import { type Condition, type Statement } from "./types";

/** Whether a pattern takes in one of some others; a name is none but itself. */
function takesInAny(pattern: string, others: readonly string[]): boolean {
  return isWild(pattern) && others.some((other) => matches(pattern, other));
}

/** Whether a statement's actions take in an action, or all of an action's pattern. */
function coversAction(statement: Statement, pattern: string): boolean {
  return statement.notActions === undefined
    ? matchesAny(statement.actions, pattern)
    : !matchesAny(statement.notActions, pattern) && !takesInAny(pattern, statement.notActions);
}

/** Whether a statement's resources take in each of some patterns of resources. */
function coversResources(statement: Statement, patterns: readonly string[]): boolean {
  if (statement.notResources !== undefined) {
    const spared = statement.notResources;
    return patterns.every((p) => !spared.some((r) => matches(r, p) || matches(p, r)));
  }
  // A resource policy's statement may leave its resource out: it is the one that it is attached to.
  if (statement.resources.length === 0 || isStar(statement.resources)) return true;
  return (
    patterns.length > 0 && patterns.every((p) => statement.resources.some((r) => matches(r, p)))
  );
}

const answers = new WeakMap<Statement, Map<string, boolean>>();

/** Whether a statement's resources take in all that an action can act on: every topic, whatever its region. */
function coversTargets(statement: Statement, action: string): boolean {
  const known = answers.get(statement) ?? new Map<string, boolean>();
  answers.set(statement, known);
  let answer = known.get(action);
  if (answer === undefined) known.set(action, (answer = findCoversTargets(statement, action)));
  return answer;
}

function findCoversTargets(statement: Statement, action: string): boolean {
  const info = isWild(action) ? undefined : lookUpAction(action);
  if (info === undefined || info.types.length === 0) return false;
  const service = action.slice(0, action.indexOf(":"));
  const isTaken = (type: string): boolean => takesInEvery(statement.resources, service, type);
  return info.required.length > 0 ? info.required.some(isTaken) : info.types.every(isTaken);
}

function isSettled(statement: Statement): boolean {
  return statement.effect === "Deny" && statement.pending.length === 0;
}

/** The denials that ask for nothing: they hold whatever the request is, on what they name. */
export function plainDenials(statements: readonly Statement[]): Statement[] {
  return statements.filter((s) => isSettled(s) && s.conditions.length === 0);
}

/**
 * Whether an action, or all of a pattern, is denied on all of the resources that an allowing statement
 * names; without resources, on every resource.
 */
export function isDenied(
  pattern: string,
  denials: readonly Statement[],
  resources: readonly string[] = ["*"],
): boolean {
  return denials.some(
    (deny) =>
      coversAction(deny, pattern) &&
      (coversResources(deny, resources) || coversTargets(deny, pattern)),
  );
}

/**
 * What denials leave of an action's pattern: the pattern itself, or, where all but some actions are
 * denied (`Deny` with `NotAction`), those of them that the pattern takes in.
 */
export function subtractDenials(
  pattern: string,
  denials: readonly Statement[],
  resources: readonly string[],
): readonly string[] {
  if (isDenied(pattern, denials, resources)) return [];
  const deny = denials.find((d) => d.notActions !== undefined && coversResources(d, resources));
  const spared = deny?.notActions ?? [];
  if (deny === undefined || matchesAny(spared, pattern)) return [pattern];
  return spared.filter((s) => matches(pattern, s));
}

/** The resources that are left where all but some are denied (`Deny` with `NotResource`). */
export function resourcesLeft(
  pattern: string,
  denials: readonly Statement[],
  resources: readonly string[],
): readonly string[] {
  const deny = denials.find((d) => d.notResources !== undefined && coversAction(d, pattern));
  const spared = deny?.notResources ?? [];
  return deny !== undefined && isStar(resources) ? spared : resources;
}

/** What is true of every request but those of AWS's own services, and may stand beside a limit. */
const SPARES_SERVICES = /^aws:(principalisawsservice|viaawsservice)$/;

/**
 * Whether a denial keeps out whatever does not meet a limit: each of its conditions is a limit turned
 * round (`StringNotEquals aws:PrincipalOrgID`), which an absent key meets as well.
 */
function deniesUnless(deny: Statement, isLimit: (condition: Condition) => boolean): boolean {
  const limits = deny.conditions.filter((c) => !SPARES_SERVICES.test(c.key));
  return (
    limits.length > 0 &&
    limits.every((c) => c.qualifier !== "foranyvalue" && isNegated(c) && isLimit(c))
  );
}

/** The same limit, asked for instead of denied. */
const turned = (condition: Condition): Condition => ({
  ...condition,
  operator: condition.operator.replace("not", ""),
  qualifier: undefined,
  ifExists: false,
  // `Null ... true` denies what has no such key.
  values: condition.operator === "null" ? ["false"] : condition.values,
});

/** The denials of an identity policy that stop what is not narrowed: `StringNotEquals aws:ResourceTag/team`. */
export function narrowingDenials(statements: readonly Statement[]): Statement[] {
  return statements.filter(
    (s) => isSettled(s) && deniesUnless(s, (condition) => narrowsResource(turned(condition))),
  );
}

/** The denials of a trust or resource policy that keep out all but some callers, or everyone. */
function callerDenials(statements: readonly Statement[]): Statement[] {
  return statements.filter((s) => {
    if (!isSettled(s)) return false;
    const isOfAll = s.notPrincipals !== undefined || s.principals.some((p) => p.value === "*");
    return isOfAll && (s.conditions.length === 0 || deniesUnless(s, namesCallers));
  });
}

/**
 * Whether everything that a statement allows is denied, in the same document, to all but named callers:
 * API Gateway's and the data perimeter's way to write a list of those who may.
 */
export function isGuardedByDenial(statement: Statement, statements: readonly Statement[]): boolean {
  if (statement.notActions !== undefined || statement.notResources !== undefined) return false;
  const denials = callerDenials(statements);
  return (
    denials.length > 0 &&
    statement.actions.every((action) => isDenied(action, denials, statement.resources))
  );
}
