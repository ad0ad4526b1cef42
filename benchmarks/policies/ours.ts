import { readFileSync } from "node:fs";

/** Seconds: of the clock, and of the processor, which counts the compiler's and the collector's threads too. */
interface Time {
  clock: number;
  processor: number;
}

function now(): Time {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now() / 1000, processor: (user + system) / 1e6 };
}

function since(start: Time): Time {
  const end = now();
  return { clock: end.clock - start.clock, processor: end.processor - start.processor };
}

/** The analyser over { name: document } from standard input, timed as others.py times the others. */
async function main(): Promise<void> {
  const started = now();
  const { analyseDocument } = await import("../../policies/analyser/index.js");
  const imported = since(started);
  const documents = JSON.parse(readFileSync(0, "utf8")) as Record<string, unknown>;
  const all = Object.values(documents);
  let slowest = 0;
  const before = now();
  for (const document of all) {
    const began = performance.now();
    analyseDocument(document, { kind: "identity" });
    slowest = Math.max(slowest, performance.now() - began);
  }
  const total = since(before);
  console.log(JSON.stringify({ import: imported, total, slowest: slowest / 1000, found: {} }));
}

void main();
