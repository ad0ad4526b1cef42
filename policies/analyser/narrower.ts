import { Arns, serviceOfAction, type ProposalContext } from "./advice-arns";
import { typesToName } from "./action-types";
import { classifyPattern, listed } from "./classify-actions";
import { type ConditionBlock, repairedConditions, withConditions } from "./condition-repair";
import { isMisusedForAll, isNegated, isVacuous, isFirm, isNarrowed } from "./conditions";
import { lookUpAction, properName } from "./data";
import { PATHS } from "./escalation-paths";
import { coversType, isStar } from "./scope";
import { AUTOSCALING, CREDENTIALS } from "./tables";
import { type Condition, type Statement } from "./types";

type Json = Record<string, unknown>;

/** How many resource types, and how many names, a proposal may list before it asks for names instead. */
const MOST_TYPES = 8;
const MOST_NAMES = 40;

const OWN_RULES = new Set(["iam:passrole", "sts:assumerole", "iam:createservicelinkedrole"]);

/** Whether a proposal has to mend a condition. */
export type Slack = (condition: Condition) => boolean;

export const isSlack: Slack = (c) =>
  isVacuous(c) || c.ifExists || isMisusedForAll(c) || (isNegated(c) && c.operator !== "null");

export const isDangling: Slack = (c) => isVacuous(c) || c.ifExists || isMisusedForAll(c);

/** Actions of a proposal that go into one statement. */
interface Group {
  actions: string[];
  arns: readonly string[];
  more: ConditionBlock;
}

/** Builds the narrower statements for some actions of one statement. */
export class Narrower {
  private readonly written = new Map<string, string>();
  private readonly resources: readonly string[];
  private readonly arns: Arns;
  private readonly conditions: ConditionBlock;
  private readonly isNarrowed: boolean;

  constructor(
    private readonly statement: Statement,
    private readonly document: ProposalContext,
    needsRepair: Slack,
  ) {
    for (const text of [statement.source.Action].flat()) {
      if (typeof text === "string") this.written.set(text.trim().toLowerCase(), text);
    }
    this.resources = statement.notResources === undefined ? statement.resources : ["*"];
    this.arns = new Arns(this.resources, document);
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
    const groups = new Map<string, Group>();
    for (const action of actions) {
      const { arns, more } = this.target(action);
      const key = JSON.stringify([arns, more]);
      const group = groups.get(key) ?? { actions: [], arns, more };
      group.actions.push(this.spelled(action));
      groups.set(key, group);
    }
    return [...groups.values()].map((g) => this.make(g.actions, g.arns, g.more));
  }

  private target(action: string): Omit<Group, "actions"> {
    if (this.isNarrowed && !OWN_RULES.has(action) && !AUTOSCALING.has(action)) {
      return { arns: this.resources, more: {} };
    }
    const { arns, needsTag } = this.arns.of(action);
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
      return { arns: this.resources, more: this.has("iam:awsservicename") ? {} : more };
    }
    if (action === "sts:assumerole") {
      const { partition, account } = this.arns.partsFor("iam");
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
      return { arns: this.resources, more: { StringEquals: { [tag]: "owned" } } };
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
    const own = this.document.names;
    const services = PATHS.flatMap(({ role, actions }) =>
      role !== undefined && actions.some((a) => own.has(a)) ? [role] : [],
    );
    const [first, ...others] = new Set(services);
    return first !== undefined && others.length === 0 ? first : "SERVICE.amazonaws.com";
  }

  /** A wildcard, on the resources of the types that it takes in; or its names, to be filled in. */
  wildcard(pattern: string): Json[] {
    const kind = classifyPattern(pattern);
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
    const scoped = all.filter((action) => (lookUpAction(action)?.types.length ?? 0) > 0);
    const rest = all.filter((action) => !scoped.includes(action));
    const types = mainTypes(scoped);
    const isPlain = scoped.every(
      (a) =>
        !OWN_RULES.has(a) &&
        !AUTOSCALING.has(a) &&
        !CREDENTIALS.has(a) &&
        !(this.arns.of(a).needsTag && types.has(typesToName(a)[0] ?? "")),
    );
    if (!isPlain || types.size === 0 || rest.length > MOST_NAMES) return undefined;
    const named = scoped.filter((action) => typesToName(action).every((type) => types.has(type)));
    const arns = [...new Set(named.flatMap((action) => this.arns.of(action).arns))];
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
