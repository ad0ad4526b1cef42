/**
 * A stand-in for `pulumi config set` and `pulumi config rm`: types a printed command, as a shell and
 * the CLI read it. tests/settings/fixes.test.ts compares it with the real CLI.
 */
import assert from "node:assert/strict";
import { parseText } from "../../settings/edits";

type Raw = Readonly<Record<string, string>>;
type Step = string | number;
type Holder = Record<Step, unknown>;

/** The configuration after the commands, each of which must name the stack. */
export function typeCommands(config: Raw, commands: string, stack: string): Record<string, string> {
  const changed = { ...config };
  for (const command of split(commands)) perform(changed, command, stack);
  return changed;
}

/** The words of each command, as a shell splits them. */
function split(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [word] of line.matchAll(/(?:'[^']*'|\\'|[^\s'])+/g)) {
    if (word === "&&") commands.push([]);
    else {
      commands.at(-1)!.push(word.replaceAll(/'([^']*)'|\\'/g, (_, inner?: string) => inner ?? "'"));
    }
  }
  return commands;
}

function perform(config: Record<string, string>, words: readonly string[], stack: string): void {
  assert.deepEqual(words.slice(0, 2), ["pulumi", "config"], words.join(" "));
  const [operation, ...rest] = words.slice(2);
  const flag = rest.indexOf("-s");
  assert.equal(rest[flag + 1], stack, `${words.join(" ")} names its stack`);
  rest.splice(flag, 2);
  const isPath = rest[0] === "--path";
  const [target, value] = rest.filter((word) => word !== "--path" && word !== "--");
  const [key, ...within] = isPath ? stepsOf(target!) : [target!];
  const full = String(key).includes(":") ? String(key) : `eks-exercises:${key}`;
  if (within.length === 0) {
    if (operation === "rm") delete config[full];
    else config[full] = value!;
    return;
  }
  const before = parseText(config[full] ?? "");
  const isHolder = typeof before === "object" && before !== null;
  const holder = isHolder ? before : typeof within[0] === "number" ? [] : {};
  change(holder as Holder, within, operation === "rm" ? undefined : value!);
  config[full] = JSON.stringify(holder);
}

function stepsOf(path: string): Step[] {
  const found = path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g);
  return [...found].map(([, index, quoted, name]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? name! : (JSON.parse(`"${quoted}"`) as string);
  });
}

function change(holder: Holder, [step, ...rest]: readonly Step[], value: string | undefined): void {
  assert.ok(!Array.isArray(holder) || typeof step === "number", "key for an array must be an int");
  const inner = Object.hasOwn(holder, step!) ? holder[step!] : undefined;
  if (rest.length > 0) {
    assert.ok(inner === undefined || inner === null || typeof inner === "object", "expected a map");
    holder[step!] = inner ?? (typeof rest[0] === "number" ? [] : {});
    change(holder[step!] as Holder, rest, value);
  } else if (value !== undefined) {
    // A text keeps its quotes.
    holder[step!] = typeof inner === "string" ? value : typed(value);
  } else if (Array.isArray(holder)) holder.splice(Number(step), 1);
  else delete holder[step!];
}

function typed(value: string): unknown {
  if (value === "true" || value === "false") return value === "true";
  return /^[+-]?([1-9]\d*|0)$/.test(value) ? Number(value) : value;
}
