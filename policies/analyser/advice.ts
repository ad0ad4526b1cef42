import { repairedAccess } from "./advice-access";
import { narrowedStatements } from "./advice-identity";
import { missingIn } from "./placeholders";
import { type Proposal, withProposal } from "./proposal";
import { findStatements } from "./locations";
import { isUnknown } from "./unknown";
import { type AnalyseOptions, type Finding, type Statement } from "./types";

/** Rules whose finding has nothing to rewrite, or whose own text says what to do. */
const OWN_TEXT = new Set([
  "document-unparsable",
  "not-evaluated-yet",
  "action-unknown",
  "resource-not-taken",
  "self-tag",
]);

function show(statements: readonly object[]): string {
  const value = statements.length === 1 ? statements[0] : statements;
  const late = "VALUE_KNOWN_AT_THE_UPDATE";
  return JSON.stringify(value, (_, item: unknown) => (isUnknown(item) ? late : item), 2);
}

/**
 * Has a finding say what to write instead, made of the statements that it is about: the author's own
 * actions and resources, and placeholders for what only the author knows.
 */
export function withAdvice(
  found: Finding,
  statements: readonly Statement[],
  options: AnalyseOptions,
  judge: (statements: readonly Statement[]) => readonly Finding[],
): Finding {
  if (OWN_TEXT.has(found.rule)) return found;
  const { instead: own } = found;
  return withProposal(found, () => {
    const ids = new Set(found.statement.split(", "));
    const about = statements.filter(({ id }) => ids.has(id));
    const proposal =
      options.kind === "identity"
        ? narrowedStatements(found, about, statements)
        : repairedAccess(about, options, judge);
    return describeProposal(proposal, about) ?? { instead: own };
  });
}

/** As withAdvice, of a finding on a principal: about statements of several documents. */
export function withRoleAdvice(found: Finding, statements: readonly Statement[]): Finding {
  if (OWN_TEXT.has(found.rule)) return found;
  const { instead: own } = found;
  return withProposal(found, () => {
    const about = findStatements(found, statements);
    const proposal = narrowedStatements(found, about, statements);
    return describeProposal(proposal, about) ?? { instead: own };
  });
}

function describeProposal(
  proposal: readonly object[],
  about: readonly Statement[],
): Proposal | undefined {
  if (proposal.length === 0) return undefined;
  const instead = show(proposal);
  const missing = missingIn(instead, JSON.stringify(about.map(({ source }) => source)));
  return { instead, ...(missing.length > 0 && { missing }) };
}
