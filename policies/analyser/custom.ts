import { type DocumentKind, type Finding, type Level, type ParsedDocument } from "./types";

/** What a rule of a team's own reports. `statement` is the id of the statement at fault. */
export type CustomDefect = Pick<Finding, "message"> &
  Partial<Pick<Finding, "statement" | "actions" | "resources" | "condition" | "principal">> & {
    /** A request that is allowed and should not be. */
    request?: string;
    /** What to write instead. */
    instead?: string;
  };

/** A rule of a team's own. It judges one document at a time, and must not keep or change what it is given. */
export interface CustomRule {
  /** In lower case with hyphens; none of the pack's own ids. */
  id: string;
  /** What it reports, in a few words. */
  title: string;
  /** Why it matters, in one sentence. */
  why: string;
  /** `mandatory` stops an update, `advisory` only reports. */
  level: Level;
  /** Where the rule is explained: a URL or a path. */
  page?: string;
  /** The defects of a document; actions are in lower case, and values may be unknown (`pending`). */
  check: (document: ParsedDocument, kind: DocumentKind) => readonly CustomDefect[];
}

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
