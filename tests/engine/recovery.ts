/** What a person does after the engine was killed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox, StateResource } from "./sandbox";

interface Deployment {
  deployment: {
    resources?: StateResource[];
    pending_operations?: { type: string; resource: StateResource }[];
  };
}

/**
 * Frees the stack, and writes into its state what the engine was making when it was killed and the
 * cloud has: `pulumi refresh --import-pending-creates` of 3.248 drops it instead.
 * @returns how many resources were taken over
 */
export async function recover(sandbox: Sandbox, stack: string): Promise<number> {
  await sandbox.run(`cancel --yes -s ${stack}`);
  const file = join(sandbox.directory, "export.json");
  await sandbox.run(`stack export -s ${stack} --show-secrets --file ${file}`);
  const exported = JSON.parse(readFileSync(file, "utf8")) as Deployment;
  const { resources = [], pending_operations: pending = [] } = exported.deployment;
  if (pending.length === 0) return 0;
  const known = new Set(resources.map(({ urn, id }) => `${urn} ${id}`));
  const cloud = sandbox.cloud();
  const made = pending
    .filter(({ type }) => type === "creating")
    .flatMap(({ resource }) => {
      const found = cloud.find(({ urn, id }) => urn === resource.urn && !known.has(`${urn} ${id}`));
      return found ? [{ ...resource, id: found.id, outputs: found.outputs }] : [];
    });
  exported.deployment.resources = [...resources, ...made];
  exported.deployment.pending_operations = [];
  writeFileSync(file, JSON.stringify(exported));
  await sandbox.run(`stack import -s ${stack} --file ${file}`);
  return made.length;
}

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
