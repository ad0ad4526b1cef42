import { closest, distance } from "fastest-levenshtein";
import { canActOn } from "./arn-patterns";
import { isAnyListed } from "./classify-actions";
import { actionOf, properName, serviceOf } from "./data";
import { isWild } from "./glob";
import { LONGEST_ACTION } from "./limits";
import { finding } from "./rules";
import { type DocumentKind, type Finding, type Statement } from "./types";

const asList = (value: unknown): string[] =>
  [value]
    .flat()
    .filter((item): item is string => typeof item === "string" && item.length <= LONGEST_ACTION);

/** Longer than any name of AWS's: nothing is near it, and a message shows its beginning. */
const LONGEST = 100;

const shorten = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;

/** The real action that a name is nearest to, if it is near enough to be meant. */
function nearest(service: string, name: string): string | undefined {
  const names = serviceOf(service)?.names ?? [];
  if (names.length === 0 || name.length > LONGEST) return undefined;
  const best = closest(name, [...names]);
  const isNear = distance(name, best) <= Math.max(2, Math.floor(name.length / 4));
  return isNear ? properName(`${service}:${best}`) : undefined;
}

function unknownAction(statement: Statement, element: string, written: string): Finding[] {
  const action = written.trim().toLowerCase();
  const service = action.slice(0, Math.max(0, action.indexOf(":")));
  const known = service === "" || isWild(service) ? undefined : serviceOf(service);
  // A service that the list does not have may be newer than the list.
  if (known === undefined) return [];
  const isKnown = isWild(action)
    ? isAnyListed(action)
    : known.has(action.slice(service.length + 1));
  if (isKnown) return [];
  const near = isWild(action) ? undefined : nearest(service, action.slice(service.length + 1));
  return [
    finding("action-unknown", {
      statement: statement.id,
      actions: [shorten(written)],
      message: `${shorten(written)} ${isWild(action) ? "matches" : "is"} no action of AWS${near === undefined ? "" : `; the nearest is ${near}`}`,
      request: `none: the ${element} has no effect`,
      instead:
        near === undefined
          ? `An action of ${service} that AWS lists.`
          : `"${element}": "${near}", if that is what is meant.`,
    }),
  ];
}

function mismatch(statement: Statement, written: string): Finding[] {
  const action = written.trim().toLowerCase();
  const info = isWild(action) ? undefined : actionOf(action);
  if (info === undefined || canActOn(action, info, statement.resources)) return [];
  const service = action.slice(0, action.indexOf(":"));
  const templates = info.types.flatMap((type) => serviceOf(service)?.templates.get(type) ?? []);
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
  return statements.flatMap((statement) => {
    const { Action, NotAction } = statement.source;
    const unknown = [
      ...asList(Action).flatMap((text) => unknownAction(statement, "Action", text)),
      ...asList(NotAction).flatMap((text) => unknownAction(statement, "NotAction", text)),
    ];
    if (kind !== "identity" || statement.effect !== "Allow") return unknown;
    const { pending, resources } = statement;
    // Every action can act on `*`: most statements name nothing else.
    const isOpen = resources.length === 0 || resources.includes("*") || pending.length > 0;
    if (isOpen) return unknown;
    return [...unknown, ...asList(Action).flatMap((text) => mismatch(statement, text))];
  });
}
