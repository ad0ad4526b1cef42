/** The reference of the settings, read from their schema and its comments. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { SECTIONS, VALUES, type LeafHelp } from "../../settings/schema";
import { PROJECT } from "./markdown";

/** A setting as the reference shows it. */
interface SettingRow {
  readonly path: string;
  readonly allowed: string;
  readonly default: string;
  readonly meaning: string;
}

/** A comment, and the key after it. */
const DOCUMENTED = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s+(\w+): /g;

/** Comments of the schema, by the key after each. A key that occurs twice has a line for each. */
function comments(): Map<string, string> {
  const source = readFileSync(join(PROJECT, "settings", "schema.ts"), "utf8");
  const found = new Map<string, string>();
  for (const [, comment = "", key = ""] of source.matchAll(DOCUMENTED)) {
    const text = comment.replace(/\s*\n\s*\*\s?/g, " ").trim();
    found.set(key, found.has(key) ? `${found.get(key)}\n${text}` : text);
  }
  return found;
}

/** Each setting with its allowed values, its default and its meaning. */
export function settingRows(): SettingRow[] {
  const known = comments();
  const used = new Map<string, number>();
  const rowOf = (path: string, schema: z.ZodType): SettingRow[] => {
    const inner = unwrapped(schema);
    if ("shape" in inner) {
      const shape = inner.shape as Record<string, z.ZodType>;
      return Object.entries(shape).flatMap(([key, child]) => rowOf(`${path}.${key}`, child));
    }
    const key = path.split(".").at(-1)!;
    const nth = used.get(key) ?? 0;
    used.set(key, nth + 1);
    const [meaning = "", byDefault = ""] = (known.get(key)?.split("\n")[nth] ?? "").split(
      " @default ",
    );
    return [{ path, allowed: allowedBy(schema), default: byDefault, meaning }];
  };
  const all: Record<string, z.ZodType> = { ...VALUES, ...SECTIONS };
  return Object.entries(all).flatMap(([path, schema]) => rowOf(path, schema));
}

/** A schema without its wrappers, such as the one that makes it optional. */
function unwrapped(schema: z.ZodType): z.ZodType {
  return "unwrap" in schema ? unwrapped((schema as z.ZodOptional<z.ZodType>).unwrap()) : schema;
}

/** The allowed values, in the words of the schema's own error. */
function allowedBy(schema: z.ZodType): string {
  const issue = schema.safeParse(Symbol("no setting")).error?.issues[0];
  return (issue as unknown as { params: LeafHelp }).params.allowed;
}
