/** Runs a command line: reads its options, prints its errors, and sets its exit code. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearestName } from "../../settings/nearest-name";
import { restoreOptions } from "./npm-options";
import { UserError } from "./user-error";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; allowPositionals: true }>
>["values"];

/** Exit code after a bug of the program, as sysexits.h has it. */
const BUG = 70;

export interface CommandLine<T extends Options> {
  /** Name of the npm script. */
  readonly name: string;
  /** What `--help` prints. */
  readonly help: string;
  /** Options as `util.parseArgs` takes them, without `--help`; undefined passes all arguments on as typed. */
  readonly options?: T;
  /**
   * Runs the command.
   * @returns the exit code. @throws UserError for a mistake of the user; any other error is a bug
   */
  readonly main: (values: Values<T>, positionals: string[]) => Promise<number> | number;
}

/**
 * Runs the command with the arguments of this process. A UserError, or a RunError of the program, is
 * printed without a stack and sets its exit code, 2 by default. Any other error is printed with its
 * stack, and the exit code is 70.
 */
export function runCommandLine<T extends Options>(commandLine: CommandLine<T>): void {
  // A reader such as head may stop early.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  void run(commandLine, process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}

async function run<T extends Options>(
  commandLine: CommandLine<T>,
  args: readonly string[],
): Promise<number> {
  const { name, help, options, main } = commandLine;
  // pnpm and yarn pass on the -- that npm needs.
  const typed = args[0] === "--" ? args.slice(1) : [...args];
  try {
    const { values, positionals } = options
      ? readOptions(name, options, [...typed, ...restoreOptions(name, options, typed)])
      : { values: {} as Values<T>, positionals: typed };
    const asksForHelp = options ? "help" in values : /^(-h|--help)$/.test(typed[0] ?? "--help");
    if (asksForHelp) {
      console.log(help);
      return 0;
    }
    return await main(values, positionals);
  } catch (error) {
    return report(name, error);
  }
}

function readOptions<T extends Options>(
  name: string,
  options: T,
  args: string[],
): { values: Values<T>; positionals: string[] } {
  try {
    const all = { ...options, help: { type: "boolean", short: "h" } } as const;
    return parseArgs({ args, options: all, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith("ERR_PARSE_ARGS")) throw error;
    // The rest of the sentence says how to pass a value that begins with a dash.
    const problem = message.split(". ", 1)[0]!;
    const unknown = /^Unknown option '--([^']+)'/.exec(message)?.[1];
    const nearest = unknown && nearestName(unknown, Object.keys(options));
    throw new UserError(nearest ? `${problem}. The nearest is --${nearest}` : problem, {
      allowed: [...Object.keys(options), "help"].map((option) => `--${option}`).join(", "),
      fix: `npm run ${name} -- --help`,
      cause: error,
    });
  }
}

/** @returns the exit code */
function report(name: string, error: unknown): number {
  if (error instanceof UserError || isRunError(error)) {
    console.error(error.message);
    return error instanceof UserError ? error.exitCode : 2;
  }
  console.error(`${name} failed by a bug of its own. Please report it with what follows.`);
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  return BUG;
}

/** Whether an error is Pulumi's RunError, by its own mark: loading Pulumi takes half a second. */
function isRunError(error: unknown): error is Error {
  return error instanceof Error && "__pulumiRunError" in error;
}
