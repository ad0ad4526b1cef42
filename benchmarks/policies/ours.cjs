// The analyser over { name: document } from standard input, timed as others.py times the others.
// usage: ours.cjs ANALYSER [proposals]; with "proposals", what to write instead is read of each finding.
const { readFileSync } = require("node:fs");
const { performance } = require("node:perf_hooks");

/** Seconds: of the clock, and of the processor, which counts the compiler's and the collector's threads too. */
function now() {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now() / 1000, processor: (user + system) / 1e6 };
}

function since(start) {
  const end = now();
  return { clock: end.clock - start.clock, processor: end.processor - start.processor };
}

const [, , analyser, mode] = process.argv;
const started = now();
const { analyseDocument } = require(analyser);
const imported = since(started);
const documents = JSON.parse(readFileSync(0, "utf8"));
let slowest = 0;
let characters = 0;
const before = now();
for (const document of Object.values(documents)) {
  const began = performance.now();
  const findings = analyseDocument(document, { kind: "identity" });
  if (mode === "proposals") for (const { instead } of findings) characters += instead.length;
  slowest = Math.max(slowest, performance.now() - began);
}
const total = since(before);
console.log(
  JSON.stringify({ import: imported, total, slowest: slowest / 1000, characters, found: {} }),
);
