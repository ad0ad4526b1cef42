import type { z } from "zod";
import type { LeafHelp } from "./schema";

/** A value whose parts are each valid by themselves, or undefined where they are not. */
export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T;

type Path = readonly PropertyKey[];

/**
 * What is valid of a value that as a whole is not, so that one mistake does not hide another: what
 * a key may not hold is undefined there, and a key that is unknown is not there.
 * @returns undefined where nothing of it is valid
 */
export function parsePartial(schema: z.ZodType, input: unknown): unknown {
  const candidate = structuredClone(input);
  const invalid = new Map<string, Path>();
  for (;;) {
    const result = schema.safeParse(candidate);
    if (result.success) {
      // What was found last lies within what was found before.
      for (const path of [...invalid.values()].reverse()) put(result.data, path, undefined);
      return result.data;
    }
    for (const issue of result.error.issues) {
      if (issue.code === "unrecognized_keys") {
        const holder = valueAt(candidate, issue.path);
        for (const key of issue.keys) delete holder[key];
        continue;
      }
      const name = issue.path.join(".");
      if (name === "" || invalid.has(name)) return undefined;
      invalid.set(name, issue.path);
      put(candidate, issue.path, standIn(issue));
    }
  }
}

/** Something valid, so that the rest is looked at: a leaf's example, or a map with nothing set. */
function standIn(issue: z.core.$ZodIssue): unknown {
  return issue.code === "custom" && issue.params ? (issue.params as LeafHelp).example : {};
}

function valueAt(value: unknown, path: Path): Record<PropertyKey, unknown> {
  return path.reduce<unknown>(
    (v, key) => (v as Record<PropertyKey, unknown>)[key],
    value,
  ) as Record<PropertyKey, unknown>;
}

function put(value: unknown, path: Path, part: unknown): void {
  valueAt(value, path.slice(0, -1))[path.at(-1)!] = part;
}
