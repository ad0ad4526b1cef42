import { readFileSync } from "node:fs";
import { join } from "node:path";
import { block } from "./blocks";
import type { Facts } from "./facts";
import { markdownFiles, PROJECT, regenerate } from "./markdown";

/** A page as it is and as it should be. */
export interface Generated {
  readonly path: string;
  readonly now: string;
  readonly wanted: string;
}

/** Makes a page's generated blocks anew, formatted as all Markdown here is. */
export async function regenerated(path: string, now: string, facts: Facts): Promise<Generated> {
  const text = await regenerate(now, (name) => block(facts, name));
  if (text === now) return { path, now, wanted: now };
  const { format, resolveConfig } = await import("prettier");
  const options = await resolveConfig(join(PROJECT, path));
  return { path, now, wanted: await format(text, { ...options, parser: "markdown" }) };
}

/** All pages that have generated blocks. */
export async function generatedPages(facts: Facts): Promise<Generated[]> {
  const pages = markdownFiles()
    .map((path) => ({ path, text: readFileSync(join(PROJECT, path), "utf8") }))
    .filter(({ text }) => text.includes("<!-- generated: "));
  return Promise.all(pages.map(({ path, text }) => regenerated(path, text, facts)));
}
