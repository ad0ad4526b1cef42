import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type CustomRule, type DocumentKind, RULES, type TrustContext } from "./analyser";
import { checkRules } from "./analyser/custom";
import { issuerHost, type PackConfig, readConfig } from "./config";
import { BadInput, readInputs } from "./read-input";
import { counts, formatText, judgeInput, type JudgeOptions, type Report } from "./report";
import { toSarif } from "./sarif";

const HELP = (command: string): string =>
  `Usage: COMMAND FILE... [options]

Finds over-broad IAM in policy documents outside Pulumi.

FILE is a JSON file with a policy document, a directory (all its *.json, at any depth), or - for
standard input. A file may also hold what AWS's own commands print (get-role, list-roles, get-policy-version,
get-bucket-policy, get-repository-policy, get-queue-attributes, get-resource-policy, ...): all
documents in it are found, as objects, as text or URL-encoded. The principals of
get-account-authorization-details are judged as a whole, with what is attached to them.

Options:
  --kind identity|trust|resource  what the document is attached to; without it, inferred from
                                  each document: one that names principals and only sts actions is a
                                  trust policy, one that names principals a resource policy
  --account ID                    an account of your own (repeat it for several): others are foreign
  --issuer HOST/PATH              the issuer of your cluster (repeat it for several)
  --config FILE                   levels, exceptions, accounts, issuers and advice by rule, as
                                  pulumi --policy-pack-config takes them
  --rules FILE                    a module that exports rules of your own: { rules: CustomRule[] }
  --baseline FILE                 findings that are known: they are counted, and decide nothing
  --write-baseline FILE           write the findings of this run as a baseline, and exit with 0
  --format text|json|sarif        text is the default; sarif is SARIF 2.1.0, for code scanning.
                                  json is an array of { file, part?, error?, findings: [{ rule, level,
                                  statement, line?, message, actions, resources, why, request,
                                  instead, missing?, ... }] }
  --json                          the same as --format json
  --help                          this text

Exit status: 0 no mandatory finding that is new and not excepted, 1 such a finding, 2 bad options, or a file that could not be
read: missing, no file at all, larger than 16 MiB, or a document of more than 1 MiB. Such a file gets a
line on standard error, and the others their findings. A document that cannot be parsed is a finding,
document-unparsable, and exits 1.

Examples:
  COMMAND policy.json
  COMMAND trust.json --kind trust --issuer oidc.eks.eu-west-1.amazonaws.com/id/ABC
  aws iam get-role-policy --role-name r --policy-name p | COMMAND - --json
`.replaceAll("COMMAND", command);

const KINDS: readonly string[] = ["identity", "trust", "resource"];
const FORMATS: readonly string[] = ["text", "json", "sarif"];

const OPTIONS = {
  kind: { type: "string" },
  account: { type: "string", multiple: true },
  issuer: { type: "string", multiple: true },
  config: { type: "string" },
  rules: { type: "string" },
  baseline: { type: "string" },
  "write-baseline": { type: "string" },
  format: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

function readJsonFile(option: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new BadInput(`--${option} ${file}: ${error instanceof Error ? error.message : ""}`);
  }
}

function loadConfig(file: string | undefined, rules: readonly CustomRule[]): PackConfig {
  if (file === undefined) return readConfig({});
  const ids = new Set([...RULES, ...rules].map(({ id }) => id));
  const config = readConfig(readJsonFile("config", file), ids);
  if (config.problems.length > 0) {
    throw new BadInput(`--config ${file}:\n  ${config.problems.join("\n  ")}`);
  }
  for (const text of config.expired) process.stderr.write(`iam: ${file}: ${text}\n`);
  return config;
}

function loadRules(file: string | undefined): readonly CustomRule[] {
  if (file === undefined) return [];
  let loaded: { rules?: unknown };
  try {
    // A module that is named at run time, in whatever format this process can load.
    loaded = createRequire(__filename)(resolve(file)) as { rules?: unknown };
  } catch (error) {
    throw new BadInput(`--rules ${file}: ${error instanceof Error ? error.message : ""}`);
  }
  if (!Array.isArray(loaded.rules)) throw new BadInput(`--rules ${file} exports no list "rules"`);
  const rules = loaded.rules as CustomRule[];
  try {
    checkRules(rules, new Set(RULES.map(({ id }) => id)));
  } catch (error) {
    throw new BadInput(`--rules ${file}: ${error instanceof Error ? error.message : ""}`);
  }
  return rules;
}

function loadBaseline(file: string | undefined): ReadonlySet<string> | undefined {
  if (file === undefined) return undefined;
  const { findings } = (readJsonFile("baseline", file) ?? {}) as { findings?: unknown };
  if (!Array.isArray(findings)) throw new BadInput(`--baseline ${file} is no baseline`);
  return new Set(findings.map((one: { fingerprint?: unknown }) => String(one.fingerprint)));
}

function writeBaseline(file: string, reports: readonly Report[]): void {
  // One line a finding, in a fixed order: a change of the baseline reads well in a review.
  const findings = reports.flatMap((report) =>
    report.findings.map(({ rule, statement, fingerprint }) =>
      JSON.stringify({ file: report.file, part: report.part, rule, statement, fingerprint }),
    ),
  );
  const lines = [...new Set(findings)].sort().map((line) => `    ${line}`);
  writeFileSync(file, `{\n  "version": 1,\n  "findings": [\n${lines.join(",\n")}\n  ]\n}\n`);
}

function readOptions(values: Record<string, unknown>, rules: readonly CustomRule[]): JudgeOptions {
  const { account, issuer, config: file, baseline: known } = values as Record<string, never>;
  const config = loadConfig(file, rules);
  const accounts = [...(config.context.accounts ?? []), ...((account ?? []) as string[])];
  const issuers = [...(config.context.issuers ?? []), ...((issuer ?? []) as string[])];
  const context: TrustContext = {
    ...(accounts.length > 0 && { accounts }),
    ...(issuers.length > 0 && { issuers: issuers.map(issuerHost) }),
  };
  const baseline = loadBaseline(known);
  return { config, context, rules, ...(baseline !== undefined && { baseline }) };
}

function print(format: string, reports: readonly Report[], rules: readonly CustomRule[]): void {
  const read = reports.filter(({ error }) => error === undefined);
  if (format === "json") process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
  else if (format === "sarif") {
    process.stdout.write(`${JSON.stringify(toSarif(reports, rules), null, 2)}\n`);
  } else if (read.length > 0) process.stdout.write(`${read.map(formatText).join("\n")}\n`);
}

function run(args: readonly string[], command: string): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: OPTIONS,
  });
  if (values.help) {
    process.stdout.write(HELP(command));
    return 0;
  }
  const { kind, json } = values;
  const format = values.format ?? (json ? "json" : "text");
  if (kind !== undefined && !KINDS.includes(kind)) {
    throw new BadInput(`--kind is "${kind}"; it is one of ${KINDS.join(", ")}`);
  }
  if (!FORMATS.includes(format)) {
    throw new BadInput(`--format is "${format}"; it is one of ${FORMATS.join(", ")}`);
  }
  if (positionals.length === 0) throw new BadInput("no file is named; see --help");
  const rules = loadRules(values.rules);
  const options = readOptions(values, rules);
  const reports: Report[] = [];
  for (const input of readInputs(positionals, kind as DocumentKind | undefined)) {
    reports.push(...judgeInput(input, options));
  }
  const unread = reports.filter(({ error }) => error !== undefined);
  const target = values["write-baseline"];
  if (target === undefined) print(format, reports, rules);
  else writeBaseline(target, reports);
  for (const { file, error } of unread) process.stderr.write(`iam: ${file}: ${error}\n`);
  if (unread.length > 0) return 2;
  if (target !== undefined) return 0;
  return reports.some((report) => report.findings.some(counts)) ? 1 : 0;
}

/** The command: its exit status, with what is wrong with the input on standard error. */
export function main(args: readonly string[], command = "npm run --silent iam --"): number {
  try {
    return run(args, command);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isUsage = (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS") ?? false;
    if (!isUsage && !(error instanceof BadInput)) throw error;
    process.stderr.write(`iam: ${error.message}\n`);
    return 2;
  }
}

if (require.main === module) process.exitCode = main(process.argv.slice(2));
