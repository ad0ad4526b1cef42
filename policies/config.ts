import { type Level, RULES, type TrustContext } from "./analyser";
import { type Exception, type ExceptionListOptions, readExceptions, today } from "./exceptions";

/** What the configuration says of one rule. */
export interface RuleConfig {
  /** `mandatory`, `advisory` or `disabled`; the rule's own level if it is absent. */
  level?: Level | "disabled";
  exceptions: Exception[];
  /** A sentence of the team's own on what to do, added to each finding. */
  advice?: string;
  /** Whether the program may accept findings of the rule in code. */
  acceptInCode: boolean;
  accounts: string[];
  issuers: string[];
  problems: string[];
  /** Exceptions whose last day is over. */
  expired: string[];
}

/** The configuration of the pack, as `pulumi --policy-pack-config` and `--config` take it. */
export interface PackConfig {
  rules: ReadonlyMap<string, RuleConfig>;
  exceptions: Exception[];
  context: TrustContext;
  problems: string[];
  expired: string[];
}

const LEVELS: readonly unknown[] = ["mandatory", "advisory", "disabled"];

/** The JSON schema of a rule's configuration, as the engine checks it; `enforcementLevel` is the engine's own. */
export const RULE_SCHEMA = {
  properties: {
    exceptions: { type: "array" as const, items: { type: "object" as const } },
    advice: { type: "string" as const },
    acceptInCode: { type: "boolean" as const },
    accounts: { type: "array" as const, items: { type: "string" as const } },
    issuers: { type: "array" as const, items: { type: "string" as const } },
  },
};

const KEYS = ["enforcementLevel", ...Object.keys(RULE_SCHEMA.properties)];

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

/** An issuer without its scheme. */
export const issuerHost = (url: string): string => url.replace(/^https:\/\//, "");

/** Reads the configuration of one rule: a level, or an object with a level and more. */
export function readRuleConfig(
  rule: string,
  value: unknown,
  options: Pick<ExceptionListOptions, "rules" | "date"> = {},
): RuleConfig {
  const given = (typeof value === "string" ? { enforcementLevel: value } : (value ?? {})) as Record<
    string,
    unknown
  >;
  const { enforcementLevel: level, advice, acceptInCode } = given;
  const read = readExceptions(given.exceptions, { ...options, path: `${rule}.exceptions`, rule });
  const problems = [...read.problems];
  for (const key of Object.keys(given).filter((name) => !KEYS.includes(name))) {
    problems.push(`${rule}.${key} is unknown; a rule has ${KEYS.join(", ")}`);
  }
  if (level !== undefined && !LEVELS.includes(level)) {
    problems.push(`${rule} is ${JSON.stringify(level)}; it is one of ${LEVELS.join(", ")}`);
  }
  return {
    ...(LEVELS.includes(level) && { level: level as Level | "disabled" }),
    exceptions: read.exceptions,
    ...(typeof advice === "string" && { advice }),
    acceptInCode: acceptInCode !== false,
    accounts: strings(given.accounts),
    issuers: strings(given.issuers).map(issuerHost),
    problems,
    expired: read.expired,
  };
}

/**
 * Reads a whole configuration file. What cannot be used is a problem: the command line refuses the file,
 * the engine reports it.
 */
export function readConfig(
  value: unknown,
  ids: ReadonlySet<string> = new Set(RULES.map(({ id }) => id)),
  date = today(),
): PackConfig {
  const rules = new Map<string, RuleConfig>();
  const problems: string[] = [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push("the configuration is not an object of rules");
    return { rules, exceptions: [], context: {}, problems, expired: [] };
  }
  const { exceptions: listed, ...others } = value as Record<string, unknown>;
  const list = typeof listed === "object" && listed !== null && "list" in listed ? listed.list : [];
  const global = readExceptions(list, { rules: ids, date });
  problems.push(...global.problems);
  for (const [id, given] of Object.entries(others)) {
    if (!ids.has(id) && id !== "all") {
      problems.push(`"${id}" is no rule of this pack`);
      continue;
    }
    const config = readRuleConfig(id, given, { rules: ids, date });
    rules.set(id, config);
    problems.push(...config.problems);
  }
  const all = [...rules.values()];
  const accounts = [...new Set(all.flatMap((rule) => rule.accounts))];
  const issuers = [...new Set(all.flatMap((rule) => rule.issuers))];
  return {
    rules,
    exceptions: [...global.exceptions, ...all.flatMap((rule) => rule.exceptions)],
    context: { ...(accounts.length > 0 && { accounts }), ...(issuers.length > 0 && { issuers }) },
    problems,
    expired: [...global.expired, ...all.flatMap((rule) => rule.expired)],
  };
}
