/** Reproducible random numbers: ENGINE_SEED chooses others. */

/** What the numbers of a run were made from; printed with what they chose. */
export const SEED = Number(process.env["ENGINE_SEED"] ?? 20261123);

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomNumbers(seed = SEED): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
