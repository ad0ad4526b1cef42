import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../policies/cli";
import { ownDocuments } from "./documents";

/**
 * Runs the command in process on files that are written at random: documents of the labelled body with
 * pieces changed, cut, doubled and nested, among files that cannot be read. A crash, a run of more than
 * ten seconds and an exit status other than the findings' are reported with the seed that repeats them:
 * FUZZ_SECONDS=600 npx tsx benchmarks/policies/fuzz.ts [SEED]
 */

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 60);
const HANG_SECONDS = 10;

type Random = (below: number) => number;

/** Mulberry32: small, and the same for a seed everywhere. */
function pickRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const PIECES = [
  '"*"',
  "[]",
  "{}",
  "null",
  "0",
  "true",
  '""',
  '"Allow"',
  '"Deny"',
  '"s3:*"',
  '"iam:*?*?*?*?x"',
  '"arn:aws:iam::*:role/*"',
  '{"AWS":"*"}',
  '{"Federated":"x"}',
  '{"StringLike":{"aws:SourceArn":"*"}}',
  '"\\ud800"',
  '"__proto__"',
  '"constructor"',
  "1e999",
  "-",
  ",",
  '"Statement":',
  "\uFEFF",
  "\0",
  "%7B",
  "\\",
];

function mutate(text: string, random: Random): string {
  let result = text;
  for (let turn = random(4); turn >= 0; turn--) {
    const at = random(result.length);
    const end = Math.min(result.length, at + random(40));
    const piece = PIECES[random(PIECES.length)] ?? "";
    switch (random(7)) {
      case 0:
        result = result.slice(0, at) + result.slice(end);
        break;
      case 1:
        result = result.slice(0, at) + piece + result.slice(at);
        break;
      case 2:
        result =
          result.slice(0, at) + result.slice(at, end).repeat(1 + random(50)) + result.slice(end);
        break;
      case 3:
        result = result.replace(/"[^"]*"/g, (found) => (random(12) === 0 ? piece : found));
        break;
      case 4:
        result = result.replaceAll("*", "*?".repeat(random(40)));
        break;
      case 5:
        result = "[".repeat(random(3)) + `{"Role":${result},"Role":${piece}}`;
        break;
      default:
        result = `{"RoleDetailList":[{"RoleName":"a","AssumeRolePolicyDocument":${result},"RolePolicyList":[{"PolicyDocument":${JSON.stringify(result)}}]}]}`;
    }
  }
  return result;
}

interface Report {
  findings: { level: string }[];
  error?: string;
}

/** The status that the printed reports come to. */
function expectedStatus(text: string): number {
  const reports = JSON.parse(text) as Report[];
  if (reports.some(({ error }) => error !== undefined)) return 2;
  return reports.some((r) => r.findings.some((f) => f.level === "mandatory")) ? 1 : 0;
}

/** One run: its status, and what it printed. */
function run(paths: string[]): { status: number; text: string } {
  let text = "";
  const write = process.stdout.write.bind(process.stdout);
  const writeError = process.stderr.write.bind(process.stderr);
  process.stdout.write = (chunk) => ((text += String(chunk)), true);
  process.stderr.write = () => true;
  try {
    return { status: main(["--json", ...paths]), text };
  } finally {
    process.stdout.write = write;
    process.stderr.write = writeError;
  }
}

function work(first: number): void {
  const folder = mkdtempSync(join(tmpdir(), "iam-fuzz-"));
  const bodies = Object.values(ownDocuments()).map(({ document }) => JSON.stringify(document));
  const end = Date.now() + SECONDS * 1000;
  const counts = { runs: 0, files: 0, status: [0, 0, 0], wrong: 0, slowestMs: 0 };
  for (let seed = first; Date.now() < end; seed++) {
    const random = pickRandom(seed);
    process.send?.(seed);
    const paths = Array.from({ length: 1 + random(3) }, (_, index) => {
      const kind = random(20);
      if (kind === 0) return join(folder, "none");
      if (kind === 1) return "/dev/zero";
      const body = bodies[random(bodies.length)] ?? "";
      const path = join(folder, `${index}.json`);
      writeFileSync(path, kind < 6 ? body : mutate(body, random));
      return path;
    });
    const started = performance.now();
    const { status, text } = run(paths);
    counts.slowestMs = Math.max(counts.slowestMs, Math.round(performance.now() - started));
    counts.runs++;
    counts.files += paths.length;
    counts.status[status] = (counts.status[status] ?? 0) + 1;
    const missing = paths.some((path) => path.endsWith("none") || path === "/dev/zero");
    if (status !== expectedStatus(text) || (missing && status !== 2)) {
      counts.wrong++;
      console.log(`seed ${seed}: status ${status}, not ${expectedStatus(text)}`);
    }
  }
  rmSync(folder, { recursive: true });
  console.log(JSON.stringify(counts));
  process.disconnect();
}

/** Watches the worker from outside: a hanging worker cannot report it. */
function watch(first: number): void {
  const child = spawn(process.execPath, [...process.execArgv, __filename, String(first)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, FUZZ_WORKER: "1" },
  });
  let seed = first;
  let last = Date.now();
  child.on("message", (message) => {
    seed = Number(message);
    last = Date.now();
  });
  const timer = setInterval(() => {
    if (Date.now() - last < HANG_SECONDS * 1000) return;
    console.log(`seed ${seed}: no end after ${HANG_SECONDS} s`);
    process.exitCode = 1;
    child.kill("SIGKILL");
  }, 1000);
  child.on("close", (code) => {
    clearInterval(timer);
    if (code !== 0) {
      console.log(`seed ${seed}: the run ended with ${String(code)}`);
      process.exitCode = 1;
    }
  });
}

const first = Number(process.argv[2] ?? 1);
if (process.env.FUZZ_WORKER === "1") work(first);
else watch(first);
