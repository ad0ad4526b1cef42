/**
 * Changes of a stack's configuration: as the commands that a person types, and in memory, so that
 * no command is recommended that leaves the problem, or makes another one.
 */

/** A setting: its key, and the way to a value within it, such as ["jenkins", "service"]. */
export type SettingPath = readonly [key: string, ...within: (string | number)[]];

/** One change. */
export type Edit =
  { readonly set: SettingPath; readonly to: unknown } | { readonly remove: SettingPath };

/** How a command names the CLI, the stack and the keys. */
export interface CommandContext {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  /** What stands for `pulumi`: the sandbox runs it by a command of its own. @default pulumi */
  readonly cli?: string;
}

/** The organization of every stack whose backend is a bucket or a directory. */
const NO_ORGANIZATION = "organization";

/** Full keys, such as `aws:region`, stand for themselves; short ones belong to the project. */
const fullKey = (project: string, key: string): string =>
  key.includes(":") ? key : `${project}:${key}`;

/** The name that selects the stack, whichever stack is selected now. */
export function stackFlag({ organization, project, stack }: CommandContext): string {
  return organization === NO_ORGANIZATION
    ? `-s ${shellWord(stack)}`
    : `-s ${shellWord(`${organization}/${project}/${stack}`)}`;
}

/** The commands that make these changes, in order, each only if the one before it succeeded. */
export function commandOf(edits: readonly Edit[], context: CommandContext): string {
  return edits.flatMap((edit) => commandsOf(edit, context)).join(" && ");
}

/** The command that replaces a secret setting. It asks for the value, which no message may show. */
export function secretCommand(key: string, context: CommandContext): string {
  return `${context.cli ?? "pulumi"} config set --secret ${shellWord(key)} ${stackFlag(context)}`;
}

function commandsOf(edit: Edit, context: CommandContext): string[] {
  const config = `${context.cli ?? "pulumi"} config`;
  const flag = stackFlag(context);
  if ("remove" in edit) return [`${config} rm ${target(edit.remove)} ${flag}`];
  if (typeof edit.to !== "object" || edit.to === null) {
    const value = textOf(edit.to);
    const at = target(edit.set);
    // The CLI takes a word that begins with a hyphen for an option, unless two hyphens come first.
    return value.startsWith("-")
      ? [`${config} set ${at} ${flag} -- ${shellWord(value)}`]
      : [`${config} set ${at} ${shellWord(value)} ${flag}`];
  }
  if (edit.set.length === 1 && !canBeSetByPath(edit.to)) {
    return [`${config} set ${target(edit.set)} ${shellWord(JSON.stringify(edit.to))} ${flag}`];
  }
  return Object.entries(edit.to).flatMap(([name, to]) =>
    commandsOf(
      { set: [...edit.set, Array.isArray(edit.to) ? Number(name) : name] as SettingPath, to },
      context,
    ),
  );
}

/**
 * Whether `--path` gives each value within this the type that it has: `true`, `false` and whole
 * numbers become booleans and numbers there, all else text, and nothing can be empty.
 */
export function canBeSetByPath(value: unknown): boolean {
  if (typeof value === "object" && value !== null) {
    const inner = Object.values(value);
    return inner.length > 0 && inner.every(canBeSetByPath);
  }
  if (typeof value === "string") return !/^(true|false|[+-]?[1-9]\d*|0)$/.test(value);
  return typeof value === "boolean" || Number.isSafeInteger(value);
}

function target(path: SettingPath): string {
  if (path.length === 1) return shellWord(path[0]);
  return `--path ${shellWord(pathText(path))}`;
}

/** A path as `--path` takes it, such as `jenkins.service` or `allowedCidrs[0]`. */
function pathText([key, ...within]: SettingPath): string {
  const head = plainName(key) ? key : `[${JSON.stringify(key)}]`;
  const rest = within.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return plainName(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return head + rest.join("");
}

const plainName = (name: string): boolean => /^[^.[\]"\s]+$/.test(name);

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A configuration after these changes; the original stays as it is. */
export function applyEdits(
  config: Readonly<Record<string, string>>,
  edits: readonly Edit[],
  project: string,
): Record<string, string> {
  const changed = { ...config };
  for (const edit of edits) {
    const [key, ...within] = "remove" in edit ? edit.remove : edit.set;
    const full = fullKey(project, key);
    if (within.length === 0) {
      if ("remove" in edit) delete changed[full];
      else changed[full] = textOf(edit.to);
    } else {
      const value = structured(changed[full]) ?? (typeof within[0] === "number" ? [] : {});
      change(value as Holder, within, edit);
      changed[full] = JSON.stringify(value);
    }
  }
  return changed;
}

type Holder = Record<string | number, unknown>;

function change(holder: Holder, [step, ...rest]: readonly (string | number)[], edit: Edit): void {
  if (step === undefined) return;
  if (rest.length > 0) {
    const inner = holder[step];
    const isHolder = typeof inner === "object" && inner !== null;
    if (!isHolder && "remove" in edit) return;
    if (!isHolder) holder[step] = typeof rest[0] === "number" ? [] : {};
    change(holder[step] as Holder, rest, edit);
  } else if (!("remove" in edit)) holder[step] = edit.to;
  else if (Array.isArray(holder)) holder.splice(Number(step), 1);
  else delete holder[step];
}

function structured(text: string | undefined): object | undefined {
  const value = parseText(text ?? "");
  return typeof value === "object" && value !== null ? value : undefined;
}

/** A setting's value: structured ones reach the program as JSON, all others as text. */
export function parseText(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return raw;
  }
}
