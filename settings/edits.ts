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
  /** Whose shells take the commands: `win32` stands for cmd and PowerShell. @default POSIX shells */
  readonly platform?: NodeJS.Platform;
}

/** The organization of every stack whose backend is a bucket or a directory. */
const NO_ORGANIZATION = "organization";

/** Full keys, such as `aws:region`, stand for themselves; short ones belong to the project. */
const fullKey = (project: string, key: string): string =>
  key.includes(":") ? key : `${project}:${key}`;

/** The name that selects the stack, whichever stack is selected now. */
function stackFlag({ organization, project, stack }: CommandContext): string {
  return organization === NO_ORGANIZATION
    ? `-s ${stack}`
    : `-s ${organization}/${project}/${stack}`;
}

/** A command of the CLI for a stack. */
export function cliCommand(words: string, context: CommandContext): string {
  return `${context.cli ?? "pulumi"} ${words} ${stackFlag(context)}`;
}

/** Commands in order, each only if the one before succeeded; line by line for PowerShell 5, which has no &&. */
export function inOrder(commands: readonly string[], { platform }: CommandContext): string {
  return commands.join(platform === "win32" ? "\n         " : " && ");
}

/** The commands that make these changes, in order. */
export function commandOf(edits: readonly Edit[], context: CommandContext): string {
  return inOrder(
    edits.flatMap((edit) => commandsOf(edit, context)),
    context,
  );
}

/** The command that replaces a setting. It asks for the value, which needs no quotes there. */
export function askingCommand(key: string, context: CommandContext, isSecret = false): string {
  const option = isSecret ? "--secret " : "";
  return cliCommand(`config set ${option}${shellWord(key, context)}`, context);
}

function commandsOf(edit: Edit, context: CommandContext): string[] {
  const command = (words: string): string => cliCommand(`config ${words}`, context);
  if ("remove" in edit) return [command(`rm ${target(edit.remove, context)}`)];
  const at = target(edit.set, context);
  if (typeof edit.to !== "object" || edit.to === null) {
    const value = textOf(edit.to);
    const word = shellWord(value, context);
    // The CLI takes a word that begins with a hyphen for an option, unless two hyphens come first.
    return [
      value.startsWith("-") ? `${command(`set ${at}`)} -- ${word}` : command(`set ${at} ${word}`),
    ];
  }
  if (edit.set.length === 1 && !canBeSetByPath(edit.to)) {
    return [command(`set ${at} ${shellWord(JSON.stringify(edit.to), context)}`)];
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

function target(path: SettingPath, context: CommandContext): string {
  if (path.length === 1) return shellWord(path[0], context);
  return `--path ${shellWord(pathText(path), context)}`;
}

/** A path as `--path` takes it, such as `jenkins.service` or `allowedCidrs[0]`. */
export function pathText([key, ...within]: SettingPath): string {
  const head = plainName(key) ? key : `[${JSON.stringify(key)}]`;
  const rest = within.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return plainName(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return head + rest.join("");
}

const plainName = (name: string): boolean => /^[^.[\]"\s]+$/.test(name);

/** A word as a shell takes it; on Windows as both cmd and PowerShell do. */
function shellWord(word: string, { platform }: CommandContext): string {
  if (/^[\w./:@%+,=-]+$/.test(word)) return word;
  return platform === "win32" ? `"${word}"` : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Whether these changes can be typed: neither cmd nor PowerShell takes quotes within quotes as the other does. */
export function canBeTyped(edits: readonly Edit[], context: CommandContext): boolean {
  if (context.platform !== "win32") return true;
  const words = commandOf(edits, context).match(/"[^ ].*?"(?= |$)/gm) ?? [];
  return words.every((word) => !/["$`%!]/.test(word.slice(1, -1)));
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
