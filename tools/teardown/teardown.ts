/** Lists, destroys and looks, as the command line asks. */
import { createInterface } from "node:readline/promises";
import { CouldNotCheck } from "../shared/could-not-check";
import { UserError } from "../shared/user-error";
import { Backend, type State } from "./backend";
import { destroyInOrder } from "./destroy";
import type { Leftover } from "./leftover";
import { look, type Blind, type Looked } from "./look";
import { lookInCluster } from "./look/in-cluster";
import { count, exitCodeOf, reportJson, reportText, teardownCommand } from "./report";
import { chooseStacks, destroyOrder, ownersOf, readStacks, usersOf, type Stack } from "./stacks";

/** What the command line asks for. */
export interface Arguments {
  readonly stacks: readonly string[];
  readonly all: boolean;
  readonly check: boolean;
  readonly json: boolean;
  readonly sandbox: boolean;
  readonly yes: boolean;
}

/** Seconds that a look may take. */
const LOOK_SECONDS = 300;

/**
 * Runs a teardown or a look.
 * @returns the exit code
 * @throws UserError if the arguments are wrong, or there is no Pulumi CLI to destroy anything with
 */
export async function teardown(directory: string, args: Arguments): Promise<number> {
  const { backend, states, blind } = await open(directory, args);
  const stacks = readStacks(directory, states);
  const chosen = chooseStacks(
    stacks,
    args.stacks,
    args.all || (args.check && args.stacks.length === 0),
  );
  if (chosen.length === 0) return list(stacks, args.sandbox);
  let destroyed: string[] = [];
  if (!args.check) {
    const order = destroyOrder(chosen.filter(({ state }) => state !== undefined));
    requireFree(order, stacks, args.sandbox);
    if (order.length > 0) {
      if (!(await confirm(order, args))) return 1;
      const code = await destroyInOrder(backend!, order, stacks, args);
      if (code !== 0) return code;
    }
    destroyed = order.map(({ name }) => name);
  }
  const now = stacks.map(({ state, ...stack }): Stack =>
    state && !destroyed.includes(stack.name) ? { ...stack, state } : stack,
  );
  const names = chosen.map(({ name }) => name);
  const still = now.filter(({ name }) => names.includes(name));
  const looked = args.sandbox
    ? [await lookInSandbox(backend!, now)]
    : [await lookInClusters(backend, still, now), await lookInAws(still, now)];
  const up = still.flatMap(({ name, state }) =>
    state ? [{ name, resources: state.resources.length }] : [],
  );
  const report = {
    destroyed,
    up,
    left: looked.flatMap(({ left }) => left),
    blind: [...blind, ...looked.flatMap((each) => each.blind)],
  };
  console.log(args.json ? reportJson(report) : reportText(report, args.sandbox));
  return exitCodeOf(report);
}

interface Opened {
  readonly backend?: Backend;
  readonly states: ReadonlyMap<string, State>;
  readonly blind: readonly Blind[];
}

/** A look does without Pulumi: it reports that nobody knows which stacks are up. */
async function open(directory: string, { check, sandbox }: Arguments): Promise<Opened> {
  try {
    const backend = await Backend.open(directory, sandbox);
    return { backend, states: await backend.states(), blind: [] };
  } catch (error) {
    if (!check || sandbox || !(error instanceof UserError)) throw error;
    const [why, ...fixes] = error.message.split("\n");
    const lookCloser = fixes.join(" ").replace(/^\s*fix: /, "");
    return { states: new Map(), blind: [{ what: "stacks that are up", why: why!, lookCloser }] };
  }
}

function list(stacks: readonly Stack[], sandbox: boolean): number {
  const up = stacks.filter(({ state }) => state !== undefined);
  if (up.length === 0) {
    console.log(
      `No stack is up. To look for what is left:\n  ${teardownCommand(sandbox, "--check")}`,
    );
    return 0;
  }
  console.log("Up:");
  for (const stack of up) console.log(`  ${described(stack)}`);
  console.log("\nTo destroy all of it, or some of it:");
  console.log(`  ${teardownCommand(sandbox, "--all")}`);
  console.log(`  ${teardownCommand(sandbox, destroyOrder(up)[0]!.name)}`);
  return 0;
}

function described({ name, state, uses }: Stack): string {
  const cluster = uses.length > 0 ? `, on the cluster of ${uses.join(", ")}` : "";
  return `${name}: ${count(state!.resources.length, "resource")}${cluster}`;
}

/** A cluster that goes first leaves load balancers that nobody deletes, and stacks that cannot be destroyed. */
function requireFree(order: readonly Stack[], stacks: readonly Stack[], sandbox: boolean): void {
  const forgotten = order.flatMap(({ name }) =>
    usersOf(name, stacks)
      .filter((user) => user.state !== undefined && !order.includes(user))
      .map((user) => ({ user: user.name, name })),
  );
  if (forgotten.length === 0) return;
  const names = [...forgotten.map(({ user }) => user), ...order.map(({ name }) => name)];
  throw new UserError(
    forgotten.map(({ user, name }) => `${user} is up, and uses the cluster of ${name}.`).join("\n"),
    { fix: teardownCommand(sandbox, ...new Set(names)) },
  );
}

async function confirm(order: readonly Stack[], { yes, json }: Arguments): Promise<boolean> {
  const total = order.reduce((sum, { state }) => sum + state!.resources.length, 0);
  if (!json) {
    console.log("To be destroyed, in this order:");
    for (const stack of order) console.log(`  ${described(stack)}`);
  }
  if (yes) return true;
  if (!process.stdin.isTTY || json) {
    throw new UserError("Nobody can be asked whether to destroy this: there is no terminal.", {
      fix: "add --yes",
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`Destroy ${count(total, "resource")}? Type yes: `);
  prompt.close();
  if (answer.trim() === "yes") return true;
  console.log("Nothing was destroyed.");
  return false;
}

/** Looks in the clusters that are up for what Pulumi did not make. */
async function lookInClusters(
  backend: Backend | undefined,
  chosen: readonly Stack[],
  stacks: readonly Stack[],
): Promise<Looked> {
  const states = stacks.flatMap(({ state }) => state ?? []);
  const left: Leftover[] = [];
  const blind: Blind[] = [];
  for (const { name } of chosen.filter(({ cluster, state }) => cluster && state)) {
    const what = `what is in the cluster of ${name}`;
    const kubeconfig = await backend!.kubeconfig(name);
    try {
      if (kubeconfig === undefined) throw new CouldNotCheck("its kubeconfig cannot be read");
      const signal = AbortSignal.timeout(LOOK_SECONDS * 1000);
      const { blocking, harmless } = await lookInCluster(kubeconfig, states, signal);
      left.push(...blocking, ...harmless);
    } catch (error) {
      if (!(error instanceof CouldNotCheck)) throw error;
      const { why, lookCloser } = error;
      blind.push({ what, why, ...(lookCloser !== undefined && { lookCloser }) });
    }
  }
  return { left, blind };
}

/** Looks for what each cluster leaves; a stack whose settings are wrong hides a cluster. */
async function lookInAws(chosen: readonly Stack[], stacks: readonly Stack[]): Promise<Looked> {
  const signal = AbortSignal.timeout(LOOK_SECONDS * 1000);
  const looked: Looked[] = [];
  for (const owner of ownersOf(chosen, stacks)) looked.push(await look(owner, signal));
  const wrong = chosen.flatMap(({ name, problem }) =>
    problem === undefined
      ? []
      : [
          {
            what: `what ${name} leaves`,
            why: `its settings are wrong: ${problem.split("\n", 1)[0]}`,
            lookCloser: `npm run rehearse -- ${name}`,
          },
        ],
  );
  return {
    left: looked.flatMap(({ left }) => left),
    blind: [...wrong, ...looked.flatMap((each) => each.blind)],
  };
}

/** The sandbox's cloud has nothing but the sandbox's: what no stack knows of is left. */
async function lookInSandbox(backend: Backend, stacks: readonly Stack[]): Promise<Looked> {
  const known = new Set(
    stacks.flatMap(({ state }) => state?.resources.map(({ id }) => id ?? "") ?? []),
  );
  const found = (await backend.simulated()).map((line) => line.split(/\s+/, 2) as [string, string]);
  // A cluster that lives takes away itself what it has made.
  const hasCluster = found.some(([kind]) => kind === "aws:eks/cluster:Cluster");
  const left = found
    .filter(([kind, id]) => !known.has(id) && !(hasCluster && kind.startsWith("hidden:")))
    .map(([kind, id]) => ({
      kind,
      id,
      why: "AWS leaves such a thing at times; a look in AWS prints the command that removes it there",
      source: "docs/teardown.md",
      perDay: 0,
      commands: ["npm run sandbox -- reset"],
    }));
  return { left, blind: [] };
}
