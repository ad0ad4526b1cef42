/** npm run sandbox -- <pulumi arguments> */
import { mkdirSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { version as kubernetesVersion } from "@pulumi/kubernetes/package.json";
import { CloudError } from "../cloud/queries";
import { StatefulCloud } from "../cloud/stateful-cloud";
import { runCommandLine } from "../shared/command-line";
import { findPulumi } from "../shared/find-cli";
import { refuseTakenOptions } from "../shared/npm-options";
import { projectName, stackNames } from "../shared/stack-files";
import { UserError } from "../shared/user-error";
import { Faults } from "./faults";
import { Journal } from "./journal";
import { clockOf } from "./latency";
import { Operations } from "./operations";
import { ProjectCopy } from "./project";
import {
  closedEndpointNotice,
  findLeftovers,
  leftoverNotice,
  sharedClusterNotice,
} from "./notices";
import { callerAddress, Engine, NO_PULUMI } from "./pulumi";
import {
  readRealCluster,
  realClusterNotice,
  refusedOnRealCluster,
  type RealCluster,
} from "./real-cluster";
import { interruptionNotice, recover } from "./recover";
import { serve } from "./serve";
import { StackStates } from "./stack-states";
import { CloudFile, lock } from "./store";

const HELP = `Runs the Pulumi CLI on a simulated cloud: no account, nothing to pay, nothing leaves this machine.

  npm run sandbox -- up -s exercise-cluster      any command of Pulumi's
  npm run sandbox -- cloud                       what is in the simulated cloud now
  npm run sandbox -- autoscale 2                 do what the autoscaler does: change the number of nodes
  npm run sandbox -- recover -s exercise-cluster put right what a killed command left
  npm run sandbox -- reset                       throw everything away

SANDBOX_LATENCY=real (or real/N)   things take their time, 60 (or N) times as fast as in AWS
SANDBOX_FAULTS=NAME=once           make a resource, or all of a type, fail once, always, hang, kill the engine,
                                   or leak what AWS leaves behind at times
SANDBOX_ADDRESS=198.51.100.7       your public address; with another than before, endpoints are closed to you
SANDBOX_KUBECONFIG=PATH            Kubernetes is a real cluster's: the one that this kubeconfig names, on kind say.
SANDBOX_CONTEXT=NAME               Pods run there, and stay after a reset. AWS and EKS stay simulated.`;

const PROJECT = join(__dirname, "..", "..");

/** Each real cluster has a folder of its own: its stacks are not those of the simulated one. */
function sandboxDirectory(real: RealCluster | undefined): string {
  const chosen = process.env["SANDBOX_DIRECTORY"];
  if (!chosen) {
    const folder = join(PROJECT, ".sandbox");
    return real ? join(folder, "clusters", encodeURIComponent(real.context)) : folder;
  }
  return isAbsolute(chosen) ? chosen : join(process.cwd(), chosen);
}

/** The stack that a command names, if it does. */
function stackOf(args: readonly string[]): string | undefined {
  for (const [i, arg] of args.entries()) {
    if (arg === "-s" || arg === "--stack") return args[i + 1];
    const joined = /^(?:--stack=|-s=?)([^-].*)$/.exec(arg)?.[1];
    if (joined) return joined;
  }
  return args[0] === "stack" && args[1] === "select" ? args[2] : undefined;
}

async function main(args: readonly string[]): Promise<number> {
  refuseTakenOptions("sandbox", args, (name) => stackNames(PROJECT).includes(name));
  const real = readRealCluster(process.env);
  const refused = real && refusedOnRealCluster(args);
  if (refused !== undefined) throw new UserError(refused);
  if (real) console.error(realClusterNotice(real));
  const directory = sandboxDirectory(real);
  mkdirSync(directory, { recursive: true });
  const unlock = lock(join(directory, "lock"));
  try {
    return await dispatch(args, directory, real);
  } finally {
    unlock();
  }
}

async function dispatch(
  args: readonly string[],
  directory: string,
  real: RealCluster | undefined,
): Promise<number> {
  const [command] = args;
  if (command === "reset") {
    for (const part of ["backend", "home", "project", "cloud.json", "journal.jsonl"]) {
      rmSync(join(directory, part), { recursive: true, force: true });
    }
    console.log("The sandbox is empty.");
    if (real) console.log(`What its stacks made on ${real.context} is still there.`);
    return 0;
  }
  const clock = clockOf(process.env["SANDBOX_LATENCY"]);
  const store = new CloudFile(join(directory, "cloud.json"));
  const address = callerAddress();
  const cloud = new StatefulCloud({ store, eniDelayMs: clock.eniDelayMs, address });
  if (command === "cloud") {
    for (const { type, id } of cloud.inventory()) console.log(`${type}  ${id}`);
    return 0;
  }
  if (command === "autoscale") {
    return autoscale(cloud, args[1], args[2]);
  }
  const binary = findPulumi();
  if (!binary) throw new UserError(NO_PULUMI, { exitCode: 1 });
  const faults = new Faults(process.env["SANDBOX_FAULTS"]);
  if (clock.scale) console.error(`Simulated time: ${clock.scale} times as fast as AWS.`);
  const journal = new Journal(join(directory, "journal.jsonl"));
  const operations = new Operations(cloud, clock, faults, journal);
  const mirror = new ProjectCopy(PROJECT, directory);
  mirror.refresh();
  const served = await serve(operations, real);
  try {
    const engine = new Engine(
      binary,
      mirror.directory,
      directory,
      served.ports,
      real !== undefined,
    );
    operations.killEngine = () => engine.kill();
    if (real) await engine.ensurePlugin("kubernetes", kubernetesVersion);
    const stack = stackOf(args);
    if (stack && mirror.stacks().includes(stack)) {
      await engine.ensureStack(stack, projectName(PROJECT));
    }
    const code = await run(args, { engine, cloud, directory, mirror });
    const unmatched = faults.unmatched();
    if (unmatched) console.error(unmatched);
    const problems = mirror.syncBack();
    for (const problem of problems) console.error(problem);
    return problems.length > 0 ? 1 : code;
  } finally {
    await served.stop();
  }
}

interface Sandbox {
  readonly engine: Engine;
  readonly cloud: StatefulCloud;
  readonly directory: string;
  readonly mirror: ProjectCopy;
}

/** Runs a command of Pulumi's, or takes up after one; says what AWS's user would have to find out. */
async function run(
  args: readonly string[],
  { engine, cloud, directory, mirror }: Sandbox,
): Promise<number> {
  const states = new StackStates(directory, projectName(PROJECT));
  const before = states.interrupted();
  if (args[0] === "recover") {
    const named = stackOf(args);
    const stacks = named ? [named] : before;
    for (const stack of stacks) await recover(engine, cloud, stack, mirror.directory);
    if (stacks.length === 0) console.log("No stack was interrupted.");
    return 0;
  }
  const warn = (stacks: readonly string[]): void => {
    for (const stack of stacks) console.error(interruptionNotice(stack));
  };
  warn(before);
  if (/^(destroy|down|dn)$/.test(args[0]!)) {
    const stack = stackOf(args) ?? (await engine.selectedStack());
    const notice = stack && sharedClusterNotice(stack, states);
    if (notice) console.error(notice);
  }
  const leftBefore = findLeftovers(cloud);
  const code = await engine.run(args);
  warn(states.interrupted().filter((stack) => !before.includes(stack)));
  if (cloud.closedCluster) {
    console.error(closedEndpointNotice(cloud.closedCluster, callerAddress()));
  }
  const left = [...findLeftovers(cloud)].filter(([id]) => !leftBefore.has(id));
  if (left.length > 0) console.error(leftoverNotice(left.map(([, text]) => text)));
  return code;
}

function autoscale(cloud: StatefulCloud, size: string | undefined, cluster?: string): number {
  const desired = Number(size);
  if (!Number.isInteger(desired) || desired < 0) {
    throw new UserError(`autoscale: ${size}`, {
      allowed: "a number of nodes",
      fix: "npm run sandbox -- autoscale 2",
    });
  }
  const groups = scale(cloud, desired, cluster);
  for (const { id, rebalancing } of groups) {
    console.log(`${id} has ${desired} nodes`);
    if (!rebalancing) continue;
    const { from, to } = rebalancing;
    console.log(
      `  Its Auto Scaling group evens out the zones: it starts a node in ${to}, then ends one in ${from}, which nobody drains.`,
    );
  }
  if (groups.length > 0) return 0;
  throw new UserError(
    `autoscale: there is no node group${cluster ? ` of a cluster ${cluster}` : ""}`,
    { fix: "npm run sandbox -- up -s exercise-cluster", exitCode: 1 },
  );
}

function scale(cloud: StatefulCloud, desired: number, cluster: string | undefined) {
  try {
    return cloud.scale(desired, cluster);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    throw new UserError(`autoscale: ${desired}\n  ${error.message}`, { exitCode: 1, cause: error });
  }
}

runCommandLine({ name: "sandbox", help: HELP, main: (_, args) => main(args) });
