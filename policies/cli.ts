import { parseArgs } from "node:util";
import { analyseDocument, type DocumentKind, type Finding } from "./analyser";
import { explain } from "./format";
import { BadInput, readInputs } from "./read-input";

const HELP = `Usage: npm run --silent iam -- FILE... [options]

Finds over-broad IAM in policy documents outside Pulumi.

FILE is a JSON file with a policy document, a directory (all its *.json, at any depth), or - for
standard input. A file may also hold what AWS's own commands print: a document under PolicyVersion,
Document, PolicyDocument or AssumeRolePolicyDocument is found there.

Options:
  --kind identity|trust|resource  what the document is attached to; without it, told from each
                                  document: one that names principals and only sts actions is a
                                  trust policy, one that names principals a resource policy
  --account ID                    an account of your own (repeat it for several): others are foreign
  --issuer HOST/PATH              the issuer of your cluster (repeat it for several)
  --json                          an array of { file, findings: [{ rule, level, statement, message,
                                  actions, resources, why, request, instead, ... }] }
  --help                          this text

Exit status: 0 no mandatory finding, 1 a mandatory finding, 2 bad input (a file or an option that
cannot be read; a document that cannot be parsed is a finding, document-unparsable, and exits 1).

Examples:
  npm run --silent iam -- policy.json
  npm run --silent iam -- trust.json --kind trust --issuer oidc.eks.eu-west-1.amazonaws.com/id/ABC
  aws iam get-role-policy --role-name r --policy-name p | npm run --silent iam -- - --json
`;

const KINDS: readonly string[] = ["identity", "trust", "resource"];

interface Report {
  file: string;
  findings: Finding[];
}

function lines({ file, findings }: Report): string {
  if (findings.length === 0) return `${file}: clean`;
  return findings
    .map((found) => {
      const [first = "", ...rest] = explain(found);
      return [
        `${file}: ${found.level} ${found.rule}: ${first}`,
        ...rest.map((line) => `    ${line}`),
      ].join("\n");
    })
    .join("\n");
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
  const reports = readInputs(positionals, kind as DocumentKind | undefined).map(
    ({ file, kind, document }): Report => ({
      file,
      findings: analyseDocument(document, { kind, ...surroundings }),
    }),
  );
  const text = values.json ? JSON.stringify(reports, null, 2) : reports.map(lines).join("\n");
  process.stdout.write(`${text}\n`);
  return reports.some((r) => r.findings.some((f) => f.level === "mandatory")) ? 1 : 0;
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
