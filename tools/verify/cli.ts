/** npm run verify -- STACK... [options] */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type * as Verify from "./verify";

type Arguments = Verify.Arguments;

const HELP = `Proves that an exercise is done: walks the chapter's own checks on the live cluster, and only reads.

  npm run verify -- exercise-nodeport                one stack, or several
  npm run verify -- --all                            every stack that is up
  npm run --silent verify -- exercise-cluster --json one JSON document, and nothing else

Options:
  --kubeconfig FILE       the kubeconfig (otherwise KUBECONFIG, or ~/.kube/config)
  --context NAME          its context (otherwise the stack's cluster's, or the current one)
  --config FILE           the stack's file, without asking the Pulumi CLI for the stack's outputs
  --timeout SECONDS       how long all of it may take; what may yet become right is waited for
                          (300; with --exercise-scale-down 1200)
  --exercise-scale-down   wait for the autoscaler to take three nodes to two
  --json                  one JSON document
  --junit FILE            a report in JUnit's XML, as well
  --help                  this text

Exit code: 0 all passed; 1 something failed; 2 nothing failed, and something could not be checked,
or the arguments are wrong; 130 ended by Ctrl-C. A check that could not be made is never a pass.`;

const OPTIONS = {
  all: { type: "boolean" },
  kubeconfig: { type: "string" },
  context: { type: "string" },
  config: { type: "string" },
  timeout: { type: "string" },
  "exercise-scale-down": { type: "boolean" },
  json: { type: "boolean" },
  junit: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Most seconds of a run: a day. */
const LONGEST = 86_400;

/** @returns the arguments, or what to print and to exit with */
export function readArguments(args: readonly string[]): Arguments | { text: string; code: 0 | 2 } {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    return { text: `${(error as Error).message}\n\n${HELP}`, code: 2 };
  }
  const { values, positionals } = parsed;
  if (values.help) return { text: HELP, code: 0 };
  const awaitScaleDown = values["exercise-scale-down"] ?? false;
  const seconds = Number(values.timeout ?? (awaitScaleDown ? 1200 : 300));
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST) {
    return {
      text: `--timeout is ${values.timeout}; it is a whole number of seconds from 1 to ${LONGEST}.`,
      code: 2,
    };
  }
  const { all = false, json = false, kubeconfig, context, config, junit } = values;
  return {
    stacks: positionals,
    all,
    json,
    timeout: seconds,
    awaitScaleDown,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(config !== undefined && { config }),
    ...(junit !== undefined && { junit }),
  };
}

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if ("text" in args) {
    (args.code === 0 ? process.stdout : process.stderr).write(`${args.text}\n`);
    return args.code;
  }
  // Only now: the program's packages take a second to load, and --help needs none of them.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Budget, interrupt, Usage, verify } = require("./verify") as typeof Verify;
  const budget = new Budget(args.timeout);
  let signals = 0;
  const end = (): void => {
    if (++signals > 1) process.exit(130);
    interrupt(budget);
  };
  process.on("SIGINT", end).on("SIGTERM", end);
  try {
    const code = await verify(
      join(__dirname, "..", ".."),
      args,
      { out: process.stdout, error: process.stderr },
      budget,
    );
    return signals > 0 ? 130 : code;
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** Runs the command in this process. */
export function start(): void {
  // Whoever reads may stop early, as head does.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  void main().then((code) => {
    process.exitCode = code;
    // What was given up may still be open: a connection, a credential plugin that hangs.
    setTimeout(() => process.exit(), 500).unref();
  });
}
