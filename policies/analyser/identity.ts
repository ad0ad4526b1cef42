import { findBreadth, truncateList } from "./breadth";
import { type DocumentContext, ruleForUnscoped } from "./classify-actions";
import { isNarrowed, isMisusedForAll, isNegated, isVacuous, isUndetermined } from "./conditions";
import { lookUpAction, properName } from "./data";
import { documentedAs, listPublished } from "./documented";
import { isDenied, narrowingDenials, plainDenials } from "./denials";
import { findEscalation } from "./escalation";
import { lenientLimits } from "./request-conditions";
import { selfTag } from "./role";
import { finding, statementJson } from "./rules";
import { exampleArn, openTypes } from "./scope";
import { findSpecial } from "./special";
import { type Finding, type Statement } from "./types";

function notAction(statement: Statement): Finding[] {
  if (statement.notActions === undefined) return [];
  return [
    finding("not-action", {
      statement: statement.id,
      actions: statement.notActions.map(properName),
      resources: statement.resources,
      message: `Allow with NotAction ${truncateList(statement.notActions.map(properName))}`,
      request: "kms:ScheduleKeyDeletion on arn:aws:kms:eu-west-1:111122223333:key/someone-elses",
      instead: statementJson({
        Effect: "Allow",
        Action: ["service:WhatItNeeds"],
        Resource: "THE-ARN-IT-NEEDS",
      }),
    }),
  ];
}

function notResource(statement: Statement): Finding[] {
  if (statement.notResources === undefined) return [];
  return [
    finding("not-resource", {
      statement: statement.id,
      actions: statement.actions.map(properName),
      resources: statement.notResources,
      message: `Allow with NotResource ${truncateList(statement.notResources)}`,
      request: `${properName(statement.actions[0] ?? "s3:getobject")} on any resource that is not named`,
      instead: statementJson({
        Effect: "Allow",
        Action: statement.actions.map(properName),
        Resource: exampleArn(statement.actions[0] ?? "s3:getobject", "template"),
      }),
    }),
  ];
}

/** The conditions that were to hold the breadth back and do not. */
function slackConditions(statement: Statement): Finding[] {
  return statement.conditions.flatMap((condition) => {
    const rule = isVacuous(condition)
      ? "condition-vacuous"
      : condition.ifExists
        ? "condition-if-exists"
        : isNegated(condition) && condition.operator !== "null"
          ? "condition-negated"
          : undefined;
    if (rule === undefined) return [];
    return [conditionFinding(rule, statement, condition.text, condition.values)];
  });
}

function conditionFinding(
  rule: string,
  statement: Statement,
  text: string,
  values: string[],
): Finding {
  const key = text.slice(text.indexOf(" ") + 1);
  const resources = statement.notResources ?? statement.resources;
  const action = properName(statement.actions[0] ?? "the action");
  return finding(rule, {
    statement: statement.id,
    actions: statement.actions.map(properName),
    resources,
    condition: `${text} = ${values.join(", ")}`,
    message: `The condition ${text} = ${truncateList(values)} holds nothing back`,
    request:
      rule === "condition-negated"
        ? `${action} where ${key} is absent, or any value but ${truncateList(values)}`
        : `${action} in a request where ${key} is absent or anything at all`,
    instead: statementJson({ Condition: { StringEquals: { [key]: "THE-ONE-VALUE" } } }),
  });
}

/** ForAllValues on a key of one value is a defect whatever the breadth: the limit that it states is none. */
function misusedForAll(statement: Statement): Finding[] {
  return statement.conditions
    .filter(isMisusedForAll)
    .map((c) => conditionFinding("condition-for-all-values", statement, c.text, c.values));
}

/**
 * Writes whose required types are opened by several statements: `instance/*` in one and `subnet/*` in
 * another allow ec2:RunInstances on everything as well as one statement would.
 */
function piecemeal(statements: readonly Statement[], context: DocumentContext): Finding[] {
  const open = new Map<string, { types: Set<string>; last: Statement; alone: boolean }>();
  for (const statement of statements) {
    if (isNarrowed(statement) || statement.notActions !== undefined) continue;
    for (const action of statement.actions) {
      const rule = action.includes("*") ? undefined : ruleForUnscoped(action);
      if (rule === undefined || statement.resources.length === 0) continue;
      const info = lookUpAction(action);
      if (info === undefined || info.required.length < 2) continue;
      const types = openTypes(action, info, statement.resources);
      const known = open.get(action) ?? { types: new Set<string>(), last: statement, alone: false };
      types.forEach((type) => known.types.add(type));
      known.alone ||= types.length === info.required.length;
      known.last = statement;
      open.set(action, known);
    }
  }
  return [...open].flatMap(([action, { types, last, alone }]) => {
    const rule = ruleForUnscoped(action);
    const denied = isDenied(action, context.denials);
    const needed = lookUpAction(action)?.required.length ?? 0;
    if (
      alone ||
      denied ||
      rule === undefined ||
      types.size < needed ||
      context.published.has(action)
    ) {
      return [];
    }
    return [
      finding(rule, {
        statement: last.id,
        actions: [properName(action)],
        resources: last.resources,
        message: `${properName(action)} is allowed on every resource by several statements together`,
        request: `${properName(action)} on ${exampleArn(action, "request")}`,
        instead: statementJson({
          Effect: "Allow",
          Action: properName(action),
          Resource: exampleArn(action, "template"),
        }),
      }),
    ];
  });
}

/** Reports a published policy once, over however many statements its breadth is spread. */
function once(findings: Finding[], names: string): Finding[] {
  const published = findings.filter((f) => f.rule === "documented-breadth");
  const first = published[0];
  if (first === undefined) return findings;
  const actions = [...new Set(published.flatMap((f) => f.actions))];
  const reported = {
    ...first,
    actions,
    message: `${names}: ${truncateList(actions)} on every resource, as published`,
  };
  return [...findings.filter((f) => f.rule !== "documented-breadth"), reported];
}

function statementFindings(statement: Statement, context: DocumentContext): Finding[] {
  const broad = [...findBreadth(statement, context), ...findSpecial(statement, context.denials)];
  const held = !isNarrowed(statement) && broad.some((f) => f.level === "mandatory");
  return [
    ...broad,
    ...notAction(statement),
    ...notResource(statement),
    ...(held ? slackConditions(statement) : lenientLimits(statement)),
    ...misusedForAll(statement),
  ];
}

/** All findings on an identity policy's statements. */
export function identityFindings(statements: readonly Statement[]): Finding[] {
  const controllers = documentedAs(statements);
  const context: DocumentContext = {
    denials: plainDenials(statements),
    narrowing: narrowingDenials(statements),
    published: listPublished(controllers),
  };
  const allowing = statements.filter((s) => s.effect === "Allow" && !isUndetermined(s));
  const findings = allowing.flatMap((statement) => statementFindings(statement, context));
  const names = controllers.map((c) => `${c.name} (${c.source})`).join("; ");
  return [
    ...once([...findings, ...piecemeal(allowing, context)], names),
    ...findEscalation([{ label: "", statements }]),
    ...selfTag(statements),
  ];
}
