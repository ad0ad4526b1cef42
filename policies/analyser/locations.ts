import { isWild, matchesAny, makeMatcher } from "./glob";
import { type JsonPath, locate } from "./json-text";
import { extendFinding } from "./proposal";
import { type Finding, type Statement } from "./types";

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** An action pattern as written, in lower case, and where: undefined if it is not in a list. */
interface WrittenAction {
  text: string;
  pattern: string;
  statement: Statement;
  index: number | undefined;
}

/** The action patterns of a statement. */
interface WrittenActions {
  all: readonly WrittenAction[];
  byPattern: ReadonlyMap<string, readonly WrittenAction[]>;
  wild: readonly WrittenAction[];
}

const written = new WeakMap<Statement, WrittenActions>();

/** The action patterns of a statement; a document may have as many findings as it has actions. */
function writtenActions(statement: Statement): WrittenActions {
  let known = written.get(statement);
  if (known === undefined) {
    const given = statement.source.Action;
    const all: WrittenAction[] = [];
    asList(given).forEach((text, place) => {
      const index = Array.isArray(given) ? place : undefined;
      if (typeof text === "string") {
        all.push({ text, pattern: text.trim().toLowerCase(), statement, index });
      }
    });
    const byPattern = new Map<string, WrittenAction[]>();
    for (const action of all) {
      const same = byPattern.get(action.pattern);
      if (same === undefined) byPattern.set(action.pattern, [action]);
      else same.push(action);
    }
    known = { all, byPattern, wild: all.filter(({ pattern }) => isWild(pattern)) };
    written.set(statement, known);
  }
  return known;
}

function actionPath({ statement, index }: WrittenAction): JsonPath {
  return [...statement.path, "Action", ...(index === undefined ? [] : [index])];
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
export function findStatements(found: Finding, statements: readonly Statement[]): Statement[] {
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

/** The wildcards of a statement that take in some of some actions, in the order of the document. */
function takingIn(statement: Statement, actions: ReadonlySet<string>): readonly WrittenAction[] {
  const { byPattern, wild } = writtenActions(statement);
  if (wild.length === 0) return wild;
  const others = [...actions].filter((action) => !byPattern.has(action));
  // Most findings name what is written: a look into the list is enough.
  if (others.length === 0) {
    const named = [...actions].flatMap((action) => byPattern.get(action) ?? []);
    return named.filter(({ pattern }) => isWild(pattern));
  }
  const takesIn = makeMatcher(others);
  return wild.filter(({ pattern }) => actions.has(pattern) || takesIn(pattern));
}

/** The first place at which one of some actions is written as it is, in the order of the document. */
function findNamed(
  about: readonly Statement[],
  actions: ReadonlySet<string>,
): WrittenAction | undefined {
  for (const statement of about) {
    const { all, byPattern } = writtenActions(statement);
    const named = [...actions].flatMap((action) => byPattern.get(action)?.[0] ?? []);
    if (named.length === 1) return named[0];
    if (named.length > 1) return all.find(({ pattern }) => actions.has(pattern));
  }
  return undefined;
}

/** Adds to a finding which statements it is about, where, and which wildcards take in its actions. */
export function placeFinding(found: Finding, statements: readonly Statement[]): Finding {
  const about = findStatements(found, statements);
  const [first] = about;
  if (first === undefined) return found;
  const actions = new Set(found.actions.map((action) => action.toLowerCase()));
  const taking = about.flatMap((statement) => takingIn(statement, actions));
  const caughtBy = [...new Set(taking.map(({ text }) => text))];
  const action = taking[0] ?? findNamed(about, actions);
  const path =
    (found.condition === undefined ? undefined : conditionPath(first, found.condition)) ??
    principalPath(first, found) ??
    (action === undefined ? first.path : actionPath(action));
  return {
    ...found,
    statement: about.length === 1 ? first.id : about.map(({ id }) => id).join(", "),
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
  return findings.map((found) => extendFinding(found, byFinding.get(found) ?? {}));
}
