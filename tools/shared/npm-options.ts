/** Options that npm took for itself, because no `--` stood before them: `npm run rehearse X --json`. */
import { UserError } from "./user-error";

type Environment = Readonly<Record<string, string | undefined>>;

/** Pulumi's options that people type after `npm run sandbox`, each with npm's variable for it. */
const PULUMI_OPTIONS: Readonly<Record<string, string>> = {
  stack: "--stack",
  yes: "--yes",
  y: "--yes",
  refresh: "--refresh",
  diff: "--diff",
  skip_preview: "--skip-preview",
};

/**
 * Finds the options that npm took, of a command line with options of its own. npm hands `--json` on as
 * npm_config_json=true; of `--report DIR` it keeps `--report`, and DIR becomes an argument like others.
 * @returns the flags that are to be added to the arguments
 * @throws UserError for an option whose value is lost, with the command as it must be typed
 */
export function restoreOptions(
  name: string,
  options: Readonly<Record<string, { type: "string" | "boolean" }>>,
  args: readonly string[],
  environment: Environment = process.env,
): string[] {
  if (environment["npm_lifecycle_event"] !== name) return [];
  const lost: string[] = [];
  const found = Object.entries(options).flatMap(([option, { type }]) => {
    const value = environment[`npm_config_${option.replaceAll("-", "_")}`] ?? "";
    const flag = `--${option}`;
    if (value === "" || args.some((arg) => arg === flag || arg.startsWith(`${flag}=`))) return [];
    if (type === "boolean") return value === "true" ? [flag] : [];
    if (value !== "true") return [`${flag}=${value}`];
    lost.push(flag);
    return [`${flag} VALUE`];
  });
  if (lost.length === 0) return found;
  throw new UserError(`npm took ${lost.join(" and ")} for itself: its own options end at a --.`, {
    fix: `npm run ${name} -- ${found.join(" ")} (with the names of stacks, if any)`,
  });
}

/**
 * Finds the options that npm took, of a command line that hands its arguments on to Pulumi.
 * @throws UserError with the command as it must be typed
 */
export function refuseTakenOptions(
  name: string,
  args: readonly string[],
  isStack: (name: string) => boolean,
  environment: Environment = process.env,
): void {
  if (environment["npm_lifecycle_event"] !== name) return;
  const taken = Object.entries(PULUMI_OPTIONS)
    .filter(([key]) => (environment[`npm_config_${key}`] ?? "") !== "")
    .map(([, option]) => option);
  const value = environment["npm_config_stack"] ?? "true";
  // npm knows -s as its own --silent, and passes the stack's name on as an argument.
  const stack = args.slice(1).find(isStack);
  const hasStack = args.some((arg) => /^(-s|--stack)/.test(arg));
  const isSilent = environment["npm_config_loglevel"] === "silent";
  const named = stack !== undefined && !hasStack && (isSilent || taken.includes("--stack"));
  // With the stack where it belongs, npm's variables are somebody's settings.
  if (hasStack || (!named && !taken.includes("--stack"))) return;
  const words = args.filter((arg) => arg !== stack || !named);
  const flags = taken.filter((option) => option !== "--stack");
  const typed = [
    ...words,
    "-s",
    named ? stack : value === "true" ? "STACK" : value,
    ...new Set(flags),
  ].join(" ");
  const what = [...new Set([...(named ? ["-s"] : []), ...flags])].join(" and ") || "--stack";
  throw new UserError(`npm took ${what} for itself: its own options end at a --.`, {
    fix: `npm run ${name} -- ${typed}`,
  });
}
