import { readFileSync } from "node:fs";

/** Processor time in milliseconds, garbage collection and all: the machine may be at work on other things. */
function processor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * The analyser over { name: document } from standard input, timed as others.py times the others. With
 * `warm` as argument the documents are read once before: AWS's list, which the others load as they are
 * imported and this one a service at a time, is then in memory, as theirs is.
 */
async function main(): Promise<void> {
  const started = processor();
  const { analyseDocument } = await import("../../policies/analyser/index.js");
  const imported = processor() - started;
  const documents = JSON.parse(readFileSync(0, "utf8")) as Record<string, unknown>;
  const all = Object.values(documents);
  if (process.argv[2] === "warm")
    all.forEach((document) => analyseDocument(document, { kind: "identity" }));
  let slowest = 0;
  const before = processor();
  for (const document of all) {
    const began = performance.now();
    analyseDocument(document, { kind: "identity" });
    slowest = Math.max(slowest, performance.now() - began);
  }
  const total = processor() - before;
  const times = { import: imported / 1000, seconds: total / 1000, slowest: slowest / 1000 };
  console.log(JSON.stringify({ ...times, found: {} }));
}

void main();
