import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { analyseDocument, type Finding } from "../../policies/analyser";
import { managedPolicies, managedSample, ownDocuments } from "./documents";
import { settle } from "./reasons";

/** Measures agreement and speed against cloudsplaining and Parliament, all on the same documents, in one run. */

interface Result {
  import: number;
  seconds: number;
  slowest: number;
  found: Record<string, Record<string, string[]>>;
}

const python = join(__dirname, "../../.cache/iam-venv/bin/python");
const TOOLS = ["cloudsplaining", "parliament", "parliament-community"] as const;

function other(tool: string, documents: Record<string, unknown>): Result {
  const run = spawnSync(python, [join(__dirname, "others.py"), tool], {
    input: JSON.stringify(documents),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (run.status !== 0) throw new Error(`${tool}: ${run.stderr}`);
  return JSON.parse(run.stdout) as Result;
}

/** Our speed in a process of its own, so that its import counts as theirs does. */
function ours(documents: Record<string, unknown>): Result {
  const run = spawnSync(process.execPath, ["--import", "tsx", join(__dirname, "ours.ts")], {
    input: JSON.stringify(documents),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Result;
}

function speed(count: number, results: Record<string, Result>): void {
  console.log(
    "| tool | import s | documents a second | with import | slowest ms |\n| --- | --- | --- | --- | --- |",
  );
  for (const [tool, { import: load, seconds, slowest }] of Object.entries(results)) {
    const rates = [count / seconds, count / (seconds + load)].map((rate) => rate.toFixed(0));
    console.log(
      `| ${tool} | ${load.toFixed(2)} | ${rates.join(" | ")} | ${(slowest * 1000).toFixed(1)} |`,
    );
  }
}

interface Row {
  found: number;
  reasons: Map<string, number>;
  open: string[];
}

/** Their findings, action by action: named by ours too, not told on purpose (and why), or open. */
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
      const row = rows.get(category) ?? { found: 0, reasons: new Map<string, number>(), open: [] };
      rows.set(category, row);
      const settled = settle(actions, documents[name], findings);
      if (settled.open.length > 0) row.open.push(`${name}: ${settled.open.slice(0, 5).join(", ")}`);
      else if (settled.isFound) row.found++;
      else {
        const reason = settled.reasons.join("; ");
        row.reasons.set(reason, (row.reasons.get(reason) ?? 0) + 1);
      }
    }
  }
  console.log(`\n### ${tool}\n\nDocuments where we find something and it nothing: ${onlyOurs}\n`);
  for (const [category, { found, reasons, open }] of [...rows].sort()) {
    const differ = [...reasons].map(
      ([reason, count]) => `\n  - not told by us in ${count}: ${reason}`,
    );
    console.log(
      `- ${category}: told by both in ${found} documents; open in ${open.length}${differ.join("")}`,
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
  const count = Object.keys(documents).length;
  console.log(
    `${count} documents: ${own.length} of our own body, every 8th of AWS's managed policies\n`,
  );
  const theirs = TOOLS.map((tool) => [tool, other(tool, documents)] as const);
  speed(count, { "this pack": ours(documents), ...Object.fromEntries(theirs) });
  for (const [tool, result] of theirs) agreement(documents, tool, result);
}

main();
