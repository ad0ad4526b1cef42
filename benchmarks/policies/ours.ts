import { readFileSync } from "node:fs";

/** The analyser over { name: document } from standard input, timed as others.py times the others. */
async function main(): Promise<void> {
  const started = performance.now();
  const { analyseDocument } = await import("../../policies/analyser/index.js");
  const imported = performance.now() - started;
  const documents = JSON.parse(readFileSync(0, "utf8")) as Record<string, unknown>;
  let total = 0;
  let slowest = 0;
  for (const document of Object.values(documents)) {
    const began = performance.now();
    analyseDocument(document, { kind: "identity" });
    const took = performance.now() - began;
    total += took;
    slowest = Math.max(slowest, took);
  }
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
