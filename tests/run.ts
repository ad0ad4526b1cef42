/**
 * Runs the tests for npm test and the other test scripts. Each lane is a mocha process, two lanes run at
 * a time, and the last line counts all tests. Usage: tests/run.ts [unit|simulated|real|all|watch [FILE...]]
 *
 * - unit: tests in the runner's own process
 * - simulated: the unit tests, and all others that need no real part (tests/real/setup.sh)
 * - real: tests that need a real part; without it they are reported as skipped
 * - watch: the unit tests, or the named files, whenever a source file changes
 *
 * TEST_LANES sets how many lanes run at a time. The default is the number of cores, at least two.
 * TESTS_UNTIL, in seconds since 1970, is when no further lane starts: each lane that is left is reported as
 * one skipped test. The default is no limit.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";

const ROOT = join(__dirname, "..");

/** Files that need a real part, apart from tests/real itself. */
const ON_REAL_PARTS =
  /^tests\/(real|tools\/(verify|teardown))\/|^tests\/policies\/engine\.test\.ts$/;
/** Files that start other processes: command lines, a browser, a compiler. */
const STARTS_PROCESSES =
  /(^|\/)(cli|cli-failures|command-line|browser|package|architecture)\.test\.ts$|^tests\/(tools\/docs\/|readme\.test)/;
/** Slow lanes, which start first. */
const SLOW_FIRST = [
  "engine/guide.test.ts",
  "tools/teardown",
  "real/chapter",
  "engine/cluster-features.test.ts",
  "tools/verify",
  "engine/chapter.test.ts",
  "engine/fixes.test.ts",
  "engine/lifecycle.test.ts",
  "engine/interrupted.test.ts",
  "engine/config.test.ts",
  "engine/failures.test.ts",
];

/** The reporter's counts, in the file that TEST_COUNTS names. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Titles of the skipped tests, each after the titles of its suites. */
  readonly skipped: readonly (readonly string[])[];
}

interface Lane {
  readonly title: string;
  readonly files: readonly string[];
  /** How many processes share the files. @default one */
  readonly jobs?: number;
}

const cores = Math.max(2, Number(process.env["TEST_LANES"]) || availableParallelism());

function testFiles(): string[] {
  return readdirSync(join(ROOT, "tests"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

/** Files that share a cluster share a lane; files with a sandbox each have their own. */
function realLanes(files: readonly string[]): Lane[] {
  const lanes = new Map<string, string[]>();
  for (const file of files) {
    const folder = file.slice(0, file.lastIndexOf("/"));
    const title = folder === "tests/real/engine" ? file : folder;
    lanes.set(title, [...(lanes.get(title) ?? []), file]);
  }
  const rank = (title: string): number => {
    const at = SLOW_FIRST.findIndex((name) => title.endsWith(`/${name}`));
    return at < 0 ? SLOW_FIRST.length : at;
  };
  return [...lanes]
    .map(([title, of]) => ({ title, files: of }))
    .sort((a, b) => rank(a.title) - rank(b.title));
}

const GROUPS: Record<string, (files: readonly string[]) => Lane[]> = {
  unit: (files) => {
    const unit = files.filter((file) => !ON_REAL_PARTS.test(file) && !STARTS_PROCESSES.test(file));
    return [{ title: "unit tests", files: unit, jobs: cores }];
  },
  simulated: (files) => {
    const others = files.filter((file) => !ON_REAL_PARTS.test(file));
    return [{ title: "tests without real parts", files: others, jobs: cores }];
  },
  real: (files) => realLanes(files.filter((file) => ON_REAL_PARTS.test(file))),
  all: (files) => [...GROUPS["simulated"]!(files), ...GROUPS["real"]!(files)],
};

const MOCHA = join(ROOT, "node_modules", "mocha", "bin", "mocha.js");
const WATCHED = ["components", "policies", "settings", "tests", "tools", "index.ts"];

function watch(files: readonly string[]): void {
  const watched = ["--watch", "--extension", "ts", ...WATCHED.flatMap((w) => ["--watch-files", w])];
  const chosen = files.length > 0 ? files : GROUPS["unit"]!(testFiles())[0]!.files;
  spawn(process.execPath, [MOCHA, ...watched, ...chosen], { cwd: ROOT, stdio: "inherit" });
}

const directory = mkdtempSync(join(tmpdir(), "eks-exercises-tests-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));

/** Runs a lane, and prints mocha's output at its end. Without a report it counts as a failure. */
async function run(lane: Lane, number: number): Promise<Counts> {
  const counts = join(directory, String(number));
  const parallel = lane.jobs === undefined ? [] : ["--parallel", "--jobs", String(lane.jobs)];
  const started = Date.now();
  const child = spawn(process.execPath, [MOCHA, ...parallel, ...lane.files], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TEST_COUNTS: counts },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  }
  const code = await new Promise<number>((resolve) => child.on("close", (c) => resolve(c ?? 1)));
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(`\n=== ${lane.title}: ${seconds} s ===\n${text.trimEnd()}\n`);
  try {
    const counted = JSON.parse(readFileSync(counts, "utf8")) as Counts;
    if (code === 0 || counted.failed > 0) return counted;
    console.log(`${lane.title}: mocha ended with ${code}, though no test failed`);
    return { ...counted, failed: 1 };
  } catch {
    console.log(`${lane.title}: mocha ended with ${code}, and without a report`);
    return { passed: 0, failed: 1, skipped: [] };
  }
}

const until = Number(process.env["TESTS_UNTIL"] ?? Infinity) * 1000;

/** Runs a lane, unless it is too late for it. */
async function runInTime(lane: Lane, number: number): Promise<Counts> {
  if (Date.now() < until) return run(lane, number);
  return { passed: 0, failed: 0, skipped: [[`${lane.title}, not started in time`]] };
}

/** Prints the skipped tests by suite. */
function listSkipped(skipped: Counts["skipped"]): void {
  const bySuite = new Map<string, number>();
  for (const [suite] of skipped) bySuite.set(suite!, (bySuite.get(suite!) ?? 0) + 1);
  for (const [suite, count] of bySuite) console.log(`skipped: ${suite} (${count})`);
}

async function main(name = "simulated", ...files: string[]): Promise<void> {
  if (name === "watch") return watch(files);
  const group = GROUPS[name];
  if (!group) throw new Error(`no tests are called ${name}: ${Object.keys(GROUPS).join(", ")}`);
  const lanes = group(testFiles());
  const waiting = lanes.entries();
  const results: Counts[] = [];
  const work = async (): Promise<void> => {
    for (const [number, lane] of waiting) results[number] = await runInTime(lane, number);
  };
  // A lane with several processes gets all cores.
  const shared = lanes.filter(({ jobs }) => jobs !== undefined).length;
  for (let i = 0; i < shared; i++) {
    const [number, lane] = waiting.next().value!;
    results[number] = await run(lane, number);
  }
  await Promise.all(Array.from({ length: cores }, work));

  const failed = results.reduce((sum, counts) => sum + counts.failed, 0);
  const passed = results.reduce((sum, counts) => sum + counts.passed, 0);
  const skipped = results.flatMap((counts) => counts.skipped);
  console.log("");
  listSkipped(skipped);
  for (const [number, lane] of lanes.entries()) {
    if (results[number]!.failed > 0) console.log(`failed: ${lane.title}`);
  }
  console.log(
    `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`,
  );
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

void main(...process.argv.slice(2));
