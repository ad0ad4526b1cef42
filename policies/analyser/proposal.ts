import { withinBudget } from "./budget";
import { type Finding } from "./types";

/** What a finding says to write instead, with the placeholders in it. */
export type Proposal = Pick<Finding, "instead" | "missing">;

/**
 * A finding whose proposal is worked out when it is first read. A proposal takes as long as the verdict,
 * and is not read of a finding that is known, excepted, or of a rule that is disabled.
 */
export function withProposal(found: Finding, propose: () => Proposal): Finding {
  let proposal: Proposal | undefined;
  const read = (): Proposal => (proposal ??= withinBudget(propose) ?? { instead: found.instead });
  return {
    ...found,
    get instead() {
      return read().instead;
    },
    get missing() {
      return read().missing;
    },
  };
}

/** A finding with more properties. Its proposal is not worked out, as a spread would do. */
export function extendFinding<Found extends Finding, More extends object>(
  found: Found,
  more: More,
): Found & More {
  const extended = Object.defineProperties({}, Object.getOwnPropertyDescriptors(found));
  return Object.assign(extended, more) as Found & More;
}
