/** What should not be there after an interruption. */
import type { Sandbox } from "./sandbox";

/** Resources that the cloud has and the states have not, or has twice; without what AWS made. */
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
