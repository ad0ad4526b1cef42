/** npm run teardown [-- STACK... | --all | --check] */
import { join } from "node:path";
import { runCommandLine } from "../shared/command-line";
import { UserError } from "../shared/user-error";
import type * as Teardown from "./teardown";

const HELP = `Destroys stacks, those that use a cluster before the one that has it, and looks in AWS for what is left.

  npm run teardown                            what is up
  npm run teardown -- exercise-nodeport       destroy one stack, or several
  npm run teardown -- --all                   destroy everything that is up
  npm run teardown -- --check [STACK...]      destroy nothing, and only look for what is left
  npm run --silent teardown -- --check --json one JSON document, and nothing else

Options:
  --yes      do not ask before destroying
  --sandbox  the stacks of the sandbox, and its simulated cloud
  --json     one JSON document
  --help     this text

Stack files and stacks stay, so that \`pulumi up\` brings everything back. Only commands are printed for what is left:
nothing in AWS is deleted but by Pulumi.

Exit code: 0 nothing is left; 1 something is left, or a stack could not be destroyed; 2 something could not be looked
for, or the arguments are wrong.`;

const OPTIONS = {
  all: { type: "boolean" },
  check: { type: "boolean" },
  json: { type: "boolean" },
  sandbox: { type: "boolean" },
  yes: { type: "boolean", short: "y" },
} as const;

runCommandLine({
  name: "teardown",
  help: HELP,
  options: OPTIONS,
  main: async (values, stacks) => {
    const { all = false, check = false, json = false, sandbox = false, yes = false } = values;
    if (check && yes) {
      throw new UserError("--check destroys nothing, so --yes is of no use with it.");
    }
    // Only now: Pulumi takes a second to load, and --help needs none of it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { teardown } = require("./teardown") as typeof Teardown;
    const directory = join(__dirname, "..", "..");
    return teardown(directory, { stacks, all, check, json, sandbox, yes });
  },
});
