/** What a person does after the engine was killed. */
import type { Sandbox } from "./sandbox";

/**
 * Frees the stack, and has the engine take over what it was making when it was killed: what the
 * cloud has of it is imported, what it has not is forgotten.
 * @returns how many resources were imported
 */
export async function recover(sandbox: Sandbox, stack: string): Promise<number> {
  await sandbox.run(`cancel --yes -s ${stack}`);
  const pending = sandbox.pendingCreates(stack);
  if (pending.length === 0) return 0;
  const cloud = sandbox.cloud();
  const known = new Set(sandbox.state(stack).map(({ urn, id }) => `${urn} ${id}`));
  const made = pending.flatMap(({ urn }) =>
    cloud.filter((resource) => resource.urn === urn && !known.has(`${urn} ${resource.id}`)),
  );
  const imports = made.flatMap(({ urn, id }) => [urn, id]);
  const flags = imports.map((value) => `--import-pending-creates ${value}`).join(" ");
  await sandbox.run(`refresh -s ${stack} --skip-preview ${flags} --clear-pending-creates`.trim());
  return made.length;
}

/** Resources that the cloud has and the state has not, or has twice; with its own it made. */
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
