import { isMisusedForAll, isNegated, isVacuous } from "./conditions";
import { conditionValue } from "./placeholders";
import { type Condition, type Statement } from "./types";

/** A condition block as JSON has it. */
export type ConditionBlock = Record<string, Record<string, unknown>>;

const single = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values);

/** The operator that asks for equality where the written one asks for the opposite. */
function positive(operator: string): string {
  return operator
    .replace(/Not(?=Equals|Like|IpAddress)/i, "")
    .replace(/^NotIpAddress/i, "IpAddress");
}

/** A condition that holds something back, made of one that does not; one that does is unchanged. */
function repair(condition: Condition): [operator: string, values: string[]] {
  const written = condition.text.slice(0, condition.text.indexOf(" "));
  const key = condition.text.slice(written.length + 1);
  let operator = written;
  let values = condition.values;
  if (condition.ifExists) operator = operator.replace(/IfExists$/i, "");
  if (isMisusedForAll(condition)) operator = operator.replace(/^ForAllValues:/i, "");
  if (isNegated(condition) && condition.operator !== "null") {
    return [positive(operator), [conditionValue(key)]];
  }
  // That a key is there at all says nothing of its value.
  if (condition.operator === "null" && isVacuous(condition)) {
    return ["StringEquals", [conditionValue(key)]];
  }
  if (isVacuous(condition)) {
    values = condition.values.filter((value) => !isVacuous({ ...condition, values: [value] }));
    // Ranges may be narrow one by one, and wide together.
    if (values.length === 0 || isVacuous({ ...condition, values })) values = [conditionValue(key)];
    if (/^(string|arn)like$/i.test(operator) && !values.some((value) => /[*?]/.test(value))) {
      operator = operator.replace(/like$/i, "Equals");
    }
  }
  return [operator, values];
}

/** The conditions of a statement as they are written, or with those repaired that hold nothing back. */
export function repairedConditions(
  statement: Statement,
  needsRepair: (condition: Condition) => boolean,
): ConditionBlock {
  const block: ConditionBlock = {};
  for (const condition of statement.conditions) {
    const at = condition.text.indexOf(" ");
    const key = condition.text.slice(at + 1);
    const [operator, values] = needsRepair(condition)
      ? repair(condition)
      : [condition.text.slice(0, at), condition.values];
    block[operator] = { ...block[operator], [key]: single(values) };
  }
  return block;
}

/** Adds conditions to a block; a key that it has already under the operator keeps its values. */
export function withConditions(block: ConditionBlock, more: ConditionBlock): ConditionBlock {
  const merged = { ...block };
  for (const [operator, keys] of Object.entries(more)) {
    merged[operator] = { ...keys, ...merged[operator] };
  }
  return merged;
}
