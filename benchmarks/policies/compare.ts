import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyseDocument, type Finding } from "../../policies/analyser";
import { managedPolicies, managedSample, ownDocuments } from "./documents";
import { settle } from "./reasons";

/** Measures agreement and speed against cloudsplaining and Parliament, all on the same documents, in one run;
 * --quick skips Parliament's community auditors, which take minutes. */

interface Time {
  clock: number;
  processor: number;
}

interface Result {
  import: Time;
  total: Time;
  slowest: number;
  found: Record<string, Record<string, string[]>>;
}

const python = join(__dirname, "../../.cache/iam-venv/bin/python");

/** Runs of each tool, in turns: the fastest counts, which other work on the machine disturbed least. */
const RUNS = 5;

function run(command: string, args: readonly string[], documents: Record<string, unknown>): Result {
  const child = spawnSync(command, args, {
    input: JSON.stringify(documents),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (child.status !== 0) throw new Error(`${args.join(" ")}: ${child.stderr}`);
  return JSON.parse(child.stdout) as Result;
}

const other = (tool: string, documents: Record<string, unknown>): Result =>
  run(python, [join(__dirname, "others.py"), tool], documents);

const folder = join(__dirname, "../../policies");

/** The analyser compiled as `npm pack` ships it, in a folder of its own. */
function compile(): string {
  const out = mkdtempSync(join(tmpdir(), "iam-compiled-"));
  const tsc = require.resolve("typescript/bin/tsc");
  const build = ["-p", join(folder, "tsconfig.build.json"), "--outDir", out, "--noCheck"];
  execFileSync(process.execPath, [tsc, ...build], { stdio: "inherit" });
  cpSync(join(folder, "data"), join(out, "data"), { recursive: true });
  symlinkSync(join(folder, "../node_modules"), join(out, "node_modules"));
  return out;
}

type Timed = (documents: Record<string, unknown>) => Result;

/** Ours in a process of its own, so that its import counts as theirs does. */
const ours =
  (analyser: string, flags: readonly string[], ...mode: string[]): Timed =>
  (documents) =>
    run(process.execPath, [...flags, join(__dirname, "ours.cjs"), analyser, ...mode], documents);

function listTimed(compiled: string): Record<string, Timed> {
  const sources = join(folder, "analyser/index.ts");
  const installed = join(compiled, "analyser/index.js");
  const fromSources = ["--no-opt", "--import", "tsx"];
  return {
    "this pack from its sources, as `npm run iam`": ours(sources, fromSources),
    "the same, every proposal read": ours(sources, fromSources, "proposals"),
    "this pack as installed, `iam-breadth`": ours(installed, ["--no-opt"]),
    "the same, every proposal read ": ours(installed, ["--no-opt"], "proposals"),
    cloudsplaining: (documents) => other("cloudsplaining", documents),
    "Parliament, core": (documents) => other("parliament", documents),
  };
}

function rates(count: number, results: readonly Result[], kind: keyof Time): string[] {
  const least = (seconds: (result: Result) => number): number =>
    count / Math.min(...results.map(seconds));
  return [
    least((result) => result.total[kind]),
    least((result) => result.total[kind] + result.import[kind]),
  ].map((rate) => rate.toFixed(0));
}

/** Documents per second of each tool, with and without import, and its slowest document. */
function speed(documents: Record<string, unknown>, timed: Record<string, Timed>): void {
  const count = Object.keys(documents).length;
  const results = new Map<string, Result[]>();
  for (let turn = 0; turn < RUNS; turn++) {
    for (const [tool, judge] of Object.entries(timed)) {
      results.set(tool, [...(results.get(tool) ?? []), judge(documents)]);
    }
  }
  console.log(
    "| documents per second of | clock | with import | processor | with import | slowest ms |\n" +
      "| --- | --- | --- | --- | --- | --- |",
  );
  for (const [tool, runs] of results) {
    const slowest = Math.min(...runs.map((result) => result.slowest * 1000)).toFixed(1);
    const cells = [...rates(count, runs, "clock"), ...rates(count, runs, "processor"), slowest];
    console.log(`| ${tool} | ${cells.join(" | ")} |`);
  }
}

interface Row {
  found: number;
  reasons: Map<string, number>;
  open: string[];
}

/** Their findings, action by action: named by ours too, left alone on purpose (and why), or open. */
function agreement(documents: Record<string, unknown>, tool: string, theirs: Result): void {
  const ours = new Map<string, Finding[]>();
  for (const [name, document] of Object.entries(documents)) {
    ours.set(name, analyseDocument(document, { kind: "identity" }));
  }
  const rows = new Map<string, Row>();
  let onlyOurs = 0;
  for (const [name, categories] of Object.entries(theirs.found)) {
    const findings = ours.get(name) ?? [];
    if (Object.keys(categories).length === 0 && findings.length > 0) onlyOurs++;
    for (const [category, actions] of Object.entries(categories)) {
      if (category === "crash") {
        console.log(`\n${tool} dies of ${name}: ${actions.join()}`);
        continue;
      }
      const row = rows.get(category) ?? { found: 0, reasons: new Map<string, number>(), open: [] };
      rows.set(category, row);
      const settled = settle(actions, documents[name], findings);
      if (settled.open.length > 0) row.open.push(`${name}: ${settled.open.slice(0, 5).join(", ")}`);
      else if (settled.isFound) row.found++;
      else if (settled.reasons.length === 0) row.open.push(`${name}: no action is named`);
      else {
        const reason = settled.reasons.join("; ");
        row.reasons.set(reason, (row.reasons.get(reason) ?? 0) + 1);
      }
    }
  }
  console.log(`\n### ${tool}\n\nDocuments where we find something and it nothing: ${onlyOurs}\n`);
  for (const [category, { found, reasons, open }] of [...rows].sort()) {
    const differ = [...reasons].map(
      ([reason, count]) => `\n  - we leave it alone on purpose in ${count}: ${reason}`,
    );
    console.log(
      `- ${category}: both report it in ${found} documents; open in ${open.length}${differ.join("")}`,
    );
    for (const item of open) console.log(`  - open: ${item}`);
  }
}

function main(): void {
  if (Object.keys(managedPolicies()).length === 0) {
    console.error(
      "Run benchmarks/policies/setup.sh first: .cache/managed-policies.json is not there",
    );
    process.exitCode = 2;
    return;
  }
  const own = Object.entries(ownDocuments()).map(
    ([id, { document }]) => [`own/${id}`, document] as const,
  );
  const documents: Record<string, unknown> = { ...Object.fromEntries(own), ...managedSample(8) };
  console.log(
    `${Object.keys(documents).length} documents: ${own.length} of our own body, every 8th of AWS's managed policies\n`,
  );
  const compiled = compile();
  try {
    speed(documents, listTimed(compiled));
  } finally {
    rmSync(compiled, { recursive: true });
  }
  const tools = ["cloudsplaining", "parliament"];
  if (!process.argv.includes("--quick")) tools.push("parliament-community");
  for (const tool of tools) agreement(documents, tool, other(tool, documents));
}

main();
