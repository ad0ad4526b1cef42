import { truncateList } from "./breadth";
import { isFirm, isNarrowed, isUndetermined } from "./conditions";
import { lookUpAction } from "./data";
import { isDenied, narrowingDenials, plainDenials } from "./denials";
import { type Path, PATHS } from "./escalation-paths";
import { isWild, matches, matchesAny } from "./glob";
import { finding, statementJson } from "./rules";
import { coversType, isStar, isUnscoped } from "./scope";
import { type Finding, type Statement } from "./types";

/** A document of a role, by the name that messages give it. */
export interface Part {
  label: string;
  statements: readonly Statement[];
}

/** What a set of documents grants of the actions that paths are made of. */
interface Grants {
  /** Allowed on some resource, under no condition that counts. */
  held: ReadonlySet<string>;
  /** Allowed on every resource it can be limited to. */
  open: ReadonlySet<string>;
  /** The services that any role may be passed to; `*` for all of them. */
  passes: readonly string[];
}

const byService = new Map<string, string[]>();
for (const action of new Set(PATHS.flatMap((path) => path.actions))) {
  const service = action.slice(0, action.indexOf(":"));
  byService.set(service, [...(byService.get(service) ?? []), action]);
}
const ALL: ReadonlySet<string> = new Set([...byService.values()].flat());

/** Paths by their first action: a principal holds few of those that paths begin with. */
const byFirst = new Map<string, Path[]>();
for (const path of PATHS) {
  const first = path.actions[0] ?? "";
  byFirst.set(first, [...(byFirst.get(first) ?? []), path]);
}
const order = new Map(PATHS.map((path, index) => [path, index]));

/** Where a path is in the order in which paths are reported. */
const rank = (path: Path): number => order.get(path) ?? PATHS.length;

const taken = new Map<string, readonly string[]>();

/** The actions of paths that a pattern takes in. */
function takenIn(pattern: string): readonly string[] {
  let known = taken.get(pattern);
  if (known === undefined) {
    if (taken.size > 20_000) taken.clear();
    const prefix = pattern.slice(0, Math.max(pattern.indexOf(":"), 0));
    const candidates = isWild(prefix) || prefix === "" ? [...ALL] : (byService.get(prefix) ?? []);
    known = candidates.filter((action) => matches(pattern, action));
    taken.set(pattern, known);
  }
  return known;
}

/** The actions of paths that a statement allows. */
function relevant(statement: Statement): readonly string[] {
  const { notActions } = statement;
  if (notActions !== undefined) return [...ALL].filter((action) => !matchesAny(notActions, action));
  const found = new Set<string>();
  for (const pattern of statement.actions) {
    if (ALL.has(pattern)) found.add(pattern);
    else if (isWild(pattern)) for (const action of takenIn(pattern)) found.add(action);
  }
  return [...found];
}

/** The services that the statement lets any role be passed to. */
function passedTo(statement: Statement, resources: readonly string[]): readonly string[] {
  const allowed =
    statement.notActions === undefined
      ? matchesAny(statement.actions, "iam:passrole")
      : !matchesAny(statement.notActions, "iam:passrole");
  if (!allowed || !(coversType(resources, "iam", "role") || isStar(resources))) return [];
  const services = statement.conditions.find((c) => c.key === "iam:passedtoservice" && isFirm(c));
  const others = { ...statement, conditions: statement.conditions.filter((c) => c !== services) };
  if (isNarrowed(others)) return [];
  return services === undefined
    ? ["*"]
    : services.values.map((v) => v.toLowerCase().replace(/\.cn$/, ""));
}

function collectGrants(parts: readonly Part[]): Grants {
  const held = new Set<string>();
  const open = new Set<string>();
  const passes: string[] = [];
  const all = parts.flatMap((part) => part.statements);
  const denials = plainDenials(all);
  // What is denied unless it is narrowed is as good as narrowed.
  const stopping = denials.concat(narrowingDenials(all));
  for (const statement of all) {
    if (statement.effect !== "Allow" || isUndetermined(statement)) continue;
    const resources = statement.notResources === undefined ? statement.resources : ["*"];
    if (resources.length === 0) continue;
    if (!isDenied("iam:passrole", stopping, resources)) {
      passes.push(...passedTo(statement, resources));
    }
    if (isNarrowed(statement)) continue;
    for (const action of relevant(statement)) {
      if (isDenied(action, stopping, resources)) continue;
      held.add(action);
      if (!open.has(action) && isOpen(action, resources)) open.add(action);
    }
  }
  return { held, open, passes };
}

function isOpen(action: string, resources: readonly string[]): boolean {
  const takesNone = lookUpAction(action)?.types.length === 0;
  return takesNone || isUnscoped(action, resources);
}

function hasPath(path: Path, grants: Grants): boolean {
  const { role } = path;
  // The role must be anyone's; the service that runs under it may be one's own, new one.
  if (role !== undefined) {
    return (
      path.actions.every((a) => grants.held.has(a)) && grants.passes.some((p) => matches(p, role))
    );
  }
  return path.actions.every((action) => grants.open.has(action));
}

function findPaths(parts: readonly Part[]): Path[] {
  const grants = collectGrants(parts);
  if (grants.held.size === 0) return [];
  const begun = [...grants.held].flatMap((action) => byFirst.get(action) ?? []);
  return begun.filter((path) => hasPath(path, grants)).sort((a, b) => rank(a) - rank(b));
}

const shorter = new Map<Path, readonly Path[]>();

/** The shorter paths that are part of a path. */
function listShorterPaths(path: Path): readonly Path[] {
  let known = shorter.get(path);
  if (known === undefined) {
    const length = path.actions.length + (path.role === undefined ? 0 : 1);
    const isPart = (other: Path): boolean =>
      other.role === undefined &&
      other.actions.length < length &&
      other.actions.every((action) => path.actions.includes(action));
    known = path.actions.flatMap((action) => byFirst.get(action) ?? []).filter(isPart);
    shorter.set(path, known);
  }
  return known;
}

/** The paths that say something new: none of which a shorter one is a part. */
function shortest(paths: readonly Path[]): Path[] {
  const all = new Set(paths);
  return paths.filter(
    (path) => !listShorterPaths(path).some((other) => other !== path && all.has(other)),
  );
}

/**
 * The ways to more rights that documents open together. With several documents only what none of them
 * opens alone is reported: the rest is reported with the document.
 */
export function findEscalation(parts: readonly Part[]): Finding[] {
  let paths = findPaths(parts);
  if (parts.length > 1) {
    const alone = new Set(parts.flatMap((part) => findPaths([part])));
    paths = paths.filter((path) => !alone.has(path));
  }
  paths = shortest(paths);
  const first = paths[0];
  if (first === undefined) return [];
  const labels = parts.map((part) => part.label).filter((label) => label !== "");
  return [
    finding("privilege-escalation", {
      actions: [...new Set(paths.flatMap((p) => p.id.split(" + ")))],
      message:
        `${paths.length === 1 ? "A way" : `${paths.length} ways`} to more rights: ` +
        truncateList(paths.map((p) => p.id)) +
        (labels.length > 1 ? `, by ${labels.join(" and ")} together` : ""),
      request:
        first.role === undefined
          ? `${first.id} against a principal or a workload that has more rights`
          : `${first.id} with an administrator's role`,
      instead: statementJson({
        Effect: "Allow",
        Action: first.id.split(" + "),
        Resource:
          first.role === undefined
            ? "THE-ONE-ARN-IT-NEEDS"
            : "arn:aws:iam::ACCOUNT:role/THE-ONE-ROLE",
        ...(first.role && { Condition: { StringEquals: { "iam:PassedToService": first.role } } }),
      }),
    }),
  ];
}
