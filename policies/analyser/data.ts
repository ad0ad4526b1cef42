import { type Access, type ServiceText, readServiceText } from "./aws-list";

export { isReadVerb } from "./aws-list";

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

/** A service of AWS's. */
export interface Service {
  /** Its actions, in lower case. */
  readonly names: readonly string[];
  /** Whether it has an action of that lower-case name. */
  has(name: string): boolean;
  /** Whether it has an action whose lower-case name begins so. */
  hasBeginning(prefix: string): boolean;
  /** Whether any of its actions does more than read. */
  readonly hasWrites: boolean;
  /** An action by its lower-case name. */
  action(name: string): ActionInfo | undefined;
  /** Its resource types' ARN templates. */
  readonly templates: ReadonlyMap<string, string>;
}

const lines = (text: string): string[] => (text === "" ? [] : text.split("\n"));

function parseAction(line: string): ActionInfo {
  const [name = "", access, ...marked] = line.split("\t");
  const required = marked.filter((type) => type.endsWith("!")).map((type) => type.slice(0, -1));
  const types = marked.map((type) => type.replace("!", ""));
  return { name, access: access as Access, required, types };
}

/** So many actions of a service are looked for in the text of its list, before it is indexed. */
const FEW_LOOKUPS = 5;

/** A service's list, taken apart as it is asked for: policies name a handful of a service's hundreds. */
class ListedService implements Service {
  private readonly lowerCase: string;
  private lookups = 0;
  private offsets: ReadonlyMap<string, number> | undefined;
  private readonly infos = new Map<string, ActionInfo>();
  private allNames: readonly string[] | undefined;
  private arns: ReadonlyMap<string, string> | undefined;

  constructor(private readonly text: ServiceText) {
    this.lowerCase = `\n${text.actions.toLowerCase()}`;
  }

  get names(): readonly string[] {
    return (this.allNames ??= lines(this.lowerCase.slice(1)).map((line) =>
      line.slice(0, line.indexOf("\t")),
    ));
  }

  /** Where the line of an action begins in the list, or -1. Most services are asked for a few only. */
  private find(name: string): number {
    if (this.offsets === undefined && this.lookups++ < FEW_LOOKUPS) {
      return this.lowerCase.indexOf(`\n${name}\t`);
    }
    this.offsets ??= this.readOffsets();
    return this.offsets.get(name) ?? -1;
  }

  private readOffsets(): ReadonlyMap<string, number> {
    const offsets = new Map<string, number>();
    let start = 0;
    for (const name of this.names) {
      offsets.set(name, start);
      start = this.lowerCase.indexOf("\n", start + 1);
    }
    return offsets;
  }

  has(name: string): boolean {
    return this.infos.has(name) || this.find(name) >= 0;
  }

  hasBeginning(prefix: string): boolean {
    return this.lowerCase.includes(`\n${prefix}`);
  }

  get hasWrites(): boolean {
    return /^[^\t]*\t(?!read)/m.test(this.text.actions);
  }

  action(name: string): ActionInfo | undefined {
    let info = this.infos.get(name);
    if (info === undefined) {
      const start = this.find(name);
      if (start < 0) return undefined;
      const end = this.lowerCase.indexOf("\n", start + 1);
      info = parseAction(this.text.actions.slice(start, end < 0 ? undefined : end - 1));
      this.infos.set(name, info);
    }
    return info;
  }

  get templates(): ReadonlyMap<string, string> {
    this.arns ??= new Map(
      lines(this.text.types).map((line) => {
        const [type = "", arn = ""] = line.split("\t");
        return [type, arn];
      }),
    );
    return this.arns;
  }
}

const services = new Map<string, Service | undefined>();

/** The service of a prefix (`ec2`), or undefined where AWS has none of that name. */
export function lookUpService(prefix: string): Service | undefined {
  if (!services.has(prefix)) {
    const text = readServiceText(prefix);
    services.set(prefix, text && new ListedService(text));
  }
  return services.get(prefix);
}

/** AWS's actions as they have been asked for: at most as many as the list has. */
const actions = new Map<string, ActionInfo>();

/** An action by its lower-case full name, `ec2:runinstances`. */
export function lookUpAction(fullName: string): ActionInfo | undefined {
  let info = actions.get(fullName);
  if (info === undefined) {
    const colon = fullName.indexOf(":");
    info = lookUpService(fullName.slice(0, colon))?.action(fullName.slice(colon + 1));
    if (info !== undefined) actions.set(fullName, info);
  }
  return info;
}

/** The name with AWS's capitals where it is known, else as given. */
export function properName(fullName: string): string {
  const info = lookUpAction(fullName);
  return info === undefined ? fullName : `${fullName.slice(0, fullName.indexOf(":"))}:${info.name}`;
}

/** Whether a service's own condition key holds a list (`ArrayOfString`), so that ForAllValues is for it. */
export function isListKey(lowerCaseKey: string): boolean {
  const prefix = lowerCaseKey.slice(0, lowerCaseKey.indexOf(":"));
  return readServiceText(prefix)?.listKeys.split("\n").includes(lowerCaseKey) ?? false;
}
