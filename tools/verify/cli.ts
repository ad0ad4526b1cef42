/** npm run verify -- STACK... [options] */
import { join } from "node:path";
import { runCommandLine } from "../shared/command-line";
import { UserError } from "../shared/user-error";
import type * as Verify from "./verify";

const HELP = `Proves that an exercise is done: walks the chapter's own checks on the live cluster, and only reads.

  npm run verify -- exercise-nodeport                one stack, or several
  npm run verify -- --all                            every stack that is up
  npm run --silent verify -- exercise-cluster --json one JSON document, and nothing else

Options:
  --kubeconfig FILE       the kubeconfig (otherwise KUBECONFIG, or ~/.kube/config)
  --context NAME          its context (otherwise the stack's cluster's, or the current one)
  --config FILE           the stack's file, without asking the Pulumi CLI for the stack's outputs
  --timeout SECONDS       time limit of the run; checks that may still pass are retried until then
                          (300; with --wait-for-scale-down 1200)
  --wait-for-scale-down   wait for the autoscaler to take three nodes to two
                          (its earlier name, --exercise-scale-down, still works in this version)
  --steady SECONDS        how long two nodes must stay two (120)
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
  "wait-for-scale-down": { type: "boolean" },
  "exercise-scale-down": { type: "boolean" },
  steady: { type: "string" },
  json: { type: "boolean" },
  junit: { type: "string" },
} as const;

/** Most seconds of a run: a day. */
const LONGEST = 86_400;

function readSeconds(
  option: string,
  text: string | undefined,
  otherwise: number,
  least = 1,
): number {
  const seconds = Number(text ?? otherwise);
  if (Number.isInteger(seconds) && seconds >= least && seconds <= LONGEST) return seconds;
  throw new UserError(
    `--${option} is ${text}; it is a whole number of seconds from ${least} to ${LONGEST}.`,
    { fix: `--${option} ${otherwise}` },
  );
}

/** Two minutes, or half of a run that is shorter than twice that. */
function readSteady(text: string | undefined, timeout: number): number {
  const seconds = readSeconds("steady", text, Math.min(120, Math.floor(timeout / 2)), 0);
  if (seconds < timeout) return seconds;
  throw new UserError(`--steady ${seconds} is not shorter than the run, of ${timeout} seconds.`, {
    fix: `--timeout ${seconds * 2}`,
  });
}

runCommandLine({
  name: "verify",
  help: HELP,
  options: OPTIONS,
  main: async (values, stacks) => {
    const { timeout, steady, ...others } = values;
    const waitForScaleDown =
      values["wait-for-scale-down"] ?? values["exercise-scale-down"] ?? false;
    const seconds = readSeconds("timeout", timeout, waitForScaleDown ? 1200 : 300);
    const args = {
      all: false,
      json: false,
      ...others,
      stacks,
      waitForScaleDown,
      steadySeconds: readSteady(steady, seconds),
      timeout: seconds,
    };
    // Only now: the program's packages take a second to load, and --help needs none of them.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { Budget, interrupt, verify } = require("./verify") as typeof Verify;
    const budget = new Budget(seconds);
    let signals = 0;
    const end = (): void => {
      if (++signals > 1) process.exit(130);
      interrupt(budget);
    };
    process.on("SIGINT", end).on("SIGTERM", end);
    const code = await verify(
      join(__dirname, "..", ".."),
      args,
      { out: process.stdout, error: process.stderr },
      budget,
    );
    // A connection or a credential plugin that was given up may still be open.
    setTimeout(() => process.exit(), 500).unref();
    return signals > 0 ? 130 : code;
  },
});
