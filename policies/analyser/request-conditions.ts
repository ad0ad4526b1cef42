import { asksOfNobody, isLiteralWildcard, isMisusedForAll, isVacuous } from "./conditions";
import { guardKind } from "./condition-keys";
import { finding, statementJson } from "./rules";
import { type Condition, type Finding, type Statement } from "./types";

function report(
  rule: string,
  statement: Statement,
  condition: Condition,
  shown: { message: string; request: string },
  operator: string,
): Finding {
  const key = condition.text.slice(condition.text.indexOf(" ") + 1);
  return finding(rule, {
    statement: statement.id,
    actions: statement.actions,
    resources: statement.resources,
    condition: `${condition.text} = ${condition.values.join(", ")}`,
    ...shown,
    instead: statementJson({ Condition: { [operator]: { [key]: condition.values } } }),
  });
}

/** The operator without what makes it lenient, as IAM writes it. */
const firmOperator = (text: string): string =>
  text.slice(0, text.indexOf(" ")).replace(/^.*:|IfExists$/gi, "");

/** A limit that a request without the key passes: a second factor that an access key never has. */
export function lenientLimits(statement: Statement): Finding[] {
  return statement.conditions.filter(asksOfNobody).map((c) =>
    report(
      "condition-if-exists",
      statement,
      c,
      {
        message: `The condition ${c.text} asks nothing of a request without the key`,
        request:
          "the same action with a long-term access key, or by a caller who leaves the key out",
      },
      firmOperator(c.text),
    ),
  );
}

/** A limit by a caller's ARN or the like that nobody can meet, since its star is taken as it is written. */
function literalWildcards(statement: Statement): Finding[] {
  // Billing's exports come with a star in the ARN that they name as their source, as documented.
  const isBilling = (c: Condition): boolean =>
    c.values.every((value) => /^arn:[^:]*:(cur|bcm-data-exports):/.test(value));
  const isNaming = (c: Condition): boolean =>
    c.key === "sts:externalid" || (guardKind(c.key) ?? "address") !== "address";
  return statement.conditions
    .filter((c) => isNaming(c) && isLiteralWildcard(c) && !isBilling(c))
    .map((c) =>
      report(
        "condition-literal-wildcard",
        statement,
        c,
        {
          message: `${c.text} = ${c.values.join(", ")} matches nobody`,
          request: "none at all, the caller who is meant included",
        },
        /arn$/.test(c.key) ? "ArnLike" : "StringLike",
      ),
    );
}

/** ForAllValues on a key of one value: a request without the key passes. */
function misusedForAll(statement: Statement): Finding[] {
  return statement.conditions
    .filter((c) => isMisusedForAll(c) && guardKind(c.key) !== undefined)
    .map((c) =>
      report(
        "condition-for-all-values",
        statement,
        c,
        {
          message: `The condition ${c.text} asks nothing of a request without the key`,
          request: "the same action by a caller whose request lacks the key",
        },
        firmOperator(c.text),
      ),
    );
}

/** An external id that is anything: the vendor's other customers get in by theirs. */
function anyExternalId(statement: Statement): Finding[] {
  return statement.conditions
    .filter((c) => c.key === "sts:externalid" && isVacuous(c))
    .map((c) =>
      report(
        "condition-vacuous",
        statement,
        c,
        {
          message: `The condition ${c.text} = ${c.values.join(", ")} holds nothing back`,
          request: "sts:AssumeRole with any external id",
        },
        "StringEquals",
      ),
    );
}

/** What is wrong with the limits of a trust or resource policy's statement, whatever its principals are. */
export function requestFindings(statement: Statement): Finding[] {
  return [
    ...lenientLimits(statement),
    ...literalWildcards(statement),
    ...anyExternalId(statement),
    ...misusedForAll(statement),
  ];
}
