import { readFileSync } from "node:fs";

/** Processor time in milliseconds, garbage collection and all: the machine may be at work on other things. */
function processor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The analyser over { name: document } from standard input, timed as others.py times the others. */
async function main(): Promise<void> {
  const started = processor();
  const { analyseDocument } = await import("../../policies/analyser/index.js");
  const imported = processor() - started;
  const documents = JSON.parse(readFileSync(0, "utf8")) as Record<string, unknown>;
  let slowest = 0;
  const before = processor();
  for (const document of Object.values(documents)) {
    const began = performance.now();
    analyseDocument(document, { kind: "identity" });
    const took = performance.now() - began;
    slowest = Math.max(slowest, took);
  }
  const total = processor() - before;
  console.log(
    JSON.stringify({
      import: imported / 1000,
      seconds: total / 1000,
      slowest: slowest / 1000,
      found: {},
    }),
  );
}

void main();
