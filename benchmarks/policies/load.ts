import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The time from the start of the engine's own pack runner (ts-node and all) until the pack answers with
 * its port, for this pack and for one without a policy, by turns.
 */

const root = join(__dirname, "../..");
const runner = join(root, "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js");
const TURNS = 9;

function load(folder: string, isCached: boolean): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [runner, "127.0.0.1:1", "."], {
    cwd: folder,
    env: { ...process.env, TS_NODE_CACHE: String(isCached) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve) => {
    child.stdout.once("data", () => {
      const took = performance.now() - started;
      child.once("close", () => resolve(took));
      child.kill();
    });
  });
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "iam-load-"));
  const empty = join(folder, "empty");
  mkdirSync(empty);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  cpSync(join(root, "policies/package.json"), join(empty, "package.json"));
  writeFileSync(
    join(empty, "index.ts"),
    'import { PolicyPack } from "@pulumi/policy";\nnew PolicyPack("empty", { policies: [] });\n',
  );
  const pack = join(root, "policies");
  for (const isCached of [true, false]) {
    const times: { pack: number[]; empty: number[] } = { pack: [], empty: [] };
    await load(pack, isCached);
    await load(empty, isCached);
    for (let turn = 0; turn < TURNS; turn++) {
      times.pack.push(await load(pack, isCached));
      times.empty.push(await load(empty, isCached));
    }
    const [ours, theirs] = [median(times.pack), median(times.empty)];
    const how = isCached ? "compiled before" : "compiled again";
    console.log(
      `${how}: pack ${ours.toFixed(0)} ms, empty pack ${theirs.toFixed(0)} ms, ratio ${(ours / theirs).toFixed(2)}`,
    );
  }
  rmSync(folder, { recursive: true });
}

void main();
