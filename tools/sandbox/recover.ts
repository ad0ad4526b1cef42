/** What a killed engine leaves behind, and the way back: docs/recover.md has it by hand. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StatefulCloud } from "../cloud/stateful-cloud";
import { UserError } from "../shared/user-error";
import type { Engine } from "./pulumi";

interface Resource {
  readonly urn: string;
  readonly id?: string;
  /** About to be deleted, because another one took its place. */
  delete?: boolean;
}

interface Operation {
  readonly type: string;
  readonly resource: Resource;
}

/** A stack's state, as `pulumi stack export` writes it; what matters here. */
interface Export {
  readonly deployment: {
    resources?: Resource[];
    pending_operations?: Operation[];
  };
}

/** What to say of an interrupted stack. */
export function interruptionNotice(stack: string): string {
  return `The stack ${stack} was interrupted: the cloud may have what its state does not know of.
  fix: npm run sandbox -- recover -s ${stack}`;
}

/**
 * Makes a stack's state agree with the cloud again, by the commands that a person would use, and
 * prints each. What the engine was making when it was killed is looked up in the cloud and written
 * into the state with its id, or the next up would make it twice.
 * @param scratch folder for the state while it is edited
 * @throws UserError when one of the commands fails
 */
export async function recover(
  engine: Engine,
  cloud: StatefulCloud,
  stack: string,
  scratch: string,
): Promise<void> {
  const step = async (args: string): Promise<void> => {
    console.log(`$ pulumi ${args} -s ${stack}`);
    const code = await engine.run([...args.split(" "), "-s", stack]);
    if (code !== 0) {
      throw new UserError(`recover: pulumi ${args} ended with ${code}`, { exitCode: 1 });
    }
  };
  const name = `${stack.split("/").at(-1)!}.recover.json`;
  const file = join(scratch, name);
  await step("cancel --yes");
  try {
    // Its secrets stay encrypted: nobody has to read them here.
    await step(`stack export --file ${name}`);
    const exported = JSON.parse(readFileSync(file, "utf8")) as Export;
    for (const line of settle(exported, cloud)) console.log(`  ${line}`);
    writeFileSync(file, JSON.stringify(exported));
    await step(`stack import --file ${name}`);
  } finally {
    rmSync(file, { force: true });
  }
  await step("refresh --yes --skip-preview");
}

/**
 * Ends the operations that are pending in a state.
 * @returns what was done with each, in words
 */
function settle({ deployment }: Export, cloud: StatefulCloud): string[] {
  const { resources = [], pending_operations: pending = [] } = deployment;
  deployment.resources = resources;
  deployment.pending_operations = [];
  return pending.map(({ type, resource }) => {
    const { urn } = resource;
    const what = `${type} ${urn.split("::").at(-1)!}`;
    if (type !== "creating") return `${what}: refresh will see how it ended`;
    const known = resources.filter((other) => other.urn === urn);
    const made = cloud
      .inventory()
      .find((found) => found.urn === urn && !known.some(({ id }) => id === found.id));
    if (!made) return `${what}: the cloud has none, so the next up makes it`;
    // Of two with one URN, the older one is being replaced.
    for (const older of known) older.delete = true;
    resources.push({ ...resource, id: made.id });
    return `${what}: the cloud has it, as ${made.id}, and now the state has`;
  });
}
