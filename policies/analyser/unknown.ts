/**
 * Values that are not known before the update. The engine's analyser protocol sends a sentinel per type
 * (the constants of pulumi's unknown.ts); other callers pass UNKNOWN.
 */
export const UNKNOWN: unique symbol = Symbol.for("eks-exercises.policies.unknown");

const SENTINELS = [
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/** Whether a value, or the text that it is woven into, is unknown until the update. */
export function isUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  // The shortest sentinel has 36 characters: the length rules out most strings.
  if (typeof value !== "string" || value.length < 36) return false;
  return SENTINELS.some((sentinel) => value.includes(sentinel));
}
