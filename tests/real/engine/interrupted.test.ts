/**
 * The engine is killed during a command; `npm run sandbox -- recover` brings the stack back.
 * ENGINE_TESTS=all kills it at 20 random points of up and 20 of destroy; otherwise at 2 of each.
 */
import assert from "node:assert/strict";
import { orphans } from "./orphans";
import { randomNumbers, SEED } from "./random";
import { configured, describeEngine, Sandbox } from "./sandbox";

const CLUSTER = "exercise-cluster";
const IS_ALL = process.env["ENGINE_TESTS"] === "all";
/** How many kills of each command, at least. */
const KILLS = IS_ALL ? 20 : 2;
/** Stacks in the order in which they come up. */
const STACKS = IS_ALL
  ? [CLUSTER, "exercise-autoscaler", "exercise-nodeport", "exercise-ingress"]
  : [CLUSTER];

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
 * @param most wanted kills; there may be fewer, since each also hits what runs beside it
 * @returns names of the resources at which it was killed
 */
async function killOnTheWay(
  sandbox: Sandbox,
  {
    command,
    stack,
    order,
    most,
  }: { command: Command; stack: string; order: string[]; most: number },
  random: () => number,
): Promise<string[]> {
  const operation = command === "up" ? "create" : "delete";
  const killedAt: string[] = [];
  while (killedAt.length < most) {
    const before = new Set(sandbox.cloud().map(({ urn }) => urn));
    const remaining = order.filter((urn) => before.has(urn) === (command === "destroy"));
    // In the next third, so that something is left for other kills.
    const point = remaining[Math.floor((random() * remaining.length) / 3)];
    if (!point) break;
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
  assert.deepEqual(orphans(sandbox, STACKS), []);
  return killedAt;
}

describeEngine("the real engine, killed", function () {
  this.timeout(3_600_000);
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  it(`converges after ${KILLS} kills of up and of destroy: nothing orphaned, nothing twice`, async () => {
    const random = randomNumbers();
    const orders = await undisturbed();
    const counts: Record<Command, number> = { up: 0, destroy: 0 };
    const kill = async (command: Command, stack: string): Promise<void> => {
      const most = KILLS - counts[command];
      const plan = { command, stack, order: orders[command][stack]!, most };
      const points = await killOnTheWay(sandbox, plan, random);
      counts[command] += points.length;
      console.log(
        `      ${command} of ${stack} killed at ${points.join(", ") || "nothing"} (seed ${SEED})`,
      );
    };
    while (counts.up < KILLS || counts.destroy < KILLS) {
      for (const stack of STACKS) {
        await kill("up", stack);
        await sandbox.run(`up -s ${stack} --skip-preview --expect-no-changes`);
      }
      for (const stack of [...STACKS].reverse()) {
        await kill("destroy", stack);
        assert.deepEqual(sandbox.state(stack), []);
      }
      assert.deepEqual(sandbox.lasting(), []);
    }
    console.log(`      ${counts.up} kills of up, ${counts.destroy} of destroy`);
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
