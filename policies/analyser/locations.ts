import { isWild, matchesAny, takesInAnyOf } from "./glob";
import { type JsonPath, locate } from "./json-text";
import { type Finding, type Statement } from "./types";

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** An action pattern as written, in lower case, and its path in the document. */
interface WrittenAction {
  text: string;
  pattern: string;
  path: JsonPath;
}

const written = new WeakMap<Statement, WrittenAction[]>();

/** The action patterns of a statement; a document may have as many findings as it has actions. */
function writtenActions(statement: Statement): WrittenAction[] {
  let known = written.get(statement);
  if (known === undefined) {
    const given = statement.source.Action;
    known = asList(given).flatMap((text, index) => {
      if (typeof text !== "string") return [];
      const path = [...statement.path, "Action", ...(Array.isArray(given) ? [index] : [])];
      return [{ text, pattern: text.trim().toLowerCase(), path }];
    });
    written.set(statement, known);
  }
  return known;
}

function conditionPath(statement: Statement, shown: string): JsonPath | undefined {
  const found = statement.conditions.find(({ text }) => shown.startsWith(text));
  if (found === undefined) return undefined;
  const [operator = "", ...key] = found.text.split(" ");
  return [...statement.path, "Condition", operator, key.join(" ")];
}

function principalPath(statement: Statement, found: Finding): JsonPath | undefined {
  if (found.principal === undefined) return undefined;
  const element = ["Principal", "NotPrincipal"].find(
    (name) => statement.source[name] !== undefined,
  );
  return element === undefined ? undefined : [...statement.path, element];
}

/** The statements that a finding is about: the one that it names, or all that allow what it names. */
export function statementsOf(found: Finding, statements: readonly Statement[]): Statement[] {
  // A published policy is reported once, by its first statement, for all that it is broad in.
  const isSpread = found.statement === "" || found.rule === "documented-breadth";
  if (!isSpread) return statements.filter(({ id }) => id === found.statement);
  const actions = found.actions.map((action) => action.toLowerCase());
  if (actions.length === 0) return [];
  return statements.filter(
    ({ effect, actions: patterns, notActions }) =>
      effect === "Allow" &&
      actions.some((action) =>
        notActions === undefined ? matchesAny(patterns, action) : !matchesAny(notActions, action),
      ),
  );
}

/** Adds to a finding which statements it is about, where, and which wildcards take in its actions. */
export function placeFinding(found: Finding, statements: readonly Statement[]): Finding {
  const about = statementsOf(found, statements);
  const [first] = about;
  if (first === undefined) return found;
  const actions = found.actions.map((action) => action.toLowerCase());
  const all = about.flatMap(writtenActions);
  const patterns = new Set(all.map(({ pattern }) => pattern));
  const sought = new Set(actions);
  const takesIn = takesInAnyOf(actions.filter((a) => !patterns.has(a)));
  const named = all.find(({ pattern }) => sought.has(pattern));
  const taking = all.filter(
    ({ pattern }) => isWild(pattern) && (sought.has(pattern) || takesIn(pattern)),
  );
  const caughtBy = [...new Set(taking.map(({ text }) => text))];
  const path =
    (found.condition === undefined ? undefined : conditionPath(first, found.condition)) ??
    principalPath(first, found) ??
    taking[0]?.path ??
    named?.path ??
    first.path;
  return {
    ...found,
    statement: about.map(({ id }) => id).join(", "),
    path,
    ...(caughtBy.length > 0 && found.principal === undefined && { caughtBy }),
  };
}

/** Adds the line and column of each finding's place in the text of its document. */
export function addLines(findings: readonly Finding[], text: string): Finding[] {
  const placed = findings.filter(({ path }) => path !== undefined);
  if (placed.length === 0) return [...findings];
  const positions = locate(
    text,
    placed.map(({ path }) => path ?? []),
  );
  const byFinding = new Map(placed.map((found, index) => [found, positions[index]]));
  return findings.map((found) => ({ ...found, ...byFinding.get(found) }));
}
