import { type Rule } from "./rule";
import { ACCESS_RULES } from "./rules-access";
import { IDENTITY_RULES } from "./rules-identity";
import { type Finding } from "./types";

export { type Rule } from "./rule";

/** Every rule of the pack, in the order in which the documentation lists them. */
export const RULES: readonly Rule[] = [...IDENTITY_RULES, ...ACCESS_RULES];

const byId = new Map(RULES.map((rule) => [rule.id, rule]));

/** The rule of an id; an unknown id is a mistake of this pack. */
export function getRule(id: string): Rule {
  const rule = byId.get(id);
  if (rule === undefined) throw new Error(`The pack has no rule "${id}"`);
  return rule;
}

/** What a check knows of a defect; the rest comes from its rule. */
export type Defect = Pick<Finding, "message" | "request" | "instead"> &
  Partial<Pick<Finding, "statement" | "actions" | "resources" | "condition" | "principal" | "why">>;

/** A finding of a rule. */
export function finding(id: string, defect: Defect): Finding {
  const rule = getRule(id);
  return {
    rule: id,
    level: rule.level,
    statement: "",
    actions: [],
    resources: [],
    why: rule.why,
    ...defect,
  };
}

/** What a finding is given to write instead until advice.ts has rewritten the author's own statement. */
export const REWRITTEN = "The same statement, with the actions and resources that it is for.";

/** A statement as JSON, as `instead` shows it. */
export function statementJson(statement: Record<string, unknown>): string {
  return JSON.stringify(statement, null, 2);
}
