import { withAdvice, withRoleAdvice } from "./advice";
import { MOST_COMPARISONS, withinBudget } from "./budget";
import { customFindings } from "./custom";
import { parseDocument } from "./document";
import { identityFindings } from "./identity";
import { addLines, placeFinding } from "./locations";
import { resourceFindings } from "./resource-policy";
import { togetherFindings } from "./role";
import { finding } from "./rules";
import { trustFindings } from "./trust";
import { validityFindings } from "./validity";
import {
  type AnalyseOptions,
  type DocumentKind,
  type Finding,
  type ParsedDocument,
  type Statement,
} from "./types";

export { attachmentFindings, isAwsManaged, policyName } from "./attachments";
export { parseDocument } from "./document";
export { properName } from "./data";
export { matches, matchesAny } from "./glob";
export { RULES, getRule, type Rule } from "./rules";
export { scalingWrites } from "./special";
export { isUnknown, UNKNOWN } from "./unknown";
export type {
  AnalyseOptions,
  CustomDefect,
  CustomRule,
  DocumentKind,
  Finding,
  Level,
  ParsedDocument,
  Statement,
  TrustContext,
} from "./types";

const TOO_INTRICATE =
  `takes more than ${MOST_COMPARISONS} comparisons of its wildcards, and no more are made: ` +
  "name the actions and resources, or split it";

const NEEDED: Record<DocumentKind, string> = {
  identity: "Effect, Action and Resource",
  trust: "Effect, Principal and Action",
  resource: "Effect, Principal, Action and Resource",
};

function unreadable(problems: readonly string[], kind: DocumentKind): Finding[] {
  return problems.map((problem) =>
    finding("document-unparsable", {
      message: `The document ${problem}`,
      request: "whatever AWS makes of it",
      instead:
        `A JSON object with "Version": "2012-10-17" and a list of statements, each with ` +
        `${NEEDED[kind]}, and each key once.`,
    }),
  );
}

function waiting(pending: readonly string[]): Finding[] {
  if (pending.length === 0) return [];
  return [
    finding("not-evaluated-yet", {
      message: `Not evaluated yet: ${pending.join(", ")} is known only at the update`,
      request: "none can be named before the value is known",
      instead: "Nothing to do: the check runs again at the update.",
    }),
  ];
}

/** The findings of a document that has been read already. */
export function analyseParsed(parsed: ParsedDocument, options: AnalyseOptions): Finding[] {
  const { statements } = parsed;
  const judged = withinBudget(() =>
    [...judge(statements, options), ...validityFindings(statements, options.kind)].map((found) =>
      placeFinding(found, statements),
    ),
  );
  const problems = judged === undefined ? [...parsed.problems, TOO_INTRICATE] : parsed.problems;
  const outer = [...unreadable(problems, options.kind), ...waiting(parsed.pending)];
  const inner = (judged ?? []).map((found) =>
    withAdvice(found, statements, options, (own) => judge(own, options)),
  );
  const own = customFindings(options.rules ?? [], parsed, options.kind);
  return [...outer, ...inner, ...own.map((found) => placeFinding(found, statements))];
}

function judge(statements: readonly Statement[], options: AnalyseOptions): Finding[] {
  switch (options.kind) {
    case "identity":
      return identityFindings(statements);
    case "trust":
      return trustFindings(statements, options);
    case "resource":
      return resourceFindings(statements, options);
  }
}

/**
 * Analyses one policy document, JSON text or an object. Pure, synchronous, and never throws: a document
 * that cannot be read is a finding, a value that is not known yet is a finding that says so.
 */
export function analyseDocument(document: unknown, options: AnalyseOptions): Finding[] {
  const findings = analyseParsed(parseDocument(document, options.kind), options);
  return typeof document === "string" ? addLines(findings, document) : findings;
}

/** A role (or user, or group) with all that it carries. */
export interface RoleDescription {
  /** Inline policies, and customer managed policies that are attached. */
  policies: readonly { name: string; document: unknown }[];
}

/**
 * What the policies of one principal come to together and none of them does alone: escalation paths
 * that need two policies, and limits by tag that another policy lets it lift. The findings of each
 * document alone are analyseDocument's.
 */
export function analyseRole(role: RoleDescription): Finding[] {
  const parts = role.policies.map(({ name, document }) => ({
    label: name,
    statements: parseDocument(document, "identity").statements,
  }));
  const all = parts.flatMap(({ statements }) => statements);
  const found = withinBudget(() => togetherFindings(parts));
  if (found === undefined) return unreadable([TOO_INTRICATE], "identity");
  return found.map((each) => withRoleAdvice(each, all));
}
