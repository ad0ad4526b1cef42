/**
 * Failures and kills on the way. ENGINE_TESTS=all makes every type of resource fail once, and
 * kills the engine at 20 random points of up and of destroy; otherwise a few of each.
 */
import assert from "node:assert/strict";
import { orphans, recover } from "./recovery";
import { describeEngine, Sandbox } from "./sandbox";

const IS_ALL = process.env["ENGINE_TESTS"] === "all";
const STACK = "dev";
const KILLS = IS_ALL ? 20 : 2;
/** Types that fail in the short run: one of each provider and each component. */
const SOME_TYPES = [
  "aws:ec2/subnet:Subnet",
  "aws:eks/nodeGroup:NodeGroup",
  "kubernetes:core/v1:Service",
];

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const SEED = Number(process.env["ENGINE_SEED"] ?? 20261123);
const random = randomNumbers(SEED);

function pick(names: readonly string[], count: number): string[] {
  return [...names]
    .map((name) => [random(), name] as const)
    .sort(([a], [b]) => a - b)
    .slice(0, count)
    .map(([, name]) => name);
}

/** Makes each target fail once, over as many runs as that takes, and then lets all go through. */
async function failEach(
  sandbox: Sandbox,
  command: "up" | "destroy",
  types: ReadonlySet<string>,
): Promise<number> {
  const operation = command === "up" ? "create" : "delete";
  const waiting = new Set(types);
  let runs = 0;
  while (waiting.size > 0) {
    const faults = [...waiting].map((type) => `${operation}@${type}=once`).join(",");
    const { code } = await sandbox.try(`${command} -s ${STACK} --skip-preview`, {
      SANDBOX_FAULTS: faults,
    });
    runs++;
    const failed = sandbox.journal().filter(({ error }) => error?.includes("SANDBOX_FAULTS"));
    assert.ok(failed.length > 0, `not reached: ${[...waiting].join(", ")}`);
    assert.notEqual(code, 0);
    for (const { urn } of failed) waiting.delete(urn.split("::")[2]!.split("$").at(-1)!);
  }
  await sandbox.run(`${command} -s ${STACK} --skip-preview`);
  return runs;
}

/** Kills the engine at each target, right after the cloud did it; then takes up again. */
async function killAtEach(
  sandbox: Sandbox,
  command: "up" | "destroy",
  urns: readonly string[],
): Promise<{ kills: number; imported: number }> {
  const operation = command === "up" ? "create" : "delete";
  const waiting = new Set(urns);
  let [kills, imported] = [0, 0];
  while (waiting.size > 0) {
    const faults = [...waiting].map((urn) => `${operation}@${urn}=kill`).join(",");
    const { code, text } = await sandbox.try(`${command} -s ${STACK} --skip-preview`, {
      SANDBOX_FAULTS: faults,
    });
    if (code === 0) break;
    const before = waiting.size;
    const inCloud = new Set(sandbox.cloud().map(({ urn }) => urn));
    for (const urn of waiting) {
      // Made, or gone, in the cloud: it was killed at, or went through beside one that was.
      if (inCloud.has(urn) === (command === "up")) waiting.delete(urn);
    }
    assert.ok(waiting.size < before, `failed, but not by a kill:\n${text}`);
    kills++;
    imported += await recover(sandbox, STACK);
  }
  await sandbox.run(`${command} -s ${STACK} --skip-preview`);
  return { kills, imported };
}

describeEngine("the real engine, interrupted", function () {
  this.timeout(1_800_000);
  const sandbox = new Sandbox();
  after(() => sandbox.remove());
  let types: string[] = [];
  let urns: string[] = [];

  before(async () => {
    const undisturbed = new Sandbox();
    await undisturbed.run(`up -s ${STACK} --skip-preview`);
    const made = undisturbed.cloud().filter(({ type }) => !type.startsWith("hidden:"));
    undisturbed.remove();
    types = [...new Set(made.map(({ type }) => type))];
    urns = made.map(({ urn }) => urn);
  });

  it("converges after failures during up: nothing orphaned, nothing twice", async () => {
    const failing = new Set(IS_ALL ? types : SOME_TYPES);
    const runs = await failEach(sandbox, "up", failing);
    console.log(`      ${failing.size} types failed once each, in ${runs} runs of up`);
    assert.deepEqual(orphans(sandbox, [STACK]), []);
    await sandbox.run(`up -s ${STACK} --skip-preview --expect-no-changes`);
  });

  it("converges after failures during destroy: nothing is left", async () => {
    const failing = new Set(IS_ALL ? types : SOME_TYPES);
    const runs = await failEach(sandbox, "destroy", failing);
    console.log(`      ${failing.size} types failed once each, in ${runs} runs of destroy`);
    assert.deepEqual(sandbox.lasting(), []);
  });

  it("converges after kills during up, by taking over what was made: nothing orphaned, nothing twice", async () => {
    const { kills, imported } = await killAtEach(sandbox, "up", pick(urns, KILLS));
    console.log(`      killed ${kills} times (seed ${SEED}), ${imported} resources taken over`);
    assert.ok(kills > 0 && imported > 0);
    assert.deepEqual(orphans(sandbox, [STACK]), []);
    await sandbox.run(`up -s ${STACK} --skip-preview --expect-no-changes`);
  });

  it("converges after kills during destroy: nothing is left", async () => {
    const { kills } = await killAtEach(sandbox, "destroy", pick(urns, KILLS));
    console.log(`      killed ${kills} times (seed ${SEED})`);
    assert.ok(kills > 0);
    assert.deepEqual(sandbox.lasting(), []);
  });
});
