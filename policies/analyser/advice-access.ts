import { REPAIRS } from "./access-repairs";
import { parseDocument } from "./document";
import { type AnalyseOptions, type Finding, type Statement } from "./types";

type Json = Record<string, unknown>;

/** Enough for a statement that has every fault at once. */
const MOST_ROUNDS = 6;

/**
 * Repairs a statement of a trust or resource policy, fault by fault, until the analysis is silent on it.
 * Answers with nothing where a fault has no repair.
 */
function repairStatement(
  source: Json,
  options: AnalyseOptions,
  judge: (statements: readonly Statement[]) => readonly Finding[],
): Json[] {
  let current: Json[] = [source];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { statements } = parseDocument({ Statement: current }, options.kind);
    const found = judge(statements).find(({ rule }) => REPAIRS[rule] !== undefined);
    if (found === undefined) return round === 0 ? [] : current;
    const repair = REPAIRS[found.rule];
    current = statements.flatMap((statement) =>
      statement.id === found.statement && repair !== undefined
        ? repair(statement, options)
        : [{ ...statement.source }],
    );
  }
  return current;
}

const repaired = new WeakMap<Statement, readonly Json[]>();

/** Statements to write instead of those of a trust or resource policy that have a fault. */
export function repairedAccess(
  about: readonly Statement[],
  options: AnalyseOptions,
  judge: (statements: readonly Statement[]) => readonly Finding[],
): Json[] {
  return about.flatMap((statement) => {
    // Every finding on a statement proposes the same: that statement without any fault.
    const known = repaired.get(statement);
    if (known !== undefined) return [...known];
    const statements = repairStatement({ ...statement.source }, options, judge);
    repaired.set(statement, statements);
    return statements;
  });
}
