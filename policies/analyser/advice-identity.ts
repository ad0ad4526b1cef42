import { canMatch, typesToName } from "./arn-patterns";
import { kindOfAction, listed } from "./classify-actions";
import { type ConditionBlock, repairedConditions, withConditions } from "./condition-repair";
import { isMisusedForAll, isNegated, isVacuous, isFirm, isNarrowed } from "./conditions";
import { actionOf, properName, serviceOf } from "./data";
import { PATHS } from "./escalation-paths";
import { isWild, matches } from "./glob";
import { fillTemplate, partsOf } from "./placeholders";
import { coversType, isStar, isUnscoped } from "./scope";
import { AUTOSCALING, CREDENTIALS } from "./tables";
import { type Condition, type Finding, type Statement } from "./types";

type Json = Record<string, unknown>;

/** How many resource types, and how many names, a proposal may list before it asks for names instead. */
const MOST_TYPES = 8;
const MOST_NAMES = 40;

const OWN_RULES = new Set(["iam:passrole", "sts:assumerole", "iam:createservicelinkedrole"]);

const serviceOfAction = (action: string): string => action.slice(0, action.indexOf(":"));

const isSlack = (c: Condition): boolean =>
  isVacuous(c) || c.ifExists || isMisusedForAll(c) || (isNegated(c) && c.operator !== "null");

const isDangling = (c: Condition): boolean => isVacuous(c) || c.ifExists || isMisusedForAll(c);

/** Builds the narrower statements for some actions of one statement. */
class Narrower {
  private readonly written = new Map<string, string>();
  private readonly resources: readonly string[];
  private readonly conditions: ConditionBlock;
  private readonly isNarrowed: boolean;

  constructor(
    private readonly statement: Statement,
    private readonly all: readonly Statement[],
    needsRepair: (condition: Condition) => boolean,
  ) {
    for (const text of [statement.source.Action].flat()) {
      if (typeof text === "string") this.written.set(text.trim().toLowerCase(), text);
    }
    this.resources = statement.notResources === undefined ? statement.resources : ["*"];
    this.conditions = repairedConditions(statement, needsRepair);
    const conditions = statement.conditions.filter((c) => !needsRepair(c));
    // A repaired condition narrows if the key is one that narrows: judged by the same function.
    const repaired = statement.conditions.filter(needsRepair).map((c): Condition => ({
      ...c,
      operator: c.operator.replace("not", ""),
      qualifier: undefined,
      ifExists: false,
      values: ["value"],
    }));
    this.isNarrowed = isNarrowed({ ...statement, conditions: [...conditions, ...repaired] });
  }

  /** The author's spelling of an action, or AWS's. */
  spelled(action: string): string {
    return this.written.get(action) ?? properName(action);
  }

  private related(): string[] {
    return this.all.flatMap((s) => s.actions).filter((action) => !isWild(action));
  }

  private partsFor(service: string): ReturnType<typeof partsOf> {
    const own = this.resources.filter((arn) => arn.split(":")[2] === service);
    const rest = this.all.flatMap((s) => s.resources);
    const parts = partsOf(own);
    return { ...parts, partition: partsOf([...own, ...rest]).partition };
  }

  /** The author's own patterns for a type if they are narrow, or the type's ARN to fill in. */
  private arnsOf(action: string, type: string): string[] {
    const service = serviceOfAction(action);
    const template = serviceOf(service)?.templates.get(type);
    if (template === undefined) return [];
    const own = this.resources.filter(
      (arn) => canMatch(arn, template) && !coversType([arn], service, type) && !isStar([arn]),
    );
    if (own.length > 0) return own;
    const verb = /^(create|run|allocate|request|copy|import|register|start|purchase)/;
    const name = action.slice(service.length + 1);
    const isCreated =
      verb.test(name) &&
      (name.replace(/[^a-z]/g, "").includes(type.toLowerCase().replace(/[^a-z]/g, "")) ||
        (name === "runinstances" && /^(instance|volume|network-interface)$/.test(type)));
    return [fillTemplate(template, this.partsFor(service), isCreated)];
  }

  private arns(action: string): { arns: string[]; needsTag: boolean } {
    const info = actionOf(action);
    if (info === undefined) {
      return {
        arns: isStar(this.resources) ? ["ARN_OF_THE_RESOURCE"] : [...this.resources],
        needsTag: false,
      };
    }
    if (info.types.length === 0) return { arns: ["*"], needsTag: false };
    const types = typesToName(action, this.related());
    const arns = [...new Set(types.flatMap((type) => this.arnsOf(action, type)))];
    // If every ARN of the proposal is open, only a tag of the request is left to narrow it.
    const needsTag = arns.length > 0 && isUnscoped(action, arns);
    return { arns: arns.length === 0 ? ["ARN_OF_THE_RESOURCE"] : arns, needsTag };
  }

  private make(
    actions: readonly string[],
    resources: readonly string[],
    more: ConditionBlock = {},
  ): Json {
    const conditions = withConditions(this.conditions, more);
    return {
      ...this.rest(),
      Action: actions.length === 1 ? actions[0] : actions,
      Resource: resources.length === 1 ? resources[0] : resources,
      ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
    };
  }

  /** The elements that every proposal keeps: Sid and Effect. */
  private rest(): Json {
    const replaced = /^((Not)?(Action|Resource)|Condition)$/;
    return Object.fromEntries(
      Object.entries(this.statement.source).filter(([element]) => !replaced.test(element)),
    );
  }

  /** Named actions, each on the resources that it takes. */
  named(actions: readonly string[]): Json[] {
    const groups = new Map<string, { actions: string[]; arns: string[]; more: ConditionBlock }>();
    for (const action of actions) {
      const { arns, more } = this.target(action);
      const key = JSON.stringify([arns, more]);
      const group = groups.get(key) ?? { actions: [], arns, more };
      group.actions.push(this.spelled(action));
      groups.set(key, group);
    }
    return [...groups.values()].map((g) => this.make(g.actions, g.arns, g.more));
  }

  private target(action: string): { arns: string[]; more: ConditionBlock } {
    if (this.isNarrowed && !OWN_RULES.has(action) && !AUTOSCALING.has(action)) {
      return { arns: [...this.resources], more: {} };
    }
    const { arns, needsTag } = this.arns(action);
    if (action === "iam:passrole") {
      const has = this.has("iam:passedtoservice");
      return {
        arns,
        more: has ? {} : { StringEquals: { "iam:PassedToService": this.passedTo() } },
      };
    }
    if (action === "iam:createservicelinkedrole") {
      const named = /aws-service-role\/([a-z0-9.-]+)\//.exec(this.resources.join(" "))?.[1];
      const more = { StringEquals: { "iam:AWSServiceName": named ?? "SERVICE.amazonaws.com" } };
      return { arns: [...this.resources], more: this.has("iam:awsservicename") ? {} : more };
    }
    if (action === "sts:assumerole") {
      const { partition, account } = this.partsFor("iam");
      const own = this.resources.filter((r) => !coversType([r], "iam", "role") && !isStar([r]));
      const role = `arn:${partition}:iam::${account}:role/ROLE_NAME`;
      return { arns: own.length > 0 ? own : [role], more: {} };
    }
    if (AUTOSCALING.has(action)) {
      const prefix = "aws:ResourceTag/k8s.io/cluster-autoscaler/";
      const written = this.statement.conditions
        .map((c) => c.text.slice(c.text.indexOf(" ") + 1))
        .find((key) => key.startsWith(prefix) && !/(\/enabled|\*)$/.test(key));
      const tag = written ?? `${prefix}CLUSTER_NAME`;
      return { arns: [...this.resources], more: { StringEquals: { [tag]: "owned" } } };
    }
    return {
      arns,
      more: needsTag ? { StringEquals: { "aws:RequestTag/TAG_KEY": "TAG_VALUE" } } : {},
    };
  }

  private has(key: string): boolean {
    return this.statement.conditions.some((c) => c.key === key && (isFirm(c) || isSlack(c)));
  }

  /** The service that the author's other actions hand a role to. */
  private passedTo(): string {
    const own = new Set(this.related());
    const services = PATHS.flatMap(({ role, actions }) =>
      role !== undefined && actions.some((a) => own.has(a)) ? [role] : [],
    );
    const [first, ...others] = new Set(services);
    return first !== undefined && others.length === 0 ? first : "SERVICE.amazonaws.com";
  }

  /** A wildcard, on the resources of the types that it takes in; or its names, to be filled in. */
  wildcard(pattern: string): Json[] {
    const kind = kindOfAction(pattern);
    if (kind === "part") {
      const kept = this.keptWildcard(pattern);
      if (kept !== undefined) return kept;
    }
    const own = this.resources.filter((arn) => !isStar([arn]) && !isServiceWide(arn));
    const prefix = kind === "all" ? "SERVICE" : serviceOfAction(pattern);
    return [
      this.make([`${prefix}:NAME_OF_ACTION`], own.length > 0 ? own : ["ARN_OF_THE_RESOURCE"]),
    ];
  }

  /** The wildcard itself on the types that it is about; undefined if it takes in too much to keep. */
  private keptWildcard(pattern: string): Json[] | undefined {
    const all = listed(pattern);
    const scoped = all.filter((action) => (actionOf(action)?.types.length ?? 0) > 0);
    const rest = all.filter((action) => !scoped.includes(action));
    const types = mainTypes(scoped);
    const isPlain = scoped.every(
      (a) =>
        !OWN_RULES.has(a) &&
        !AUTOSCALING.has(a) &&
        !CREDENTIALS.has(a) &&
        !(this.arns(a).needsTag && types.has(typesToName(a)[0] ?? "")),
    );
    if (!isPlain || types.size === 0 || rest.length > MOST_NAMES) return undefined;
    const named = scoped.filter((action) => typesToName(action).every((type) => types.has(type)));
    const arns = [...new Set(named.flatMap((action) => this.arns(action).arns))];
    const limited = this.isNarrowed ? [...this.resources] : arns;
    const beside = rest.length > 0 ? [this.make(rest.map(properName), ["*"])] : [];
    return [this.make([this.spelled(pattern)], limited), ...beside];
  }
}

/**
 * The resource types that actions are about: all of them if they are few, else those that at least one
 * action in six names, if these are most of the actions. None if the actions have nothing in common.
 */
function mainTypes(actions: readonly string[]): Set<string> {
  const counts = new Map<string, number>();
  const byAction = actions.map((action) => typesToName(action));
  for (const type of byAction.flat()) counts.set(type, (counts.get(type) ?? 0) + 1);
  if (counts.size <= MOST_TYPES) return new Set(counts.keys());
  const often = new Set([...counts].filter(([, n]) => n * 6 >= actions.length).map(([t]) => t));
  const covered = byAction.filter((types) => types.every((type) => often.has(type)));
  return covered.length * 2 >= actions.length ? often : new Set();
}

/** Whether everything after the account of an ARN is open: `arn:aws:s3:::*`. */
function isServiceWide(arn: string): boolean {
  return /^[*?]*$/.test(arn.split(":").slice(5).join(":"));
}

/** Statements to write instead of the fault in a statement of an identity policy. */
export function narrowedStatements(
  found: Finding,
  about: readonly Statement[],
  all: readonly Statement[],
): Json[] {
  const actions = found.actions.map((action) => action.toLowerCase());
  return about.flatMap((statement) => {
    const slack = found.rule.startsWith("condition-") ? isSlack : isDangling;
    const narrower = new Narrower(statement, all, slack);
    if (statement.notActions !== undefined) return narrower.wildcard("*");
    const exact = statement.actions.filter((a) => !isWild(a) && actions.includes(a));
    const caught = statement.actions.filter(
      (pattern) =>
        isWild(pattern) &&
        actions.some((a) => pattern === a || (!exact.includes(a) && matches(pattern, a))),
    );
    return [
      ...(exact.length > 0 ? narrower.named(exact) : []),
      ...caught.flatMap((pattern) => narrower.wildcard(pattern)),
    ];
  });
}
