// Times `npm run rehearse` for all stacks against a process that only imports the four packages,
// in turn, so that both meet the same noise; prints medians and the median of the ratios.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const RUNS = 7;
const cwd = fileURLToPath(new URL("..", import.meta.url));
const packages = ["pulumi", "aws", "eks", "kubernetes"].map((name) => `require("@pulumi/${name}")`);
const commands = {
  "npm run rehearse": ["npm", ["run", "--silent", "rehearse"]],
  "import of the four packages": ["node", ["-e", packages.join(";")]],
};

function seconds([command, args]) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(command, args, { cwd, stdio: "ignore" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const times = Array.from({ length: RUNS + 1 }, () => Object.values(commands).map(seconds)).slice(1);
Object.keys(commands).forEach((name, i) => {
  console.log(`${name}: ${median(times.map((pair) => pair[i])).toFixed(2)} s`);
});
console.log(`ratio: ${median(times.map(([a, b]) => a / b)).toFixed(2)} (median of ${RUNS} pairs)`);
