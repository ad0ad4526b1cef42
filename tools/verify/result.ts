/** What a look at the cluster may come to. */

/** It is as the chapter wants it. */
export interface Passed {
  readonly status: "passed";
  /** What was seen, in one line. */
  readonly seen: string;
}

/** It is not as the chapter wants it. */
export interface Failed {
  readonly status: "failed";
  readonly expected: string;
  readonly seen: string;
  readonly likelyCause: string;
  /** A command that shows more of it. */
  readonly lookCloser: string;
  /** Set where it may yet become right by itself: what is waited for. */
  readonly pendingReason?: string;
  /** Most seconds to wait for that. @default as long as the run may take */
  readonly timeoutSeconds?: number;
}

/** It could not be looked at. This is never a pass. */
interface Unknown {
  readonly status: "unknown";
  readonly why: string;
  readonly lookCloser?: string;
}

export type Result = Passed | Failed | Unknown;

export function passed(seen: string): Passed {
  return { status: "passed", seen };
}

export function failed(details: Omit<Failed, "status">): Failed {
  return { status: "failed", ...details };
}

/**
 * Makes the failures of one check, which have the expectation and the command in common.
 * @returns a function of what was seen and its likely cause; `more` replaces or adds the others
 */
export function failing(expected: string, lookCloser: string) {
  return (
    seen: string,
    likelyCause: string,
    more: Partial<Omit<Failed, "status">> = {},
  ): Failed => ({ status: "failed", expected, seen, likelyCause, lookCloser, ...more });
}
