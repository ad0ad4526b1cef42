import {
  type Policies,
  type PolicyResource,
  type ReportViolation,
  type ResourceValidationArgs,
  type StackValidationArgs,
} from "@pulumi/policy";
import { ACCEPTED_TYPE } from "./accepted-type";
import { type CustomRule, type Rule, getRule, RULES } from "./analyser";
import { checkRules } from "./analyser/custom";
import { RULE_SCHEMA, type RuleConfig } from "./config";
import { concernsIam } from "./extract-documents";
import { exceptionLine, violation } from "./format";
import { type ResourceRecord } from "./records";
import { analyseJoins, analyseResource, type StackOptions } from "./resources";
import { Session, type Verdict } from "./session";

/**
 * The engine's proxies throw where a value is not known. The pack recognises such values by itself, so as to
 * judge the rest of the resource, and takes the data from behind them.
 */
function plain<T>(proxy: T): T {
  return (proxy as { __getSpecialProxyTarget?: T }).__getSpecialProxyTarget ?? proxy;
}

function toRecord(args: ResourceValidationArgs): ResourceRecord {
  return { urn: args.urn, type: args.type, name: args.name, props: plain(args.props) };
}

function toStackRecord(resource: PolicyResource): ResourceRecord {
  const urns = (list: PolicyResource[]): string[] => list.map(({ urn }) => urn);
  const byProperty = Object.entries(resource.propertyDependencies);
  return {
    urn: resource.urn,
    type: resource.type,
    name: resource.name,
    props: plain(resource.props),
    ...(resource.parent && { parent: resource.parent.urn }),
    dependencies: urns(resource.dependencies),
    propertyDependencies: Object.fromEntries(byProperty.map(([key, list]) => [key, urns(list)])),
  };
}

/** What the pack is made with. */
export interface PackOptions {
  /** Rules of a team's own, beside the pack's. */
  rules?: readonly CustomRule[];
}

type PolicyRule = Pick<Rule, "id" | "title" | "why" | "level">;

/** Judges subjects of the engine for the policies of one run. */
class Judge {
  private readonly session: Session;

  constructor(
    private readonly rules: readonly PolicyRule[],
    private readonly custom: readonly CustomRule[],
  ) {
    this.session = new Session(new Set(rules.map(({ id }) => id)));
  }

  resource(rule: string, args: ResourceValidationArgs): Verdict & { config: RuleConfig } {
    const config = this.session.configure(rule, args.getConfig());
    this.session.learn(args.type, args.urn, plain(args.props));
    return { ...this.resourceVerdict(rule, config, args), config };
  }

  stack(rule: string, args: StackValidationArgs): Verdict & { config: RuleConfig } {
    const config = this.session.configure(rule, args.getConfig());
    return { ...this.stackVerdict(rule, config, args), config };
  }

  /** Reports what is accepted of a resource, and what was of those before. */
  acceptedOn(args: ResourceValidationArgs, tell: ReportViolation): void {
    this.session.configureList(readList(args));
    this.session.learn(args.type, args.urn, plain(args.props));
    for (const { id } of this.rules) this.resourceVerdict(id, this.session.configOf(id), args);
    this.tellAccepted(tell);
  }

  /** Reports what is accepted of the stack, and which parts of the configuration cannot be read. */
  acceptedOnStack(args: StackValidationArgs, tell: ReportViolation): void {
    this.session.configureList(readList(args));
    // Every policy has been asked about a resource by now: all configurations are known.
    for (const { id } of this.rules) this.stackVerdict(id, this.session.configOf(id), args);
    for (const problem of this.session.problems()) tell(problem);
    this.tellAccepted(tell);
  }

  private tellAccepted(tell: ReportViolation): void {
    for (const found of this.session.takeAccepted()) tell(exceptionLine(found), found.urn);
  }

  private resourceVerdict(rule: string, config: RuleConfig, args: ResourceValidationArgs): Verdict {
    if (!concernsIam(args.type)) return { reported: [], accepted: [] };
    const record = toRecord(args);
    return this.session.judge(rule, config, JSON.stringify(record), (context) =>
      analyseResource(record, this.options(context)),
    );
  }

  private stackVerdict(rule: string, config: RuleConfig, args: StackValidationArgs): Verdict {
    for (const { type, urn, props } of args.resources) {
      if (type === ACCEPTED_TYPE) this.session.learn(type, urn, plain(props));
    }
    const records = args.resources.filter(({ type }) => concernsIam(type)).map(toStackRecord);
    return this.session.judge(rule, config, JSON.stringify(records), (context) =>
      analyseJoins(records, this.options(context)),
    );
  }

  private options(context: StackOptions): StackOptions {
    return { ...context, rules: this.custom };
  }
}

function readList(args: ResourceValidationArgs | StackValidationArgs): unknown {
  return args.getConfig<{ list?: unknown }>().list;
}

function rulePolicy(rule: PolicyRule, judge: Judge): Policies[number] {
  const report = (verdict: Verdict & { config: RuleConfig }, tell: ReportViolation): void => {
    for (const found of verdict.reported) tell(violation(found, verdict.config.advice), found.urn);
  };
  return {
    name: rule.id,
    description: `${rule.title}. ${rule.why}`,
    enforcementLevel: rule.level,
    configSchema: RULE_SCHEMA,
    validateResource: (args, tell) => report(judge.resource(rule.id, args), tell),
    validateStack: (args: StackValidationArgs, tell: ReportViolation) =>
      report(judge.stack(rule.id, args), tell),
  };
}

/** The policy that holds exceptions to any rule, and reports each that covers something. */
function exceptionsPolicy(rule: PolicyRule, judge: Judge): Policies[number] {
  return {
    name: rule.id,
    description: `${rule.title}. ${rule.why}`,
    enforcementLevel: rule.level,
    configSchema: { properties: { list: { type: "array", items: { type: "object" } } } },
    validateResource: (args, tell) => judge.acceptedOn(args, tell),
    validateStack: (args: StackValidationArgs, tell: ReportViolation) =>
      judge.acceptedOnStack(args, tell),
  };
}

/**
 * The policies: one for each rule, at a resource for what it shows alone and at the stack for what its
 * resources show together, and one that reports exceptions. Their verdicts do not depend on the order in
 * which they are asked, except that the list of the exceptions policy is known from the first resource
 * of a run on: in a Pulumi program that is the stack itself.
 *
 * @throws if a rule of `options.rules` has an id that is malformed or taken
 */
export function createPolicies({ rules: custom = [] }: PackOptions = {}): Policies {
  checkRules(custom, new Set(RULES.map(({ id }) => id)));
  const rules: PolicyRule[] = [...RULES.filter(({ id }) => id !== "exceptions"), ...custom];
  const judge = new Judge(rules, custom);
  return [
    exceptionsPolicy(getRule("exceptions"), judge),
    ...rules.map((rule) => rulePolicy(rule, judge)),
  ];
}

/** The pack's own policies. */
export const policies: Policies = createPolicies();
