/** Links that lead nowhere. */
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import { anchors, PROJECT, targets, type Page } from "../../../../tools/docs/markdown";

/** Relative links and anchors of pages that do not resolve, by page and line. */
export async function broken(pages: readonly Page[]): Promise<string[]> {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const found: string[] = [];
  for (const page of pages) {
    for (const { url, line } of targets(page)) {
      if (/^[a-z]+:/.test(url)) continue;
      const [file = "", anchor] = url.split("#");
      const path = file === "" ? page.path : normalize(join(dirname(page.path), file));
      const at = `${page.path}:${line}: ${url}`;
      if (!byPath.has(path) && !existsSync(join(PROJECT, path))) {
        found.push(`${at}: there is no ${path}`);
      }
      const target = byPath.get(path);
      if (anchor !== undefined && target && !(await anchors(target)).has(anchor)) {
        found.push(`${at}: ${path} has no heading of that anchor`);
      }
    }
  }
  return found;
}
