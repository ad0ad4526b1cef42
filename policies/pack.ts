import {
  type Policies,
  type PolicyResource,
  type ReportViolation,
  type ResourceValidationArgs,
  type StackValidationArgs,
} from "@pulumi/policy";
import { type Rule, ruleOf, RULES } from "./analyser";
import { type Exception, readExceptions } from "./exceptions";
import { concernsIam } from "./extract-documents";
import { exceptionLine, violation } from "./format";
import { type ResourceRecord } from "./records";
import { analyseJoins, analyseResource, type PlacedFinding } from "./resources";

/**
 * The engine's proxies throw where a value is not known. The pack tells such values by itself, so as to
 * judge the rest of the resource, and takes the data from behind them.
 */
function plain<T>(proxy: T): T {
  return (proxy as { __getSpecialProxyTarget?: T }).__getSpecialProxyTarget ?? proxy;
}

function recordOf(args: ResourceValidationArgs): ResourceRecord {
  return { urn: args.urn, type: args.type, name: args.name, props: plain(args.props) };
}

function stackRecordOf(resource: PolicyResource): ResourceRecord {
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

/**
 * The engine asks each policy in turn about the same resource or stack, and gives each a copy of it: the
 * analysis is made for the first, and kept for the others.
 */
class Session {
  private exceptions: readonly Exception[] = [];
  private problems: readonly string[] = [];
  private key = "";
  private findings: PlacedFinding[] = [];

  /** Takes the exceptions from the configuration of the policy that holds them: the first to be asked. */
  configure(config: { list?: unknown }): void {
    ({ exceptions: this.exceptions, problems: this.problems } = readExceptions(config.list));
    this.key = "";
  }

  ofResource(args: ResourceValidationArgs): PlacedFinding[] {
    if (!concernsIam(args.type)) return [];
    const record = recordOf(args);
    return this.once(record, () => analyseResource(record, { exceptions: this.exceptions }));
  }

  ofStack(args: StackValidationArgs): PlacedFinding[] {
    const records = args.resources.filter(({ type }) => concernsIam(type)).map(stackRecordOf);
    return this.once(records, () => analyseJoins(records, { exceptions: this.exceptions }));
  }

  configurationProblems(): readonly string[] {
    return this.problems;
  }

  private once(subject: unknown, analyse: () => PlacedFinding[]): PlacedFinding[] {
    const key = JSON.stringify(subject);
    if (key !== this.key) {
      this.findings = analyse();
      this.key = key;
    }
    return this.findings;
  }
}

function report(findings: readonly PlacedFinding[], rule: string, tell: ReportViolation): void {
  for (const found of findings) {
    if (found.rule === rule && found.excepted === undefined) tell(violation(found), found.urn);
  }
}

function rulePolicy(rule: Rule, session: Session): Policies[number] {
  return {
    name: rule.id,
    description: `${rule.title}. ${rule.why}`,
    enforcementLevel: rule.level,
    validateResource: (args, tell) => report(session.ofResource(args), rule.id, tell),
    validateStack: (args: StackValidationArgs, tell: ReportViolation) =>
      report(session.ofStack(args), rule.id, tell),
  };
}

/** The first policy that is asked: it holds the exceptions, and tells each that covers something. */
function exceptionsPolicy(rule: Rule, session: Session): Policies[number] {
  const tellAll = (findings: readonly PlacedFinding[], tell: ReportViolation): void => {
    for (const found of findings) {
      if (found.excepted !== undefined) tell(exceptionLine(found), found.urn);
    }
  };
  return {
    name: rule.id,
    description: `${rule.title}. ${rule.why}`,
    enforcementLevel: rule.level,
    configSchema: {
      properties: {
        list: {
          type: "array",
          items: {
            type: "object",
            properties: {
              rule: { type: "string" },
              resource: { type: "string" },
              reason: { type: "string" },
            },
            required: ["rule", "resource", "reason"],
          },
        },
      },
    },
    validateResource: (args, tell) => {
      session.configure(args.getConfig<{ list?: unknown }>());
      tellAll(session.ofResource(args), tell);
    },
    validateStack: (args: StackValidationArgs, tell: ReportViolation) => {
      session.configure(args.getConfig<{ list?: unknown }>());
      for (const problem of session.configurationProblems()) tell(problem);
      tellAll(session.ofStack(args), tell);
    },
  };
}

function makePolicies(): Policies {
  const session = new Session();
  const rules = RULES.filter(({ id }) => id !== "exceptions");
  return [
    exceptionsPolicy(ruleOf("exceptions"), session),
    ...rules.map((rule) => rulePolicy(rule, session)),
  ];
}

/** A policy a rule: at a resource for what it shows alone, at the stack for what it shows together. */
export const policies: Policies = makePolicies();
