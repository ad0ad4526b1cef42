import { type Access, type ServiceText, textOf } from "./aws-list";

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
  /** An action by its lower-case name. */
  action(name: string): ActionInfo | undefined;
  /** Its resource types' ARN templates. */
  readonly templates: ReadonlyMap<string, string>;
}

const lines = (text: string): string[] => (text === "" ? [] : text.split("\n"));

function infoOf(line: string): ActionInfo {
  const [name = "", access, ...marked] = line.split("\t");
  const required = marked.filter((type) => type.endsWith("!")).map((type) => type.slice(0, -1));
  const types = marked.map((type) => type.replace("!", ""));
  return { name, access: access as Access, required, types };
}

/** A service's list, taken apart as it is asked for: policies name a handful of a service's hundreds. */
class ListedService implements Service {
  readonly names: readonly string[];
  private readonly lines = new Map<string, string>();
  private readonly infos = new Map<string, ActionInfo>();
  private arns: ReadonlyMap<string, string> | undefined;

  constructor(private readonly text: ServiceText) {
    for (const line of lines(text.actions)) {
      this.lines.set(line.slice(0, line.indexOf("\t")).toLowerCase(), line);
    }
    this.names = [...this.lines.keys()];
  }

  has(name: string): boolean {
    return this.lines.has(name);
  }

  action(name: string): ActionInfo | undefined {
    let info = this.infos.get(name);
    if (info === undefined) {
      const line = this.lines.get(name);
      if (line === undefined) return undefined;
      this.infos.set(name, (info = infoOf(line)));
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
export function serviceOf(prefix: string): Service | undefined {
  if (!services.has(prefix)) {
    const text = textOf(prefix);
    services.set(prefix, text && new ListedService(text));
  }
  return services.get(prefix);
}

/** AWS's actions as they have been asked for: at most as many as the list has. */
const actions = new Map<string, ActionInfo>();

/** An action by its lower-case full name, `ec2:runinstances`. */
export function actionOf(fullName: string): ActionInfo | undefined {
  let info = actions.get(fullName);
  if (info === undefined) {
    const colon = fullName.indexOf(":");
    info = serviceOf(fullName.slice(0, colon))?.action(fullName.slice(colon + 1));
    if (info !== undefined) actions.set(fullName, info);
  }
  return info;
}

/** The name with AWS's capitals where it is known, else as given. */
export function properName(fullName: string): string {
  const info = actionOf(fullName);
  return info === undefined ? fullName : `${fullName.slice(0, fullName.indexOf(":"))}:${info.name}`;
}

/** Whether a service's own condition key holds a list (`ArrayOfString`), so that ForAllValues is for it. */
export function isListKey(lowerCaseKey: string): boolean {
  const prefix = lowerCaseKey.slice(0, lowerCaseKey.indexOf(":"));
  return textOf(prefix)?.listKeys.split("\n").includes(lowerCaseKey) ?? false;
}
