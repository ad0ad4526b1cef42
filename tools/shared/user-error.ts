/** A mistake that the user can mend. Its message is all that they see of it. */

export interface UserErrorOptions {
  /** Allowed values, if a value is what is wrong. */
  readonly allowed?: string;
  /** The command that mends it, as typed, or the edit of a file. */
  readonly fix?: string;
  /** Exit code of the command line. @default 2 */
  readonly exitCode?: number;
  readonly cause?: unknown;
}

/** The message, with the allowed values and the fix on lines of their own. The stack is never shown. */
export class UserError extends Error {
  readonly exitCode: number;

  constructor(problem: string, { allowed, fix, exitCode = 2, cause }: UserErrorOptions = {}) {
    const lines = [problem];
    if (allowed !== undefined) lines.push(`  allowed: ${allowed}`);
    if (fix !== undefined) lines.push(`  fix: ${fix}`);
    super(lines.join("\n"), { cause });
    this.name = "UserError";
    this.exitCode = exitCode;
  }
}
