import { type TrustContext } from "./analyser";
import { ACCEPTED_TYPE } from "./accepted-type";
import { readRuleConfig, type RuleConfig } from "./config";
import {
  applyExceptions,
  type Exception,
  type ExceptionReading,
  readExceptions,
} from "./exceptions";
import { type PlacedFinding } from "./resources";

/** What a rule's policy reports of a subject: findings to report, and those that are accepted. */
export interface Verdict {
  reported: PlacedFinding[];
  accepted: PlacedFinding[];
}

type Analyse = (context: TrustContext) => PlacedFinding[];

/**
 * What the policies of one run share. The engine asks each policy in turn about the same resource or
 * stack, in an order that is the engine's own, with that policy's configuration alone. So a verdict on a
 * rule uses the rule's configuration, which comes with the question, and what earlier subjects brought:
 * acceptances in code, and the list of the exceptions policy.
 */
export class Session {
  private readonly configs = new Map<string, { text: string; config: RuleConfig }>();
  private listed: (ExceptionReading & { text: string }) | undefined;
  private readonly inCode = new Map<string, ExceptionReading>();
  private readonly unreported = new Map<string, PlacedFinding>();
  private readonly reported = new Set<string>();
  private subject = "";
  private readonly findings = new Map<string, PlacedFinding[]>();

  constructor(private readonly ids: ReadonlySet<string>) {}

  /** Takes the configuration that came with a question to a rule's policy. */
  configure(rule: string, value: unknown): RuleConfig {
    const text = JSON.stringify(value);
    const known = this.configs.get(rule);
    if (known?.text === text) return known.config;
    const config = readRuleConfig(rule, value, { rules: this.ids });
    this.configs.set(rule, { text, config });
    return config;
  }

  /** Takes the list of the exceptions policy. */
  configureList(list: unknown): void {
    const text = JSON.stringify(list) ?? "";
    if (this.listed?.text === text) return;
    this.listed = { text, ...readExceptions(list, { rules: this.ids }) };
  }

  /** Takes what the program accepts in code. */
  learn(type: string, urn: string, props: unknown): void {
    if (type !== ACCEPTED_TYPE || this.inCode.has(urn)) return;
    const { exceptions } = props as { exceptions?: unknown };
    const path = `${urn.split("::").at(-1) ?? ""}.exceptions`;
    this.inCode.set(urn, readExceptions(exceptions, { rules: this.ids, path }));
  }

  /** The verdict of one rule on a subject; the analysis is made once for the rules that share a context. */
  judge(rule: string, config: RuleConfig, subject: string, analyse: Analyse): Verdict {
    const { accounts, issuers } = config;
    const context: TrustContext = {
      ...(accounts.length > 0 && { accounts }),
      ...(issuers.length > 0 && { issuers }),
    };
    const found = this.analysed(subject, context, analyse).filter((f) => f.rule === rule);
    const all = this.exceptionsFor(config);
    const judged = found.map((f) => applyExceptions(f, all));
    const accepted = judged.filter((f) => f.excepted !== undefined);
    for (const one of accepted) this.note(one);
    return { reported: judged.filter((f) => f.excepted === undefined), accepted };
  }

  /** Findings that were accepted and that no policy has reported as such yet. */
  takeAccepted(): PlacedFinding[] {
    const list = [...this.unreported.values()];
    for (const key of this.unreported.keys()) this.reported.add(key);
    this.unreported.clear();
    return list;
  }

  /** What is wrong with the configuration, as far as it was asked with. */
  problems(): string[] {
    return [
      ...(this.listed === undefined ? [] : [...this.listed.problems, ...this.listed.expired]),
      ...[...this.configs.values()].flatMap(({ config }) => [
        ...config.problems,
        ...config.expired,
      ]),
      ...[...this.inCode.values()].flatMap(({ problems, expired }) => [...problems, ...expired]),
    ];
  }

  /** The configuration of a rule as far as it is known: its policy has been asked, or it is empty. */
  configOf(rule: string): RuleConfig {
    return this.configs.get(rule)?.config ?? readRuleConfig(rule, undefined);
  }

  private exceptionsFor(config: RuleConfig): Exception[] {
    const inCode = config.acceptInCode ? [...this.inCode.values()] : [];
    return [
      ...config.exceptions,
      ...(this.listed?.exceptions ?? []),
      ...inCode.flatMap(({ exceptions }) => exceptions),
    ];
  }

  private note(found: PlacedFinding): void {
    const key = JSON.stringify([found.rule, found.urn, found.property, found.message]);
    if (!this.reported.has(key)) this.unreported.set(key, found);
  }

  private analysed(subject: string, context: TrustContext, analyse: Analyse): PlacedFinding[] {
    if (subject !== this.subject) {
      this.findings.clear();
      this.subject = subject;
    }
    const key = JSON.stringify(context);
    let findings = this.findings.get(key);
    if (findings === undefined) this.findings.set(key, (findings = analyse(context)));
    return findings;
  }
}
