import { closest, distance } from "fastest-levenshtein";

/** The known name nearest to one, whatever their case; undefined if none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const wanted = name.toLowerCase();
  const nearest = closest(
    wanted,
    known.map((each) => each.toLowerCase()),
  );
  const isNear = distance(wanted, nearest) <= Math.max(2, name.length / 3);
  return isNear ? known.find((each) => each.toLowerCase() === nearest) : undefined;
}
