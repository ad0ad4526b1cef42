import { type CustomRule, type DocumentKind, type Finding, type ParsedDocument } from "./types";

/** Findings of rules of a team's own. */
export function customFindings(
  rules: readonly CustomRule[],
  document: ParsedDocument,
  kind: DocumentKind,
): Finding[] {
  return rules.flatMap(({ id, level, why, page, check }) =>
    check(document, kind).map((defect): Finding => ({
      rule: id,
      level,
      why,
      statement: "",
      actions: [],
      resources: [],
      request: "see the message",
      instead: "see the message",
      ...(page !== undefined && { page }),
      ...defect,
    })),
  );
}

/** Throws at rules that cannot work: an id that is malformed, taken, or given twice. */
export function checkRules(rules: readonly CustomRule[], taken: ReadonlySet<string>): void {
  const seen = new Set(taken);
  for (const rule of rules) {
    if (!/^[a-z][a-z0-9-]*$/.test(rule.id) || rule.id === "all") {
      throw new Error(`The rule id "${rule.id}" is not in lower case with hyphens`);
    }
    if (seen.has(rule.id)) throw new Error(`The rule id "${rule.id}" is taken`);
    if (typeof rule.check !== "function") throw new Error(`The rule "${rule.id}" has no check`);
    seen.add(rule.id);
  }
}
