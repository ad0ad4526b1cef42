/** The pages with generated blocks and facts, as they are and as they should be. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { block } from "./blocks";
import type { Facts } from "./facts";
import { isGenerated, markdownFiles, PROJECT, regenerate } from "./markdown";

/** A page as it is and as it should be. */
export interface Generated {
  readonly path: string;
  readonly now: string;
  readonly wanted: string;
}

/** Writes a page's generated parts again, and formats it. */
export async function regenerated(path: string, now: string, facts: Facts): Promise<Generated> {
  const text = regenerate(
    now,
    (name) => block(facts, name),
    (name) => facts.value(name),
  );
  if (text === now) return { path, now, wanted: now };
  const options = await resolveConfig(join(PROJECT, path));
  return { path, now, wanted: await format(text, { ...options, parser: "markdown" }) };
}

/** All pages that have generated parts. */
export function generatedPages(facts: Facts): Promise<Generated[]> {
  const pages = markdownFiles()
    .map((path) => ({ path, text: readFileSync(join(PROJECT, path), "utf8") }))
    .filter(({ text }) => isGenerated(text));
  return Promise.all(pages.map(({ path, text }) => regenerated(path, text, facts)));
}
