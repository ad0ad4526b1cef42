/**
 * The comparisons that one document may take: of patterns with values, and of patterns with each other.
 * The limits on its size do not bound their product: a few hundred wildcards in statements that allow, each
 * against as many that deny, would take minutes.
 */
export const MOST_COMPARISONS = 1_000_000;

/** Thrown when a document has used up its comparisons. */
class Exhausted extends Error {}

let left = Infinity;

/** Counts comparisons. Throws in the midst of a judgement that takes too many. */
export function spend(comparisons: number): void {
  left -= comparisons;
  if (left < 0) throw new Exhausted();
}

/** The result of a judgement, or undefined if it takes too many comparisons. */
export function withinBudget<T>(judge: () => T, comparisons = MOST_COMPARISONS): T | undefined {
  // A proposal judges statements within the judgement of its document, on the same budget.
  const outer = left;
  left = Math.min(left, comparisons);
  try {
    return judge();
  } catch (error) {
    if (error instanceof Exhausted) return undefined;
    throw error;
  } finally {
    left = outer;
  }
}
