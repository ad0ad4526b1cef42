/**
 * The engine killed on the way, and what brings a stack back: `npm run sandbox -- recover`.
 * ENGINE_TESTS=all kills it at 20 random points of up and 20 of destroy; otherwise at 2 of each.
 */
import assert from "node:assert/strict";
import { orphans } from "./orphans";
import { randomNumbers, SEED } from "./random";
import { configured, describeEngine, Sandbox } from "./sandbox";

const CLUSTER = "exercise-cluster";
/** How many kills each stack takes each way, in the order in which they come up. */
const KILLS: Readonly<Record<string, number>> =
  process.env["ENGINE_TESTS"] === "all"
    ? { [CLUSTER]: 14, "exercise-autoscaler": 2, "exercise-nodeport": 2, "exercise-ingress": 2 }
    : { [CLUSTER]: 2 };
const STACKS = Object.keys(KILLS);

type Command = "up" | "destroy";

/** URNs in the order in which the cloud makes them, or lets them go, when nothing goes wrong. */
async function undisturbed(): Promise<Record<Command, Record<string, string[]>>> {
  const sandbox = new Sandbox();
  const order: Record<Command, Record<string, string[]>> = { up: {}, destroy: {} };
  const run = async (command: Command, stack: string): Promise<void> => {
    await sandbox.run(`${command} -s ${stack} --skip-preview`);
    order[command][stack] = sandbox.journal().map(({ urn }) => urn);
  };
  for (const stack of STACKS) await run("up", stack);
  for (const stack of [...STACKS].reverse()) await run("destroy", stack);
  sandbox.remove();
  return order;
}

/**
 * Kills the engine at random points, right after the cloud did something and before the engine
 * hears of it, and recovers after each; then lets the command go through.
 * @returns names of the resources at which it was killed
 */
async function killOnTheWay(
  sandbox: Sandbox,
  command: Command,
  stack: string,
  order: readonly string[],
  random: () => number,
): Promise<string[]> {
  const operation = command === "up" ? "create" : "delete";
  const killedAt: string[] = [];
  for (let left = KILLS[stack]!; left > 0; left--) {
    const before = new Set(sandbox.cloud().map(({ urn }) => urn));
    const remaining = order.filter((urn) => before.has(urn) === (command === "destroy"));
    // Not so far on that nothing would be left for the kills to come.
    const reach = Math.max(1, Math.floor((2 * remaining.length) / (left + 1)));
    const point = remaining[Math.floor(random() * reach)];
    assert.ok(point, `nothing of ${stack} is left for ${left} kills`);
    const { code, text } = await sandbox.try(`${command} -s ${stack} --skip-preview`, {
      SANDBOX_FAULTS: `${operation}@${point}=kill`,
    });
    assert.notEqual(code, 0, text);
    assert.ok(text.includes(`fix: npm run sandbox -- recover -s ${stack}`), text);
    const again = sandbox.journal().filter(({ urn }) => command === "up" && before.has(urn));
    assert.deepEqual(again, [], "made though it was there");
    await sandbox.run(`recover -s ${stack}`);
    assert.deepEqual(orphans(sandbox, STACKS), [], `after the kill at ${point}`);
    killedAt.push(point.split("::").at(-1)!);
  }
  await sandbox.run(`${command} -s ${stack} --skip-preview`);
  return killedAt;
}

describeEngine("the real engine, killed", function () {
  this.timeout(1_800_000);
  const sandbox = new Sandbox();
  const random = randomNumbers();
  let order: Record<Command, Record<string, string[]>> = { up: {}, destroy: {} };
  before(async () => {
    order = await undisturbed();
  });
  after(() => sandbox.remove());

  for (const stack of STACKS) {
    it(`during up of ${stack}: recovered, it converges; nothing orphaned, nothing twice`, async () => {
      const points = await killOnTheWay(sandbox, "up", stack, order.up[stack]!, random);
      console.log(`      seed ${SEED}, ${points.length} kills: ${points.join(", ")}`);
      assert.deepEqual(orphans(sandbox, STACKS), []);
      await sandbox.run(`up -s ${stack} --skip-preview --expect-no-changes`);
      await sandbox.run(`refresh -s ${stack} --skip-preview --expect-no-changes`);
    });
  }

  for (const stack of [...STACKS].reverse()) {
    it(`during destroy of ${stack}: recovered, it converges; nothing is left`, async () => {
      const points = await killOnTheWay(sandbox, "destroy", stack, order.destroy[stack]!, random);
      console.log(`      seed ${SEED}, ${points.length} kills: ${points.join(", ")}`);
      assert.deepEqual(sandbox.state(stack), []);
      assert.deepEqual(orphans(sandbox, STACKS), []);
    });
  }

  it("has an empty cloud in the end", () => {
    assert.deepEqual(sandbox.lasting(), []);
  });
});

describeEngine("the real engine, killed while it replaces", function () {
  this.timeout(600_000);
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  it("has one node group in the end, the new one", async () => {
    const at = (kubernetesVersion: string): string =>
      configured(sandbox, CLUSTER, { cluster: { create: { kubernetesVersion } } });
    const groups = (): string[] =>
      sandbox.lasting().filter((name) => name.startsWith("aws:eks/nodeGroup:NodeGroup"));
    await sandbox.run(`up -s ${CLUSTER} --skip-preview ${at("1.35")}`);
    const old = groups();
    await sandbox.try(`up -s ${CLUSTER} --skip-preview ${at("1.36")}`, {
      SANDBOX_FAULTS: "create@cluster-nodes-group=kill",
    });
    assert.equal(groups().length, 2);
    await sandbox.run(`recover -s ${CLUSTER}`);
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
    assert.equal(groups().length, 1);
    assert.notDeepEqual(groups(), old);
    assert.deepEqual(orphans(sandbox, [CLUSTER]), []);
  });
});
