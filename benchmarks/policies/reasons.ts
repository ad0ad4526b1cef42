import { type Finding, parseDocument, type Statement } from "../../policies/analyser";
import {
  isDenied,
  narrowingDenials,
  plainDenials,
  resourcesLeft,
} from "../../policies/analyser/denials";
import { isNarrowed } from "../../policies/analyser/conditions";
import { lookUpAction, lookUpService } from "../../policies/analyser/data";
import { matches, matchesAny } from "../../policies/analyser/glob";
import { coversType, isUnscoped } from "../../policies/analyser/scope";
import { CREDENTIALS, DATA, SECRETS } from "../../policies/analyser/tables";

/** Why we do not report an action that another tool reports; undefined if we should. */
function explainReason(action: string, document: unknown): string | undefined {
  const info = lookUpAction(action);
  if (info === undefined) return "AWS's list has no such action";
  if (info.types.length === 0) return "takes no resource: a star is the only way to write it";
  const { statements } = parseDocument(document, "identity");
  const allowing = statements.filter(
    (s) =>
      s.effect === "Allow" &&
      (s.notActions === undefined
        ? matchesAny(s.actions, action)
        : !matchesAny(s.notActions, action)),
  );
  if (isDenied(action, plainDenials(statements))) return "denied in the same document";
  if (isDenied(action, narrowingDenials(statements))) return "denied unless a condition limits it";
  const isOpen = (s: Statement, resources: readonly string[]): boolean =>
    s.notResources !== undefined ||
    isUnscoped(action, resources) ||
    coversType(resources, "iam", "role");
  const unscoped = allowing.filter((s) => isOpen(s, s.resources));
  if (unscoped.length === 0) return "limited to resources that are named";
  const denials = plainDenials(statements);
  if (!unscoped.some((s) => isOpen(s, resourcesLeft(action, denials, s.resources)))) {
    return "denied on all but resources that are named";
  }
  if (unscoped.every(isNarrowed)) return "limited by a condition";
  const isSensitive = CREDENTIALS.has(action) || SECRETS.has(action) || DATA.has(action);
  if (info.access === "read" && !isSensitive) return "reads what things are, not what they hold";
  return undefined;
}

/** The actions that a document allows, wildcards written out: for tools that name none. */
function allowedActions(document: unknown): string[] {
  const { statements } = parseDocument(document, "identity");
  const patterns = statements.flatMap((s) => (s.effect === "Allow" ? s.actions : []));
  return patterns.flatMap((pattern) => {
    if (!/[*?]/.test(pattern)) return [pattern];
    const service = pattern.slice(0, pattern.indexOf(":"));
    const names = (lookUpService(service)?.names ?? []).map((name) => `${service}:${name}`);
    return names.filter((name) => matches(pattern, name));
  });
}

/**
 * Holds another tool's actions against our findings: those that no finding names or takes in and that
 * no reason excuses are open; of the rest the reasons are given.
 */
export function settle(
  actions: readonly string[],
  document: unknown,
  findings: readonly Finding[],
): { open: string[]; reasons: string[]; isFound: boolean } {
  const named = findings.flatMap((f) => f.actions.map((action) => action.toLowerCase()));
  const isOpenEnded = findings.some((f) => f.rule === "not-action" || f.rule === "not-resource");
  const open: string[] = [];
  const reasons = new Set<string>();
  // A finding that names no action is about a statement: it is ours too if we find anything to stop at.
  let isFound = actions.length === 0 && findings.some(({ level }) => level === "mandatory");
  if (isFound) return { open, reasons: [], isFound };
  for (const action of actions.length > 0 ? actions : allowedActions(document)) {
    const name = action.toLowerCase();
    if (isOpenEnded || matchesAny(named, name)) {
      isFound = true;
      continue;
    }
    const reason = explainReason(name, document);
    if (reason === undefined) open.push(action);
    else reasons.add(reason);
  }
  return { open, reasons: [...reasons].sort(), isFound };
}
