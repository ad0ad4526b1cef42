import { closest, distance } from "fastest-levenshtein";
import { canActOn } from "./arn-patterns";
import { spend } from "./budget";
import { isAnyListed } from "./classify-actions";
import { lookUpAction, properName, lookUpService } from "./data";
import { isWild } from "./glob";
import { LONGEST_ACTION } from "./limits";
import { finding } from "./rules";
import { type DocumentKind, type Finding, type Statement } from "./types";

/** Longer than any name of AWS's: nothing is near it, and a message shows its beginning. */
const LONGEST = 100;

const shorten = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;

/** What the distance of two names costs, in comparisons. */
const COST_OF_DISTANCE = 8;

/** The real action that a name is nearest to, if it is near enough to be meant. */
function nearest(service: string, name: string): string | undefined {
  const names = lookUpService(service)?.names ?? [];
  if (names.length === 0 || name.length > LONGEST) return undefined;
  spend(names.length * COST_OF_DISTANCE);
  const best = closest(name, [...names]);
  const isNear = distance(name, best) <= Math.max(2, Math.floor(name.length / 4));
  return isNear ? properName(`${service}:${best}`) : undefined;
}

const known = new Map<string, boolean>();

/** Whether AWS lists an action, or any action of a pattern, in lower case. */
function isKnown(action: string): boolean {
  let answer = known.get(action);
  if (answer === undefined) {
    if (known.size > MOST_KNOWN) known.clear();
    known.set(action, (answer = findKnown(action)));
  }
  return answer;
}

/** So many answers are kept; then they are worked out again. */
const MOST_KNOWN = 20_000;

function findKnown(action: string): boolean {
  const prefix = action.slice(0, Math.max(0, action.indexOf(":")));
  const service = prefix === "" || isWild(prefix) ? undefined : lookUpService(prefix);
  // A service that the list does not have may be newer than the list.
  if (service === undefined) return true;
  return isWild(action) ? isAnyListed(action) : service.has(action.slice(prefix.length + 1));
}

function unknownActions(
  statement: Statement,
  element: "Action" | "NotAction",
  actions: readonly string[],
): Finding[] {
  if (actions.every(isKnown)) return [];
  const unknown = new Map<string, string>();
  for (const written of [statement.source[element]].flat()) {
    if (typeof written !== "string" || written.length > LONGEST_ACTION) continue;
    const action = written.trim().toLowerCase();
    if (!isKnown(action) && !unknown.has(action)) unknown.set(action, written);
  }
  return [...unknown].map(([action, written], index) =>
    unknownAction(
      statement,
      element,
      written,
      index < MOST_SUGGESTED ? suggest(action) : undefined,
    ),
  );
}

/** So many unknown actions of a statement are compared with all names of their service. */
const MOST_SUGGESTED = 20;

/** The real action that is nearest to an unknown one; undefined for a wildcard. */
function suggest(action: string): string | undefined {
  const service = action.slice(0, action.indexOf(":"));
  return isWild(action) ? undefined : nearest(service, action.slice(service.length + 1));
}

function unknownAction(
  statement: Statement,
  element: string,
  written: string,
  near: string | undefined,
): Finding {
  const service = written.trim().toLowerCase().split(":", 1)[0] ?? "";
  const action = written;
  return finding("action-unknown", {
    statement: statement.id,
    actions: [shorten(written)],
    message: `${shorten(written)} ${isWild(action) ? "matches" : "is"} no action of AWS${near === undefined ? "" : `; the nearest is ${near}`}`,
    request: `none: the ${element} has no effect`,
    instead:
      near === undefined
        ? `An action of ${service} that AWS lists.`
        : `"${element}": "${near}", if that is what is meant.`,
  });
}

/**
 * Prefixes that two or more pages of AWS's list share. An action that several of them have is listed with
 * the resources of one page only: elasticloadbalancing:AddTags with those of the Classic Load Balancer.
 */
const SHARED_PREFIXES: ReadonlySet<string> = new Set([
  "apigateway",
  "aws-marketplace",
  "elasticloadbalancing",
  "greengrass",
  "kinesisanalytics",
  "lex",
  "ses",
]);

function mismatch(statement: Statement, action: string): Finding[] {
  const info = isWild(action) ? undefined : lookUpAction(action);
  if (info === undefined || canActOn(action, info, statement.resources)) return [];
  const service = action.slice(0, action.indexOf(":"));
  if (SHARED_PREFIXES.has(service)) return [];
  const templates = info.types.flatMap((type) => lookUpService(service)?.templates.get(type) ?? []);
  const takes = templates.length === 0 ? "no resource but *" : templates.slice(0, 3).join(", ");
  return [
    finding("resource-not-taken", {
      statement: statement.id,
      actions: [properName(action)],
      resources: statement.resources,
      message: `${properName(action)} cannot act on ${statement.resources.join(", ")}: it takes ${takes}`,
      request: `none: ${properName(action)} is refused whatever it is asked for`,
      instead:
        templates.length === 0
          ? `A statement of its own for ${properName(action)}, with "Resource": "*".`
          : `A Resource of the form ${takes}.`,
    }),
  ];
}

/** Actions that do not exist, or cannot act on what their statement names: it grants less than it says. */
export function validityFindings(statements: readonly Statement[], kind: DocumentKind): Finding[] {
  const findings: Finding[] = [];
  for (const statement of statements) {
    const { actions, notActions = [], pending, resources } = statement;
    findings.push(...unknownActions(statement, "Action", actions));
    findings.push(...unknownActions(statement, "NotAction", notActions));
    // Every action can act on `*`: most statements name nothing else.
    const isOpen = resources.length === 0 || resources.includes("*") || pending.length > 0;
    if (isOpen || kind !== "identity" || statement.effect !== "Allow") continue;
    for (const action of actions) findings.push(...mismatch(statement, action));
  }
  return findings;
}
