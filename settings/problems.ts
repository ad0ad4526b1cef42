import * as pulumi from "@pulumi/pulumi";
import type { Edit } from "./edits";

/** One thing that is wrong with a stack's settings. */
export interface Problem {
  /** The path within the configuration, such as `jenkins.nodePort`. */
  readonly path: string;
  /** The value found there; undefined if something is missing. */
  readonly value?: unknown;
  /** The values that are allowed there. */
  readonly allowed: string;
  /** A command that mends it as typed, or the edit of a file that no command makes. */
  readonly fix: string;
}

/** A problem whose fix is not chosen yet. */
export interface Finding extends Omit<Problem, "fix"> {
  /** Changes that may mend it, the best first. */
  readonly mends: readonly (readonly Edit[])[];
  /** Whether the second of these is a choice of its own, to be offered beside the first. */
  readonly isChoice?: boolean;
  /** What to do if none of these mends it. */
  readonly otherwise?: string;
}

/**
 * Ends the program with a message that is meant for its user. Pulumi shows the message of a
 * RunError alone, and yet formats its stack trace in colour, which took longer than a preview:
 * so there is none.
 */
export class ProgramError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}

/** Thrown before any resource is registered, with all that is wrong at once. */
export class SettingsError extends ProgramError {
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
