import { parseDocument } from "./document";
import { identityFindings } from "./identity";
import { resourceFindings } from "./resource-policy";
import { togetherFindings } from "./role";
import { finding } from "./rules";
import { trustFindings } from "./trust";
import { type DocumentKind, type Finding, type ParsedDocument, type TrustContext } from "./types";

export { attachmentFindings } from "./attachments";
export { parseDocument } from "./document";
export { RULES, ruleOf, type Rule } from "./rules";
export { isUnknown, UNKNOWN } from "./unknown";
export type {
  DocumentKind,
  Finding,
  Level,
  ParsedDocument,
  Statement,
  TrustContext,
} from "./types";

/** The kind of a document, and what is known around it. */
export interface AnalyseOptions extends TrustContext {
  kind: DocumentKind;
}

function unreadable(problems: readonly string[]): Finding[] {
  return problems.map((problem) =>
    finding("document-unparsable", {
      message: `The document ${problem}`,
      request: "whatever AWS makes of it",
      instead:
        '{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": [], "Resource": [] }] }',
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
  const outer = [...unreadable(parsed.problems), ...waiting(parsed.pending)];
  switch (options.kind) {
    case "identity":
      return [...outer, ...identityFindings(parsed.statements)];
    case "trust":
      return [...outer, ...trustFindings(parsed.statements, options)];
    case "resource":
      return [...outer, ...resourceFindings(parsed.statements, options)];
  }
}

/**
 * Analyses one policy document, JSON text or an object. Pure, synchronous, and never throws: a document
 * that cannot be read is a finding, a value that is not known yet is a finding that says so.
 */
export function analyseDocument(document: unknown, options: AnalyseOptions): Finding[] {
  return analyseParsed(parseDocument(document, options.kind), options);
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
  return togetherFindings(parts);
}
