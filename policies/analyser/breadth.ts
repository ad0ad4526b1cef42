import { isNarrowed } from "./conditions";
import { actionOf, isReadVerb, properName, serviceOf } from "./data";
import { isWild, matches, matchesAny, matchesEverything } from "./glob";
import { finding, statementJson } from "./rules";
import { exampleArn, isServiceOpen, isStar, isUnscoped } from "./scope";
import { AUTOSCALING, CREDENTIALS, DATA, MINOR, SECRETS } from "./tables";
import { type Finding, type Statement } from "./types";

/** Rules of their own for single actions that the general ones would name too weakly. */
const OWN_RULES: ReadonlySet<string> = new Set([
  "iam:passrole",
  "sts:assumerole",
  "iam:createservicelinkedrole",
]);

const rules = new Map<string, string | undefined>();

/** The rule that an action on every resource it can be limited to falls under; undefined if it is fine. */
export function ruleForUnscoped(action: string): string | undefined {
  if (!rules.has(action)) {
    if (rules.size > 50_000) rules.clear();
    rules.set(action, findRule(action));
  }
  return rules.get(action);
}

function findRule(action: string): string | undefined {
  if (OWN_RULES.has(action)) return undefined;
  if (CREDENTIALS.has(action)) return "credentials-exposure";
  if (SECRETS.has(action)) return "secrets-read";
  if (DATA.has(action)) return "data-read";
  if (AUTOSCALING.has(action)) return undefined;
  if (MINOR.has(action)) return "unscoped-minor-write";
  // Readers are the bulk of real policies: AWS's list of the service is not read for their sake.
  if (isReadVerb(nameOf(action))) return undefined;
  const access = actionOf(action)?.access;
  if (access === "permissions") return "permissions-management";
  if (access === "tagging") return "unscoped-tagging";
  return access === "write" ? "unscoped-write" : undefined;
}

/** What a wildcard is told as by the action that it takes in, and not as a wildcard. */
const READERS: ReadonlySet<string> = new Set(["data-read", "secrets-read", "unscoped-minor-write"]);

const nameOf = (action: string): string => action.slice(action.indexOf(":") + 1);

const expansions = new Map<string, readonly string[]>();
const SENSITIVE = [...CREDENTIALS, ...SECRETS, ...DATA];

/** The actions that a pattern takes in, by AWS's list of its service. */
function listed(pattern: string): string[] {
  const prefix = pattern.slice(0, pattern.indexOf(":"));
  const name = pattern.slice(prefix.length + 1);
  return (serviceOf(prefix)?.names ?? [])
    .filter((candidate) => matches(name, candidate))
    .map((candidate) => `${prefix}:${candidate}`);
}

/** The actions that a wildcard stands for and that some rule cares about. */
export function expand(pattern: string): readonly string[] {
  let known = expansions.get(pattern);
  if (known === undefined) {
    // `Describe*` and the like are the bulk of real policies: they take in readers only, so that AWS's
    // list of the service (600 kB for ec2) need not be read for them.
    const all = isReadVerb(nameOf(pattern).split(/[*?]/, 1)[0] ?? "")
      ? SENSITIVE.filter((action) => matches(pattern, action))
      : listed(pattern);
    known = all.filter((action) => ruleForUnscoped(action) !== undefined);
    if (expansions.size > 20_000) expansions.clear();
    expansions.set(pattern, known);
  }
  return known;
}

/** What an action's pattern is: everything, a whole service, part of one, or a name. */
export function kindOfAction(pattern: string): "all" | "service" | "part" | "exact" {
  if (!isWild(pattern)) return "exact";
  const colon = pattern.indexOf(":");
  if (colon < 0 || isWild(pattern.slice(0, colon))) return "all";
  return matchesEverything(pattern.slice(colon + 1)) ? "service" : "part";
}

/** What of the rest of its document a statement is judged by. */
export interface DocumentContext {
  denials: readonly Statement[];
  /** Actions that the published policy of a controller, which this document is, holds unscoped. */
  published: ReadonlySet<string>;
  /** Judge as though no condition were there: what the conditions have to hold back. */
  ignoreConditions?: boolean;
}

/** Groups what a statement's actions come to, a finding a rule. */
class Hits {
  private readonly byRule = new Map<string, string[]>();

  add(rule: string, action: string): void {
    const list = this.byRule.get(rule);
    if (list === undefined) this.byRule.set(rule, [action]);
    else if (!list.includes(action)) list.push(action);
  }

  entries(): [string, string[]][] {
    return [...this.byRule];
  }
}

/** The statements that deny whatever the request is: no condition, on every resource. */
export function plainDenials(statements: readonly Statement[]): Statement[] {
  return statements.filter(
    (s) =>
      s.effect === "Deny" &&
      s.conditions.length === 0 &&
      s.pending.length === 0 &&
      isStar(s.resources),
  );
}

/** Denials that hold whatever the request: no condition, on every resource. */
export function isDenied(action: string, denials: readonly Statement[]): boolean {
  return denials.some((deny) =>
    deny.notActions === undefined
      ? matchesAny(deny.actions, action)
      : !matchesAny(deny.notActions, action),
  );
}

/** How many of a long list a message names. */
const NAMED = 4;

/** A list as a message has it: the first few, and how many more. */
export function truncateList(values: readonly string[]): string {
  const shown = values.slice(0, NAMED).join(", ");
  return values.length > NAMED ? `${shown} and ${values.length - NAMED} more` : shown;
}

function narrower(statement: Statement, actions: readonly string[]): string {
  const names = actions.slice(0, NAMED).map(properName);
  const arns = [
    ...new Set(actions.slice(0, NAMED).map((action) => exampleArn(action, "template"))),
  ];
  return statementJson({
    Sid: statement.id.startsWith("#") ? "OnlyWhatItNeeds" : statement.id,
    Effect: "Allow",
    Action: names,
    Resource: arns,
  });
}

function classifyActions(
  statement: Statement,
  resources: string[],
  context: DocumentContext,
): Hits {
  const { denials, published } = context;
  const hits = new Hits();
  const gated = context.ignoreConditions !== true && isNarrowed(statement);
  for (const pattern of statement.actions) {
    const kind = kindOfAction(pattern);
    if (kind === "exact") {
      const rule = ruleForUnscoped(pattern);
      if (rule === undefined || gated || isDenied(pattern, denials)) continue;
      if (!isUnscoped(pattern, resources)) continue;
      hits.add(published.has(pattern) ? "documented-breadth" : rule, pattern);
    } else if (kind === "part") {
      if (gated) continue;
      const open = expand(pattern).filter((a) => !isDenied(a, denials) && isUnscoped(a, resources));
      for (const action of open) {
        const rule = ruleForUnscoped(action) ?? "action-wildcard";
        const isReader =
          READERS.has(rule) || (rule === "credentials-exposure" && isReadVerb(nameOf(pattern)));
        if (isReader) hits.add(rule, action);
        else hits.add("action-wildcard", pattern);
      }
    } else {
      const service = kind === "all" ? "*" : pattern.slice(0, pattern.indexOf(":"));
      const open = !gated && isServiceOpen(service, resources);
      if (kind === "service" && !hasWrites(service)) continue;
      if (open) hits.add(kind === "all" ? "action-all" : "service-wildcard", pattern);
      else hits.add("service-wildcard-scoped", pattern);
    }
  }
  return hits;
}

function hasWrites(service: string): boolean {
  const known = serviceOf(service);
  return known === undefined || known.names.some((name) => known.action(name)?.access !== "read");
}

const PHRASES: Record<string, string> = {
  "action-all": "allows every action",
  "service-wildcard": "allows every action of the service",
  "service-wildcard-scoped": "allows every action of the service on what it names",
  "action-wildcard": "takes in writes by a wildcard",
};

function report(
  statement: Statement,
  rule: string,
  actions: string[],
  resources: string[],
): Finding {
  const sample = sampleOf(actions[0] ?? "*");
  const names = actions.map(properName);
  const what = PHRASES[rule] ?? "is allowed on every resource";
  return finding(rule, {
    statement: statement.id,
    actions: names,
    resources,
    message: `${truncateList(names)} ${what} (Resource ${truncateList(resources)})`,
    request: `${properName(sample)} on ${exampleArn(sample, "request")}`,
    instead: narrower(statement, actions.map(sampleOf)),
  });
}

/** A real action that a pattern takes in: the one to show as the request that should not pass. */
function sampleOf(pattern: string): string {
  let sample = samples.get(pattern);
  if (sample === undefined) samples.set(pattern, (sample = findSample(pattern)));
  return sample;
}

const samples = new Map<string, string>();

function findSample(pattern: string): string {
  switch (kindOfAction(pattern)) {
    case "exact":
      return pattern;
    case "all":
      return "iam:attachrolepolicy";
    case "service":
    case "part": {
      const open = listed(pattern).filter((action) => ruleForUnscoped(action) !== undefined);
      return open.find((a) => /^(delete|terminate|put)/.test(nameOf(a))) ?? open[0] ?? pattern;
    }
  }
}

/** The breadth of one statement that allows: its actions against its resources. */
export function breadthOf(statement: Statement, context: DocumentContext): Finding[] {
  const resources = statement.notResources === undefined ? statement.resources : ["*"];
  if (resources.length === 0) return [];
  return classifyActions(statement, resources, context)
    .entries()
    .map(([rule, actions]) => report(statement, rule, actions, resources));
}
