import { isNarrowed } from "./conditions";
import { lookUpAction, isReadVerb, lookUpService } from "./data";
import { isDenied, subtractDenials, resourcesLeft } from "./denials";
import { isWild, matches, matchesEverything } from "./glob";
import { isServiceOpen, isUnscoped } from "./scope";
import { AUTOSCALING, CREDENTIALS, DATA, MINOR, SECRETS, SELF_SERVICE } from "./tables";
import { type Statement } from "./types";

/** Rules of their own for single actions that the general ones would name too weakly. */
const OWN_RULES: ReadonlySet<string> = new Set([
  "iam:passrole",
  "sts:assumerole",
  "iam:createservicelinkedrole",
]);

const FINE = "fine";
const rules = new Map<string, string>();

/** The rule that an action on every resource it can be limited to falls under; undefined if it is fine. */
export function ruleForUnscoped(action: string): string | undefined {
  const known = rules.get(action);
  if (known !== undefined) return known === FINE ? undefined : known;
  if (rules.size > 50_000) rules.clear();
  const rule = findRule(action);
  rules.set(action, rule ?? FINE);
  return rule;
}

/** The rules of the actions that tables name; the first table counts. */
const NAMED = new Map<string, string | undefined>(
  [
    [OWN_RULES, undefined] as const,
    [CREDENTIALS, "credentials-exposure"] as const,
    [SECRETS, "secrets-read"] as const,
    [DATA, "data-read"] as const,
    [AUTOSCALING, undefined] as const,
    [SELF_SERVICE, undefined] as const,
    [MINOR, "unscoped-minor-write"] as const,
  ]
    .reverse()
    .flatMap(([table, rule]) => [...table].map((action) => [action, rule] as const)),
);

function findRule(action: string): string | undefined {
  if (NAMED.has(action)) return NAMED.get(action);
  // Readers are the bulk of real policies: AWS's list of the service is not read for their sake.
  if (isReadVerb(actionName(action))) return undefined;
  const access = lookUpAction(action)?.access;
  if (access === "permissions") return "permissions-management";
  if (access === "tagging") return "unscoped-tagging";
  return access === "write" ? "unscoped-write" : undefined;
}

/** The rules that report a wildcard by the actions that it takes in, and not as a wildcard. */
const READERS: ReadonlySet<string> = new Set(["data-read", "secrets-read", "unscoped-minor-write"]);

export const actionName = (action: string): string => action.slice(action.indexOf(":") + 1);

const expansions = new Map<string, readonly string[]>();
const SENSITIVE = [...CREDENTIALS, ...SECRETS, ...DATA];

/** The actions that a pattern takes in, by AWS's list of its service. */
export function listed(pattern: string): string[] {
  const prefix = pattern.slice(0, pattern.indexOf(":"));
  const name = pattern.slice(prefix.length + 1);
  return (lookUpService(prefix)?.names ?? [])
    .filter((candidate) => matches(name, candidate))
    .map((candidate) => `${prefix}:${candidate}`);
}

/** Whether a pattern takes in any action, by AWS's list of its service. */
export function isAnyListed(pattern: string): boolean {
  const prefix = pattern.slice(0, pattern.indexOf(":"));
  const name = pattern.slice(prefix.length + 1);
  const service = lookUpService(prefix);
  if (service === undefined) return false;
  const begin = name.slice(0, -1);
  if (name.endsWith("*") && !isWild(begin)) return service.hasBeginning(begin);
  return service.names.some((candidate) => matches(name, candidate));
}

/** The actions that a wildcard stands for and that some rule cares about. */
export function expand(pattern: string): readonly string[] {
  let known = expansions.get(pattern);
  if (known === undefined) {
    // `Describe*` and the like are the bulk of real policies: they take in readers only, so that AWS's
    // list of the service (600 kB for ec2) need not be read for them.
    const all = isReadVerb(actionName(pattern).split(/[*?]/, 1)[0] ?? "")
      ? SENSITIVE.filter((action) => matches(pattern, action))
      : listed(pattern);
    known = all.filter((action) => ruleForUnscoped(action) !== undefined);
    if (expansions.size > 20_000) expansions.clear();
    expansions.set(pattern, known);
  }
  return known;
}

/** What an action's pattern is: everything, a whole service, part of one, or a name. */
export function classifyPattern(pattern: string): "all" | "service" | "part" | "exact" {
  if (!isWild(pattern)) return "exact";
  const colon = pattern.indexOf(":");
  if (colon < 0 || isWild(pattern.slice(0, colon))) return "all";
  return matchesEverything(pattern.slice(colon + 1)) ? "service" : "part";
}

/** What of the rest of its document a statement is judged by. */
export interface DocumentContext {
  denials: readonly Statement[];
  /** Denials of whatever is not narrowed, by a tag or the like. */
  narrowing: readonly Statement[];
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

/** Sorts what a statement's actions come to by the rules, after what the document's denials take away. */
export function classifyActions(
  statement: Statement,
  resources: readonly string[],
  context: DocumentContext,
): Hits {
  const { denials } = context;
  const hits = new Hits();
  const isHeld = context.ignoreConditions !== true && isNarrowed(statement);
  for (const written of statement.actions) {
    if (denials.length === 0) classifyAction(hits, written, isHeld, resources, context);
    else {
      const left = resourcesLeft(written, denials, resources);
      for (const pattern of subtractDenials(written, denials, left)) {
        classifyAction(hits, pattern, isHeld, left, context);
      }
    }
  }
  return hits;
}

/** What the actions of a statement are judged by. */
interface Judgement {
  hits: Hits;
  resources: readonly string[];
  context: DocumentContext;
  /** Whether the statement's own conditions, or denials of all that is not narrowed, narrow the pattern. */
  isNarrowed: boolean;
}

function classifyAction(
  hits: Hits,
  pattern: string,
  isHeld: boolean,
  resources: readonly string[],
  context: DocumentContext,
): void {
  const narrowed = isHeld || isDenied(pattern, context.narrowing, resources);
  CLASSIFIERS[classifyPattern(pattern)](pattern, {
    hits,
    resources,
    context,
    isNarrowed: narrowed,
  });
}

/** Whether an action may be carried out on every resource, for all that is denied. */
function isOpen(action: string, { resources, context }: Judgement): boolean {
  return isUnscoped(action, resources) && !isDenied(action, context.denials, resources);
}

type Classifier = (pattern: string, judgement: Judgement) => void;

const classifyName: Classifier = (action, judgement) => {
  const rule = ruleForUnscoped(action);
  if (rule === undefined || judgement.isNarrowed || !isOpen(action, judgement)) return;
  const isPublished = judgement.context.published.has(action);
  judgement.hits.add(isPublished ? "documented-breadth" : rule, action);
};

const classifyPart: Classifier = (pattern, judgement) => {
  const { hits, resources, context } = judgement;
  if (judgement.isNarrowed) return;
  for (const action of expand(pattern)) {
    if (!isOpen(action, judgement) || isDenied(action, context.narrowing, resources)) continue;
    const rule = ruleForUnscoped(action) ?? "action-wildcard";
    const isReader =
      READERS.has(rule) || (rule === "credentials-exposure" && isReadVerb(actionName(pattern)));
    if (isReader) hits.add(rule, action);
    else hits.add("action-wildcard", pattern);
  }
};

const classifyWhole =
  (openRule: string): Classifier =>
  (pattern, { hits, resources, isNarrowed: narrowed }) => {
    const service = pattern.includes(":") ? pattern.slice(0, pattern.indexOf(":")) : "*";
    const isAll = openRule === "action-all";
    const open = !narrowed && isServiceOpen(isAll ? "*" : service, resources);
    hits.add(open ? openRule : "service-wildcard-scoped", pattern);
  };

const classifyService: Classifier = (pattern, judgement) => {
  const { denials } = judgement.context;
  if (!hasWrites(pattern.slice(0, pattern.indexOf(":")))) return;
  if (denials.length > 0 && !isAnyLeft(pattern, denials, judgement.resources)) return;
  classifyWhole("service-wildcard")(pattern, judgement);
};

const CLASSIFIERS: Readonly<Record<ReturnType<typeof classifyPattern>, Classifier>> = {
  all: classifyWhole("action-all"),
  service: classifyService,
  part: classifyPart,
  exact: classifyName,
};

/** Whether denials leave, of a service that is allowed as a whole, anything that a rule cares about. */
function isAnyLeft(
  pattern: string,
  denials: readonly Statement[],
  resources: readonly string[],
): boolean {
  const known = listed(pattern);
  return (
    known.length === 0 ||
    known.some((a) => ruleForUnscoped(a) !== undefined && !isDenied(a, denials, resources))
  );
}

function hasWrites(service: string): boolean {
  return lookUpService(service)?.hasWrites ?? true;
}
