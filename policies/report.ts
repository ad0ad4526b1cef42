import { createHash } from "node:crypto";
import { analyseDocument, type CustomRule, type Finding, type TrustContext } from "./analyser";
import { locate } from "./analyser/json-text";
import { extendFinding } from "./analyser/proposal";
import { type PackConfig } from "./config";
import { applyExceptions } from "./exceptions";
import { explain } from "./format";
import { type Input, type InputDocument } from "./read-input";
import { type ResourceRecord } from "./records";
import { analyseStack } from "./resources";

/** What is found in a document of a file, or why the file could not be read. */
export interface Report {
  file: string;
  /** The document's place in the file, if the file holds several: `Roles[app].AssumeRolePolicyDocument`. */
  part?: string;
  findings: ReportedFinding[];
  error?: string;
}

/** A finding as the command line reports it. */
export interface ReportedFinding extends Finding {
  /** The reason of the exception that covers it; such a finding stops nothing. */
  excepted?: string;
  /** A sentence of the team's own, from the configuration. */
  advice?: string;
  /** What identifies the finding from one run to the next; lines do not count. */
  fingerprint: string;
  /** Whether the baseline has it; absent without a baseline. */
  isKnown?: boolean;
}

/** What documents are judged by. */
export interface JudgeOptions {
  config: PackConfig;
  context: TrustContext;
  rules: readonly CustomRule[];
  /** Fingerprints of the findings that are known. */
  baseline?: ReadonlySet<string>;
}

/** What a finding is about, without its wording or its line: stable while the fault is the same. */
function makeFingerprint(file: string, part: string, found: Finding): string {
  const about = [
    file.replaceAll("\\", "/"),
    part,
    found.rule,
    found.statement,
    [...found.actions].sort(),
    [...found.resources].sort(),
    found.condition ?? "",
    found.principal ?? "",
  ];
  return createHash("sha256").update(JSON.stringify(about)).digest("hex").slice(0, 32);
}

/** Takes level, exceptions and advice from the configuration, and what is known from the baseline. */
function settle(
  report: { file: string; part?: string },
  findings: readonly Finding[],
  { config, baseline }: JudgeOptions,
): ReportedFinding[] {
  const { file, part = "" } = report;
  return findings.flatMap((found) => {
    const rule = config.rules.get(found.rule);
    const level = rule?.level ?? config.rules.get("all")?.level ?? found.level;
    if (level === "disabled") return [];
    const place = { urn: part, resource: file, type: "", property: "" };
    const accepted = applyExceptions(extendFinding(found, place), config.exceptions);
    const fingerprint = makeFingerprint(file, part, found);
    const { actions, message, excepted } = accepted;
    return extendFinding(found, {
      actions,
      message,
      level,
      fingerprint,
      ...(excepted !== undefined && { excepted }),
      ...(rule?.advice !== undefined && { advice: rule.advice }),
      ...(baseline !== undefined && { isKnown: baseline.has(fingerprint) }),
    });
  });
}

/** The lines of findings in the file that the document is a part of. */
function inFile(findings: readonly Finding[], { document, inside }: InputDocument): Finding[] {
  if (inside === undefined || findings.length === 0) return [...findings];
  const { text, at } = inside;
  // A document that is itself a text in the file is on one line of it.
  const isText = typeof document === "string";
  const paths = findings.map(({ path = [] }) => (isText ? at : [...at, ...path]));
  const positions = locate(text, paths);
  return findings.map((found, index) => extendFinding(found, positions[index] ?? {}));
}

/** A report for each resource of an account, by what it shows alone and with the others. */
function judgeAccount(
  file: string,
  records: readonly ResourceRecord[],
  options: JudgeOptions,
): Report[] {
  const reports = new Map<string, { file: string; part: string; findings: Finding[] }>();
  for (const { type, name, urn } of records) {
    const kind = /(\w+)$/.exec(type)?.[1] ?? type;
    reports.set(urn, { file, part: `${kind} ${name}`, findings: [] });
  }
  const found = analyseStack(records, { ...options.context, rules: options.rules });
  for (const each of found) reports.get(each.urn)?.findings.push(each);
  return [...reports.values()].map((report) => ({
    ...report,
    findings: settle(report, report.findings, options),
  }));
}

/** The reports on what a file holds. */
export function judgeInput(input: Input, options: JudgeOptions): Report[] {
  const { file } = input;
  if ("error" in input) return [{ file, findings: [], error: input.error }];
  const twice = input.duplicates.map((text): Report => ({ file, findings: [], error: text }));
  if ("records" in input) return [...judgeAccount(file, input.records, options), ...twice];
  const judged = input.documents.map((each): Report => {
    const { part, kind, document } = each;
    const place = { file, ...(part !== "" && { part }) };
    const { context, rules } = options;
    const findings = inFile(analyseDocument(document, { kind, ...context, rules }), each);
    return { ...place, findings: settle(place, findings, options) };
  });
  return [...judged, ...twice];
}

/** Whether a finding decides the exit status: mandatory, not excepted, and not known before. */
export function counts(found: ReportedFinding): boolean {
  return found.level === "mandatory" && found.excepted === undefined && found.isKnown !== true;
}

function lines(label: string, found: ReportedFinding): string[] {
  if (found.isKnown === true) return [];
  if (found.excepted !== undefined) {
    return [`${label}: excepted ${found.rule}: ${found.excepted} (${found.message})`];
  }
  const [first = "", ...rest] = explain(found, found.advice);
  return [`${label}: ${found.level} ${found.rule}: ${first}`, ...rest.map((r) => `    ${r}`)];
}

/** A report as people read it. */
export function formatText({ file, part, findings }: Report): string {
  const label = part === undefined ? file : `${file} (${part})`;
  const text = findings.flatMap((found) => lines(label, found));
  const known = findings.filter(({ isKnown }) => isKnown).length;
  if (known > 0) {
    text.push(`${label}: ${known} known finding${known === 1 ? "" : "s"} of the baseline`);
  }
  return text.length === 0 ? `${label}: clean` : text.join("\n");
}
