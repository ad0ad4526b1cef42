/** Leftovers of an interruption. */
import type { Sandbox } from "./sandbox";

/** Resources of the cloud that the states lack or that exist twice, without AWS's own. */
export function orphans(sandbox: Sandbox, stacks: readonly string[]): string[] {
  const known = new Set(
    stacks.flatMap((stack) => sandbox.state(stack)).map(({ urn, id }) => `${urn} ${id}`),
  );
  const seen = new Set<string>();
  return sandbox.cloud().flatMap(({ urn, id, type }) => {
    if (type.startsWith("hidden:")) return [];
    const isTwice = seen.has(urn);
    seen.add(urn);
    return isTwice || !known.has(`${urn} ${id}`) ? [`${type} ${id}`] : [];
  });
}
