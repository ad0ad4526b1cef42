import {
  classifyActions,
  type DocumentContext,
  classifyPattern,
  listed,
  actionName,
  ruleForUnscoped,
} from "./classify-actions";
import { properName } from "./data";
import { finding, REWRITTEN } from "./rules";
import { exampleArn } from "./scope";
import { type Finding, type Statement } from "./types";

/** How many of a long list a message names. */
const NAMED = 4;

/** A list as a message has it: the first few, and how many more. */
export function truncateList(values: readonly string[]): string {
  const shown = values.slice(0, NAMED).join(", ");
  return values.length > NAMED ? `${shown} and ${values.length - NAMED} more` : shown;
}

const PHRASES: Record<string, string> = {
  "action-all": "allows every action",
  "service-wildcard": "allows every action of the service",
  "service-wildcard-scoped": "allows every action of the service on what it names",
  "action-wildcard": "takes in writes by a wildcard",
};

function report(
  statement: Statement,
  rule: string,
  actions: string[],
  resources: string[],
): Finding {
  const sample = getSample(actions[0] ?? "*");
  const names = actions.map(properName);
  const what = PHRASES[rule] ?? "is allowed on every resource";
  return finding(rule, {
    statement: statement.id,
    actions: names,
    resources,
    message: `${truncateList(names)} ${what} (Resource ${truncateList(resources)})`,
    request: `${properName(sample)} on ${exampleArn(sample, "request")}`,
    instead: REWRITTEN,
  });
}

/** A real action that a pattern takes in: the one to show as the request that should not pass. */
function getSample(pattern: string): string {
  let sample = samples.get(pattern);
  if (sample === undefined) samples.set(pattern, (sample = findSample(pattern)));
  return sample;
}

const samples = new Map<string, string>();

function findSample(pattern: string): string {
  switch (classifyPattern(pattern)) {
    case "exact":
      return pattern;
    case "all":
      return "iam:attachrolepolicy";
    case "service":
    case "part": {
      const all = listed(pattern);
      const isOpen = (action: string): boolean => ruleForUnscoped(action) !== undefined;
      const worst = all.find((a) => /^(delete|terminate|put)/.test(actionName(a)) && isOpen(a));
      return worst ?? all.find(isOpen) ?? pattern;
    }
  }
}

/** The breadth of one statement that allows: its actions against its resources. */
export function findBreadth(statement: Statement, context: DocumentContext): Finding[] {
  const resources = statement.notResources === undefined ? statement.resources : ["*"];
  if (resources.length === 0) return [];
  return classifyActions(statement, resources, context)
    .entries()
    .map(([rule, actions]) => report(statement, rule, actions, resources));
}
