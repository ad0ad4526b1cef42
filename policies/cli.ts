import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { analyseDocument, type DocumentKind, type Finding } from "./analyser";
import { explain } from "./format";

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

/** Input that is no policy document at all: the caller's mistake, not a finding. */
class BadInput extends Error {}

interface Report {
  file: string;
  findings: Finding[];
}

function filesOf(path: string): string[] {
  if (path === "-") return [path];
  let isDirectory: boolean;
  try {
    isDirectory = statSync(path).isDirectory();
  } catch {
    throw new BadInput(`${path}: there is no such file`);
  }
  if (!isDirectory) return [path];
  const found = readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json") && !name.includes("node_modules"))
    .sort()
    .map((name) => join(path, name));
  if (found.length === 0) throw new BadInput(`${path}: there is no *.json in the directory`);
  return found;
}

function read(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new BadInput(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The document within what AWS's commands print around it; a document by itself is itself. */
function unwrap(value: unknown): unknown {
  if (!isObject(value) || "Statement" in value) return value;
  for (const key of [
    "Role",
    "PolicyVersion",
    "PolicyDocument",
    "AssumeRolePolicyDocument",
    "Document",
    "Policy",
  ]) {
    const inner = value[key];
    if (isObject(inner)) return unwrap(inner);
    if (typeof inner === "string" && inner.trimStart().startsWith("{")) return inner;
  }
  return value;
}

/** What kind a document must be, by what it names. */
function kindOf(document: unknown): DocumentKind {
  const statements = isObject(document) ? [document.Statement].flat() : [];
  const named = statements.filter((s) => isObject(s) && ("Principal" in s || "NotPrincipal" in s));
  if (named.length === 0) return "identity";
  const actions = named.flatMap((s) => (isObject(s) ? [s.Action].flat() : []));
  const isTrust = named.every((s) => isObject(s) && !("Resource" in s) && !("NotResource" in s));
  return isTrust && actions.every((a) => typeof a === "string" && /^(sts:|\*)/i.test(a))
    ? "trust"
    : "resource";
}

function parse(text: string): unknown {
  try {
    const value = unwrap(JSON.parse(text));
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    // The analyser says what is wrong with it, as a finding.
    return text;
  }
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
  const reports = positionals.flatMap(filesOf).map((file): Report => {
    const document = parse(read(file));
    const options = {
      kind: (kind as DocumentKind | undefined) ?? kindOf(document),
      ...(account && { accounts: account }),
      ...(issuer && { issuers: issuer.map((text) => text.replace(/^https:\/\//, "")) }),
    };
    return {
      file: file === "-" ? "(standard input)" : file,
      findings: analyseDocument(document, options),
    };
  });
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
