/** The duration of an up, and its longest chain of dependencies. */
import type { Entry } from "../../../tools/sandbox/journal";
import type { StateResource } from "./sandbox";

/** The duration of an up, and the chain that bounds it from below. */
export interface Makespan {
  /** From the first operation's begin to the last one's end, in milliseconds. */
  readonly actual: number;
  /** Sum of the longest chain, in milliseconds. */
  readonly critical: number;
  /** Logical names along that chain, with the milliseconds of each. */
  readonly chain: readonly string[];
}

/** Measures an up by its journal and the state that it left. */
export function makespan(journal: readonly Entry[], state: readonly StateResource[]): Makespan {
  const took = new Map(journal.map(({ urn, start, end }) => [urn, end - start]));
  const byUrn = new Map(state.map((resource) => [resource.urn, resource]));
  const children = new Map<string, StateResource[]>();
  for (const resource of state) {
    const { parent = "" } = resource;
    children.set(parent, [...(children.get(parent) ?? []), resource]);
  }
  const done = new Map<string, { length: number; chain: string[] }>();
  const longest = (urn: string): { length: number; chain: string[] } => {
    const known = done.get(urn);
    if (known) return known;
    done.set(urn, { length: 0, chain: [] });
    const resource = byUrn.get(urn);
    const provider = resource?.provider?.split("::").slice(0, -1).join("::");
    // A child is made once its component is asked for, and that waits for what it depends on.
    const parent = byUrn.get(resource?.parent ?? "");
    const needed = [
      ...(resource?.dependencies ?? []),
      ...(parent?.dependencies ?? []),
      ...(provider ? [provider] : []),
    ];
    // Who depends on a component waits for what is in it.
    const inside = took.has(urn) ? [] : (children.get(urn) ?? []).map((child) => child.urn);
    const before = [...needed, ...inside]
      .map(longest)
      .reduce((a, b) => (b.length > a.length ? b : a), { length: 0, chain: [] as string[] });
    const own = took.get(urn) ?? 0;
    const step = own > 0 ? [`${urn.split("::").at(-1)} ${own}`] : [];
    const found = { length: before.length + own, chain: [...before.chain, ...step] };
    done.set(urn, found);
    return found;
  };
  const best = state.map(({ urn }) => longest(urn)).reduce((a, b) => (b.length > a.length ? b : a));
  const actual =
    Math.max(...journal.map(({ end }) => end)) - Math.min(...journal.map(({ start }) => start));
  return { actual, critical: best.length, chain: best.chain };
}
