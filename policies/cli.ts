import { parseArgs } from "node:util";
import { analyseDocument, type DocumentKind, type Finding, type TrustContext } from "./analyser";
import { explain } from "./format";
import { BadInput, type Input, readInputs } from "./read-input";
import { type ResourceRecord } from "./records";
import { analyseStack } from "./resources";

const HELP = `Usage: npm run --silent iam -- FILE... [options]

Finds over-broad IAM in policy documents outside Pulumi.

FILE is a JSON file with a policy document, a directory (all its *.json, at any depth), or - for
standard input. A file may also hold what AWS's own commands print (get-role, list-roles, get-policy-version,
get-bucket-policy, get-repository-policy, get-queue-attributes, get-resource-policy, ...): all
documents in it are found, as objects, as text or URL-encoded. The principals of
get-account-authorization-details are judged as a whole, with what is attached to them.

Options:
  --kind identity|trust|resource  what the document is attached to; without it, told from each
                                  document: one that names principals and only sts actions is a
                                  trust policy, one that names principals a resource policy
  --account ID                    an account of your own (repeat it for several): others are foreign
  --issuer HOST/PATH              the issuer of your cluster (repeat it for several)
  --json                          an array of { file, part?, error?, findings: [{ rule, level, statement, message,
                                  actions, resources, why, request, instead, ... }] }
  --help                          this text

Exit status: 0 no mandatory finding, 1 a mandatory finding, 2 bad options, or a file that could not be
read: missing, no file at all, larger than 16 MiB, or a document of more than 1 MiB. Such a file gets a
line on standard error, and the others their findings. A document that cannot be parsed is a finding,
document-unparsable, and exits 1.

Examples:
  npm run --silent iam -- policy.json
  npm run --silent iam -- trust.json --kind trust --issuer oidc.eks.eu-west-1.amazonaws.com/id/ABC
  aws iam get-role-policy --role-name r --policy-name p | npm run --silent iam -- - --json
`;

const KINDS: readonly string[] = ["identity", "trust", "resource"];

/** What is found in a document of a file, or why the file could not be read. */
interface Report {
  file: string;
  /** The document's place in the file, if the file holds several: `Roles[app].AssumeRolePolicyDocument`. */
  part?: string;
  findings: Finding[];
  error?: string;
}

const label = ({ file, part }: Report): string => (part ? `${file} (${part})` : file);

function lines(report: Report): string {
  const { findings } = report;
  if (findings.length === 0) return `${label(report)}: clean`;
  return findings
    .map((found) => {
      const [first = "", ...rest] = explain(found);
      return [
        `${label(report)}: ${found.level} ${found.rule}: ${first}`,
        ...rest.map((line) => `    ${line}`),
      ].join("\n");
    })
    .join("\n");
}

/** A report for each resource of an account, by what it shows alone and with the others. */
function judgeAccount(
  file: string,
  records: readonly ResourceRecord[],
  known: TrustContext,
): Report[] {
  const reports = new Map<string, Report>();
  for (const { type, name, urn } of records) {
    const kind = /(\w+)$/.exec(type)?.[1] ?? type;
    reports.set(urn, { file, part: `${kind} ${name}`, findings: [] });
  }
  for (const found of analyseStack(records, known)) reports.get(found.urn)?.findings.push(found);
  return [...reports.values()];
}

function judge(input: Input, known: TrustContext): Report[] {
  const { file } = input;
  if ("error" in input) return [{ file, findings: [], error: input.error }];
  const twice = input.duplicates.map((text): Report => ({ file, findings: [], error: text }));
  if ("records" in input) return [...judgeAccount(file, input.records, known), ...twice];
  const judged = input.documents.map(({ part, kind, document }): Report => ({
    file,
    ...(part !== "" && { part }),
    findings: analyseDocument(document, { kind, ...known }),
  }));
  return [...judged, ...twice];
}

function run(args: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      kind: { type: "string" },
      account: { type: "string", multiple: true },
      issuer: { type: "string", multiple: true },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { kind, account, issuer } = values;
  if (kind !== undefined && !KINDS.includes(kind)) {
    throw new BadInput(`--kind is "${kind}"; it is one of ${KINDS.join(", ")}`);
  }
  if (positionals.length === 0) throw new BadInput("no file is named; --help tells how to");
  const surroundings = {
    ...(account && { accounts: account }),
    ...(issuer && { issuers: issuer.map((text) => text.replace(/^https:\/\//, "")) }),
  };
  const reports: Report[] = [];
  for (const input of readInputs(positionals, kind as DocumentKind | undefined)) {
    reports.push(...judge(input, surroundings));
  }
  const unread = reports.filter(({ error }) => error !== undefined);
  const read = reports.filter(({ error }) => error === undefined);
  const text = values.json ? JSON.stringify(reports, null, 2) : read.map(lines).join("\n");
  if (values.json || read.length > 0) process.stdout.write(`${text}\n`);
  for (const { file, error } of unread) process.stderr.write(`iam: ${file}: ${error}\n`);
  if (unread.length > 0) return 2;
  return read.some((r) => r.findings.some((f) => f.level === "mandatory")) ? 1 : 0;
}

/** The command: its exit status, with what is wrong with the input on standard error. */
export function main(args: readonly string[]): number {
  try {
    return run(args);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isUsage = (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS") ?? false;
    if (!isUsage && !(error instanceof BadInput)) throw error;
    process.stderr.write(`iam: ${error.message}\n`);
    return 2;
  }
}

if (require.main === module) process.exitCode = main(process.argv.slice(2));
