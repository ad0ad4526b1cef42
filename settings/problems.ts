import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";

/** One thing that is wrong with a stack's settings. */
export interface Problem {
  /** Where: the path within the configuration, such as `jenkins.nodePort`. */
  readonly path: string;
  /** What was found there; undefined where something is missing. */
  readonly value?: unknown;
  /** What may stand there. */
  readonly allowed: string;
  /** How to mend it: a command or an edit. */
  readonly fix: string;
}

/**
 * Thrown before any resource is registered, with all that is wrong at once. Pulumi shows its
 * message without a stack trace.
 */
export class SettingsError extends pulumi.RunError {
  constructor(
    stack: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const head = `${count} in the settings of stack ${stack} (Pulumi.${stack}.yaml); nothing was created`;
    super([head, ...problems.map(describe)].join("\n\n"));
  }
}

function describe({ path, value, allowed, fix }: Problem): string {
  const found = value === undefined ? "(not set)" : JSON.stringify(value);
  return `  ${path}: ${found}\n    allowed: ${allowed}\n    fix: ${fix}`;
}

/** The command that sets one value. */
export function setCommand(path: string, value: string | number): string {
  const flag = path.includes(".") || path.includes("[") ? "--path " : "";
  return `pulumi config set ${flag}${path} ${value}`;
}

/** Says that a name is unknown, with the nearest known one where one is near. */
export function unknownName(
  path: string,
  name: string,
  known: readonly string[],
  value: unknown,
): Problem {
  const nearest = nearestName(name, known);
  return {
    path,
    value,
    allowed: known.length > 0 ? known.join(", ") : "nothing: this section has no keys",
    fix: nearest
      ? `did you mean ${nearest}? Rename it, or: pulumi config rm --path ${path}`
      : `pulumi config rm --path ${path}`,
  };
}

/** The known name nearest to one, whatever their case; undefined where none is near. */
function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const wanted = name.toLowerCase();
  const nearest = closest(
    wanted,
    known.map((each) => each.toLowerCase()),
  );
  const isNear = distance(wanted, nearest) <= Math.max(2, name.length / 3);
  return isNear ? known.find((each) => each.toLowerCase() === nearest) : undefined;
}
