/** Thrown if a question has no answer: no access, no network, no time. */
export class CouldNotCheck extends Error {
  constructor(
    readonly why: string,
    /** The command that shows more, or that mends it. */
    readonly lookCloser?: string,
  ) {
    super(why);
  }
}
