/** Destroys stacks one after the other, and shows how far it is. */
import { CouldNotCheck } from "../shared/could-not-check";
import { firstLine } from "../shared/redact";
import { DestroyFailed, type Backend } from "./backend";
import type { Leftover } from "./leftover";
import { lookInCluster } from "./look/in-cluster";
import { leftText, teardownCommand } from "./report";
import type { Stack } from "./stacks";

/** What decides how progress is shown, and what is typed next. */
interface Options {
  readonly json: boolean;
  readonly sandbox: boolean;
}

/** Seconds that a cluster may take to say what is in it. */
const LOOK_SECONDS = 60;

/** Thrown if a cluster has something whose load balancer or volume its deletion would leave. */
class Blocked extends Error {
  constructor(readonly blocking: readonly Leftover[]) {
    super("blocked");
  }
}

/**
 * Destroys stacks in the order given. It stops at the first that fails: those after it are not touched.
 * A cluster with something in it that would leave a load balancer or a volume in AWS is not begun with.
 * @returns 0, or 1 with the reason and the next command on stderr, or 130 after Ctrl-C
 */
export async function destroyInOrder(
  backend: Backend,
  order: readonly Stack[],
  stacks: readonly Stack[],
  options: Options,
): Promise<number> {
  const { Listr } = await import("listr2");
  let interrupted = false;
  // A terminal sends Ctrl-C to the engine as well, which then stops in good order.
  const stay = (): void => void (interrupted = true);
  process.on("SIGINT", stay);
  let current = order[0]!;
  const tasks = order.map((stack) => ({
    title: stack.name,
    task: async (_context: unknown, task: { title: string; output: string }) => {
      current = stack;
      if (interrupted) throw new DestroyFailed(["interrupted by Ctrl-C"]);
      if (stack.cluster && !options.sandbox) {
        const note = await requireNothingInTheWay(backend, stack);
        if (note !== undefined) task.output = note;
      }
      const total = stack.state!.resources.length;
      await backend.destroy(stack.name, (deleted, type) => {
        task.output = `${deleted} of ${total} deleted, the last a ${type}`;
      });
      task.title = `${stack.name}: destroyed`;
    },
  }));
  const renderer = options.json ? "silent" : process.stdout.isTTY ? "default" : "simple";
  try {
    await new Listr(tasks, { renderer, registerSignalListeners: false }).run();
    return 0;
  } catch (error) {
    const rest = order.slice(order.indexOf(current));
    const again = teardownCommand(options.sandbox, ...rest.map(({ name }) => name));
    const check = teardownCommand(options.sandbox, "--check");
    if (error instanceof Blocked) {
      const what = `The cluster of ${current.name} has things in it that Pulumi did not make, and that would leave others in AWS.`;
      const texts = [what, ...error.blocking.map(leftText)];
      console.error(`${texts.join("\n\n")}\n\n${current.name} was not touched.\n  next: ${again}`);
      return 1;
    }
    if (!(error instanceof DestroyFailed)) throw error;
    console.error(failureText(rest, error.reasons, stacks, { cli: backend.cli, again, check }));
    return interrupted ? 130 : 1;
  } finally {
    process.removeListener("SIGINT", stay);
  }
}

/**
 * Looks in the cluster before it goes. By now the stacks that use it are destroyed.
 * @returns what to bear in mind if it does not answer. @throws Blocked
 */
async function requireNothingInTheWay(
  backend: Backend,
  { name, state }: Stack,
): Promise<string | undefined> {
  const kubeconfig = await backend.kubeconfig(name);
  if (kubeconfig === undefined) return undefined;
  try {
    const signal = AbortSignal.timeout(LOOK_SECONDS * 1000);
    const { blocking } = await lookInCluster(kubeconfig, [state!], signal);
    if (blocking.length > 0) throw new Blocked(blocking);
    return undefined;
  } catch (error) {
    if (!(error instanceof CouldNotCheck)) throw error;
    return `the cluster was not asked what is in it: ${error.why}`;
  }
}

/** What may be typed next. */
interface Commands {
  /** The command in front of arguments of Pulumi's. */
  readonly cli: string;
  /** The same teardown, from the stack that failed. */
  readonly again: string;
  readonly check: string;
}

function failureText(
  rest: readonly Stack[],
  reasons: readonly string[],
  stacks: readonly Stack[],
  commands: Commands,
): string {
  const [stack, ...untouched] = rest;
  const name = stack!.name;
  const others = untouched.map((each) => each.name).join(", ");
  return [
    `${name} could not be destroyed.`,
    ...reasons.slice(0, 3).map((reason) => `  reason: ${firstLine(reason)}`),
    `Nothing is lost: Pulumi still knows what ${name} has${others === "" ? "" : `; ${others} was not touched`}.`,
    ...nextSteps(stack!, reasons.join("\n"), stacks, commands).map((step) => `  next: ${step}`),
  ].join("\n");
}

/** What to type next, by what the engine reports. */
function nextSteps(
  stack: Stack,
  reason: string,
  stacks: readonly Stack[],
  { cli, again, check }: Commands,
): string[] {
  if (/unreachable cluster|cluster is unreachable/.test(reason)) {
    const home = stacks.find(({ name }) => stack.uses.includes(name));
    // Its endpoint is open to the address that it was brought up from.
    if (home?.state) return [`${cli} up -s ${home.name}`, again];
    const releases = stack.state!.resources.filter(({ type }) => type.endsWith(":Release"));
    return [
      // PULUMI_K8S_DELETE_UNREACHABLE does nothing for Helm releases (pulumi-kubernetes: helm_release.go).
      ...releases.map(
        ({ urn }) => `${cli} state delete '${urn}' --target-dependents --yes -s ${stack.name}`,
      ),
      `PULUMI_K8S_DELETE_UNREACHABLE=true ${again}`,
      check,
    ];
  }
  if (/DependencyViolation/.test(reason)) {
    return [`${check}, which lists what is in the way`, again];
  }
  if (/currently locked/.test(reason)) {
    return [`${cli} cancel -s ${stack.name}, if nobody else runs it`, again];
  }
  if (/passphrase/.test(reason)) return ["export PULUMI_CONFIG_PASSPHRASE=...", again];
  return [again];
}
