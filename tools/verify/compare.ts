/** Whether two ways lead to the same page, though parts of it may differ from request to request. */
import { describePage, digest, type Page } from "./page";

/**
 * Compares a page with the same one by another way.
 * @param own the page, @param again the page once more: what differs between these two is dynamic
 * @returns what differs; undefined where the pages are the same
 */
export function differences(own: Page, again: Page, other: Page): string | undefined {
  if (own.status !== other.status) {
    return `answers ${describePage(other)}, instead of ${describePage(own)}`;
  }
  const [type, otherType] = [own, other].map(({ headers }) => mediaType(headers["content-type"]));
  if (type !== otherType) return `is ${otherType || "untyped"}, instead of ${type || "untyped"}`;
  if (digest(own) === digest(other)) return undefined;
  if (digest(own) === digest(again)) {
    return `has another content: ${describePage(other)}, instead of ${describePage(own)}`;
  }
  const theirs = new Set(lines(other));
  const lost = stable(own, again).filter((line) => !theirs.has(line));
  if (lost.length === 0) return undefined;
  return `lacks ${lost.length} lines that are always there, such as: ${lost[0]!.slice(0, 80)}`;
}

function mediaType(header: string | string[] | undefined): string {
  return (typeof header === "string" ? header : "").split(";", 1)[0]!.trim().toLowerCase();
}

function lines(page: Page): string[] {
  return page.body
    .toString("utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Lines that are in both. Where nothing is, every line of the page is taken to matter. */
function stable(own: Page, again: Page): string[] {
  const repeated = new Set(lines(again));
  const both = lines(own).filter((line) => repeated.has(line));
  return both.length > 0 ? both : lines(own);
}
