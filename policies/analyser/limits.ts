/**
 * The most that is judged of one document, above what AWS takes (102,400 characters for the largest
 * resource policy, OpenSearch's) and what AWS writes itself (4,533 actions in AWSSupportServiceRolePolicy).
 */
const MOST_STATEMENTS = 500;
const MOST_ACTIONS = 6000;
const MOST_VALUES = 5000;

/** The longest action, wildcards included; AWS's own have fewer than 100 characters. */
export const LONGEST_ACTION = 256;
/** The longest ARN, principal or value of a condition. */
export const LONGEST_VALUE = 4096;

type Json = Record<string, unknown>;

const count = (value: unknown): number =>
  Array.isArray(value) ? value.length : value === undefined ? 0 : 1;

/** Why a document is too large to be judged; undefined if it is not. */
export function findExcess(statements: readonly unknown[]): string | undefined {
  if (statements.length > MOST_STATEMENTS) {
    return `has ${statements.length} statements, and at most ${MOST_STATEMENTS} are judged`;
  }
  let actions = 0;
  let values = 0;
  for (const statement of statements) {
    if (typeof statement !== "object" || statement === null) continue;
    const { Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } =
      statement as Json;
    actions += count(Action) + count(NotAction);
    values += count(Resource) + count(NotResource);
    for (const element of [Principal, NotPrincipal, Condition]) {
      for (const inner of Object.values(element ?? {})) {
        values += count(inner);
        const isObject = typeof inner === "object" && inner !== null && !Array.isArray(inner);
        if (isObject) for (const list of Object.values(inner as Json)) values += count(list);
      }
    }
  }
  if (actions > MOST_ACTIONS) {
    return `names more than ${MOST_ACTIONS} actions, and no more are judged`;
  }
  return values > MOST_VALUES
    ? `names more than ${MOST_VALUES} resources, principals and values, and no more are judged`
    : undefined;
}

/** A text as a message shows it: a very long one by its beginning and its length. */
export function abbreviate(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 60)}... (${text.length} characters)`;
}
