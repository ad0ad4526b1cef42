import { matches } from "../../policies/analyser/glob";

/** Measures how the time of one match grows with the pattern and with the value: twice as long, twice the time. */

const VALUE = 100_000;
const UNITS = ["*?", "*a", "*a?", "?*a"];

function time(pattern: string, value: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 5; turn++) {
    const started = performance.now();
    matches(pattern, value);
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

console.log(`milliseconds against ${VALUE} letters, by the number of repetitions of the unit`);
for (const unit of UNITS) {
  const cells = [1, 10, 100, 1000, 10_000].map((count) => {
    const pattern = `iam:${unit.repeat(count)}b*x`;
    return `${count}: ${time(pattern, `iam:${"a".repeat(VALUE)}x`).toFixed(2)}`;
  });
  console.log(`iam:(${unit})b*x  ${cells.join("  ")}`);
}
console.log("milliseconds of iam:(*a?)b*x with 100 repetitions, by the length of the value");
for (const length of [12_500, 25_000, 50_000, 100_000, 200_000]) {
  const took = time(`iam:${"*a?".repeat(100)}b*x`, `iam:${"a".repeat(length)}x`);
  console.log(`${length}: ${took.toFixed(3)}`);
}
