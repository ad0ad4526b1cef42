/** Chooses the fix of a problem: the first change that mends it and harms nothing else. */
import {
  applyEdits,
  askingCommand,
  canBeSetByPath,
  canBeTyped,
  commandOf,
  parseText,
  type Edit,
  type SettingPath,
} from "./edits";
import { TOP_NAMES } from "./mends";
import type { Finding, Problem } from "./problems";
import type { StackContext } from "./rules";
import type { FindHolder } from "./stack-file";

/** The configuration in which something is wrong. */
export interface Diagnosis {
  readonly config: Readonly<Record<string, string>>;
  readonly context: StackContext;
  readonly findings: readonly Finding[];
  /** Says what is wrong with a changed configuration. */
  check(config: Readonly<Record<string, string>>): readonly Finding[];
  isSecret(key: string): boolean;
  readonly holderOf: FindHolder;
}

/** A problem with its fix, as a command for this stack. */
export function withFix(finding: Finding, diagnosis: Diagnosis): Problem {
  const { path, value, allowed } = finding;
  return { path, value, allowed, fix: fixOf(finding, diagnosis) };
}

function fixOf(finding: Finding, diagnosis: Diagnosis): string {
  const { context } = diagnosis;
  const key = keyOf(finding);
  const isOwn = diagnosis.holderOf(fullKey(key, context))?.isOwn ?? true;
  const isSecret = finding.value !== undefined && diagnosis.isSecret(key);
  const isKnown = key.includes(":") || TOP_NAMES.includes(key);
  if (isSecret && isKnown) return askingCommand(key, context, true);
  // A key that nothing reads is removed; moving it would show its value.
  const mends = isSecret ? finding.mends.slice(-1) : finding.mends;
  const candidates = mends.map((edits) => expressible(edits, diagnosis));
  const working = candidates.filter((edits) => mendsOnly(finding, edits, diagnosis));
  const offered = working.slice(0, finding.isChoice ? 2 : 1);
  if (offered.length > 0) return offered.map((edits) => typed(edits, diagnosis)).join("\n    or: ");
  // What mends this problem alone, while others stay.
  const [best] = finding.otherwise === undefined && isOwn ? candidates : [];
  return best ? typed(best, diagnosis) : (finding.otherwise ?? editOf(finding, isOwn, context));
}

/** The commands that make these changes, or the text that the stack's file gets if no shell takes them. */
function typed(edits: readonly Edit[], { config, context }: Diagnosis): string {
  if (canBeTyped(edits, context)) return commandOf(edits, context);
  const changed = applyEdits(config, edits, context.project);
  const keys = edits.map((edit) =>
    fullKey(("remove" in edit ? edit.remove : edit.set)[0], context),
  );
  const lines = [...new Set(keys)].map((key) =>
    changed[key] === undefined
      ? `without ${key}`
      : `${JSON.stringify(key)}: ${JSON.stringify(parseText(changed[key]))}`,
  );
  return `edit Pulumi.${context.stack}.yaml, under config: ${lines.join(", and ")}`;
}

function editOf({ path }: Finding, isOwn: boolean, { stack }: StackContext): string {
  return `remove ${path} from ${isOwn ? `Pulumi.${stack}.yaml` : "Pulumi.yaml"}`;
}

function fullKey(key: string, { project }: StackContext): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

/** The key at fault: a rule's path names it first, an unknown key is all of it. */
function keyOf({ path, mends }: Finding): string {
  const [edit] = mends[0] ?? [];
  const edited = edit && ("remove" in edit ? edit.remove : edit.set)[0];
  return edited !== undefined && path.startsWith(edited) ? edited : path.split(/[.[]/, 1)[0]!;
}

/**
 * The same changes as the CLI can make them. It cannot change a part of a setting that is a text of
 * JSON, or that Pulumi.yaml holds, nor write a text that looks like a number into a map: such a
 * setting is written as a whole.
 */
function expressible(edits: readonly Edit[], diagnosis: Diagnosis): readonly Edit[] {
  const { config, context, holderOf } = diagnosis;
  const pathOf = (edit: Edit): SettingPath => ("remove" in edit ? edit.remove : edit.set);
  const needsWhole = edits.some((edit) => {
    const [key, ...within] = pathOf(edit);
    if (within.length === 0) return false;
    const holder = holderOf(fullKey(key, context));
    const isText = holder && typeof holder.value === "string" && isStructured(holder.value);
    return isText || holder?.isOwn === false || ("set" in edit && !canBeSetByPath(edit.to));
  });
  if (!needsWhole) return edits;
  const changed = applyEdits(config, edits, context.project);
  const keys = [...new Set(edits.map((edit) => pathOf(edit)[0]))];
  return keys.map((key): Edit => {
    const to = changed[fullKey(key, context)];
    return to === undefined ? { remove: [key] } : { set: [key], to };
  });
}

function isStructured(text: string): boolean {
  const value = parseText(text);
  return typeof value === "object" && value !== null;
}

/** Whether the problem goes by these changes, and no other comes. */
function mendsOnly(finding: Finding, edits: readonly Edit[], diagnosis: Diagnosis): boolean {
  const { config, context, findings, holderOf } = diagnosis;
  // What Pulumi.yaml holds cannot be removed from a stack's file.
  const isRemovable = edits.every(
    (edit, i) =>
      "set" in edit ||
      edit.remove.length > 1 ||
      holderOf(fullKey(edit.remove[0], context))?.isOwn !== false ||
      edits.slice(i).some((later) => "set" in later && later.set[0] === edit.remove[0]),
  );
  if (!isRemovable) return false;
  const left = diagnosis.check(applyEdits(config, edits, context.project));
  const before = new Set(findings.map(({ path, allowed }) => `${path}\n${allowed}`));
  const gone = `${finding.path}\n${finding.allowed}`;
  return left.every(({ path, allowed }) => {
    const name = `${path}\n${allowed}`;
    return name !== gone && before.has(name);
  });
}
