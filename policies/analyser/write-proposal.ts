import { repairedAccess } from "./advice-access";
import { narrowedStatements } from "./advice-identity";
import { missingIn } from "./placeholders";
import { type Proposal } from "./proposal";
import { isUnknown } from "./unknown";
import { type AnalyseOptions, type Finding, type Statement } from "./types";

function show(statements: readonly object[]): string {
  const value = statements.length === 1 ? statements[0] : statements;
  const late = "VALUE_KNOWN_AT_THE_UPDATE";
  return JSON.stringify(value, (_, item: unknown) => (isUnknown(item) ? late : item), 2);
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

/** What to write instead of the statements `about`; undefined if there is nothing to propose. */
export function writeIdentityProposal(
  found: Finding,
  about: readonly Statement[],
  statements: readonly Statement[],
): Proposal | undefined {
  return describeProposal(narrowedStatements(found, about, statements), about);
}

/** As writeIdentityProposal, for a trust or a resource policy; `judge` must be silent on what is proposed. */
export function writeAccessProposal(
  about: readonly Statement[],
  options: AnalyseOptions,
  judge: (statements: readonly Statement[]) => readonly Finding[],
): Proposal | undefined {
  return describeProposal(repairedAccess(about, options, judge), about);
}
