import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { isAbsolute } from "node:path";
import { type CustomRule, RULES } from "./analyser";
import { explain, findPage } from "./format";
import { type Report, type ReportedFinding } from "./report";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

type AnyRule = Pick<CustomRule, "id" | "title" | "why" | "level" | "page">;

const severity = (level: string): string => (level === "mandatory" ? "error" : "warning");

/** The page of a rule as the descriptor's help: viewers show it beside the finding. */
function readHelp(rule: AnyRule): { text: string; markdown?: string } {
  const page = findPage(rule.id);
  if (page === undefined) return { text: `${rule.title}. ${rule.why}` };
  const markdown = readFileSync(page, "utf8");
  return { text: markdown, markdown };
}

function descriptor(rule: AnyRule): object {
  return {
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: readHelp(rule),
    defaultConfiguration: { level: severity(rule.level) },
    ...(rule.page !== undefined && /^https?:/.test(rule.page) && { helpUri: rule.page }),
  };
}

/** A file as a URI: relative ones stay so, for the viewer to resolve in the repository. */
function toUri(file: string): string {
  if (file === "(standard input)") return "stdin";
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
}

function location(file: string, part: string | undefined, found?: ReportedFinding): object {
  const region =
    found?.line === undefined
      ? {}
      : { region: { startLine: found.line, startColumn: found.column ?? 1 } };
  const name = [part, found?.statement].filter((text) => text !== undefined && text !== "");
  return {
    physicalLocation: { artifactLocation: { uri: toUri(file) }, ...region },
    ...(name.length > 0 && { logicalLocations: [{ fullyQualifiedName: name.join(" ") }] }),
  };
}

function result(report: Report, found: ReportedFinding, index: number | undefined): object {
  const { isKnown, excepted } = found;
  return {
    ruleId: found.rule,
    ...(index !== undefined && { ruleIndex: index }),
    level: severity(found.level),
    message: { text: explain(found, found.advice).join("\n") },
    locations: [location(report.file, report.part, found)],
    partialFingerprints: { "iamFinding/v1": found.fingerprint },
    ...(isKnown !== undefined && { baselineState: isKnown ? "unchanged" : "new" }),
    ...(excepted !== undefined && {
      suppressions: [{ kind: "external", status: "accepted", justification: excepted }],
    }),
  };
}

/** Reports as a SARIF 2.1.0 log: for code scanning, editors and other tools. */
export function toSarif(reports: readonly Report[], custom: readonly CustomRule[]): object {
  const found = reports.flatMap((report) => report.findings);
  const used = new Set(found.map(({ rule }) => rule));
  const rules = [...RULES, ...custom].filter(({ id }) => used.has(id));
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const unread = reports.filter(({ error }) => error !== undefined);
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "eks-exercises-policies", rules: rules.map(descriptor) } },
        invocations: [
          {
            executionSuccessful: unread.length === 0,
            toolExecutionNotifications: unread.map(({ file, part, error = "" }) => ({
              level: "error",
              message: { text: error },
              locations: [location(file, part)],
            })),
          },
        ],
        columnKind: "utf16CodeUnits",
        results: reports.flatMap((report) =>
          report.findings.map((each) => result(report, each, indexes.get(each.rule))),
        ),
      },
    ],
  };
}
