/** Compares a resource's old inputs with the new ones, path by path. */
import { isDeepStrictEqual } from "node:util";
import { isMap } from "../../settings/is-map";
import { isImmutable, type Rules } from "../cloud/rules";

/** How a path differs. */
type Kind = "add" | "delete" | "update";

/** One path that differs. */
export interface PathChange {
  readonly path: string;
  readonly kind: Kind;
  /** The resource must be made anew for it. */
  readonly replaces: boolean;
}

type Props = Record<string, unknown>;

function child(path: string, key: string): string {
  if (!/^[A-Za-z_][\w]*$/.test(key)) return `${path}["${key.replaceAll('"', '\\"')}"]`;
  return path ? `${path}.${key}` : key;
}

function walk(path: string, before: unknown, after: unknown, found: [string, Kind][]): void {
  if (isDeepStrictEqual(before, after)) return;
  if (isMap(before) && isMap(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      // Marks of Pulumi's own, such as which names were made up.
      if (!key.startsWith("__")) walk(child(path, key), before[key], after[key], found);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i++) {
      walk(`${path}[${i}]`, before[i], after[i], found);
    }
  } else {
    const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
    found.push([path, kind]);
  }
}

/** What differs between two sets of inputs, and what of it a type cannot change in place. */
export function changesOf(before: Props, after: Props, rules: Rules): PathChange[] {
  const found: [string, Kind][] = [];
  walk("", before, after, found);
  return found.map(([path, kind]) => ({ path, kind, replaces: isImmutable(rules, path) }));
}

/** The input that a path begins with. */
export function topOf(path: string): string {
  return path.split(/[.[]/)[0]!;
}
