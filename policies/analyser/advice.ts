import { withProposal } from "./proposal";
import { findStatements } from "./locations";
import { type AnalyseOptions, type Finding, type Statement } from "./types";
import type * as writer from "./write-proposal";

/** Rules whose finding has nothing to rewrite, or whose own text says what to do. */
const OWN_TEXT = new Set([
  "document-unparsable",
  "not-evaluated-yet",
  "action-unknown",
  "resource-not-taken",
  "self-tag",
]);

/** A fifth of the analyser's files: loaded with the first proposal that is read, for most runs read none. */
function loadWriter(): typeof writer {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require("./write-proposal") as typeof writer;
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
    const { writeAccessProposal, writeIdentityProposal } = loadWriter();
    const proposal =
      options.kind === "identity"
        ? writeIdentityProposal(found, about, statements)
        : writeAccessProposal(about, options, judge);
    return proposal ?? { instead: own };
  });
}

/** As withAdvice, of a finding on a principal: about statements of several documents. */
export function withRoleAdvice(found: Finding, statements: readonly Statement[]): Finding {
  if (OWN_TEXT.has(found.rule)) return found;
  const { instead: own } = found;
  return withProposal(found, () => {
    const about = findStatements(found, statements);
    return loadWriter().writeIdentityProposal(found, about, statements) ?? { instead: own };
  });
}
