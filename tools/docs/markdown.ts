/** The project's Markdown: its pages, what is in them, and their generated parts. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Code, InlineCode, Link, Nodes, Root } from "mdast";

/** The project's directory. */
export const PROJECT = join(__dirname, "..", "..");

/** A page of Markdown. */
export interface Page {
  /** Path within the project, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly tree: Root;
}

const LEFT_OUT = ["node_modules", ".git", ".sandbox", ".cache", "dist"];

/** Paths of all Markdown files of a project. */
export function markdownFiles(directory = PROJECT, within = ""): string[] {
  const entries = readdirSync(join(directory, within), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = within === "" ? entry.name : `${within}/${entry.name}`;
    if (entry.isDirectory()) {
      return LEFT_OUT.includes(entry.name) ? [] : markdownFiles(directory, path);
    }
    return entry.isFile() && entry.name.endsWith(".md") ? [path] : [];
  });
}

/** Whether a page belongs to the docs. The pack's rules and the diagrams have tests of their own. */
export function isOfGuide(path: string): boolean {
  return path === "README.md" || /^docs\/(?!policies\/|diagrams\/)/.test(path);
}

/** Parses Markdown as GitHub does. */
export async function parse(path: string, text: string): Promise<Page> {
  const [{ unified }, { default: remarkParse }, { default: remarkGfm }] = await Promise.all([
    import("unified"),
    import("remark-parse"),
    import("remark-gfm"),
  ]);
  return { path, text, tree: unified().use(remarkParse).use(remarkGfm).parse(text) };
}

/** All pages of the project. */
export async function allPages(directory = PROJECT): Promise<Page[]> {
  return Promise.all(
    markdownFiles(directory).map((path) =>
      parse(path, readFileSync(join(directory, path), "utf8")),
    ),
  );
}

/** All nodes of a tree, in reading order. */
function nodes(tree: Nodes): Nodes[] {
  return [tree, ...("children" in tree ? tree.children.flatMap(nodes) : [])];
}

/** The line where a node begins. */
export function lineOf(node: Nodes): number {
  return node.position?.start.line ?? 0;
}

/** The anchors that GitHub gives a page's headings. */
export async function anchors({ tree }: Page): Promise<Set<string>> {
  const [{ default: GithubSlugger }, { toString }] = await Promise.all([
    import("github-slugger"),
    import("mdast-util-to-string"),
  ]);
  const slugger = new GithubSlugger();
  const headings = nodes(tree).filter((node) => node.type === "heading");
  return new Set(headings.map((heading) => slugger.slug(toString(heading))));
}

/** The links and pictures of a page. */
export function targets({ tree }: Page): { url: string; line: number }[] {
  return nodes(tree).flatMap((node) =>
    node.type === "link" || node.type === "image" || node.type === "definition"
      ? [{ url: (node as Link).url, line: lineOf(node) }]
      : [],
  );
}

/** A block of commands, and what the comments before it say. */
export interface CommandBlock {
  readonly page: string;
  readonly line: number;
  readonly script: string;
  /** What it needs besides the project and the Pulumi CLI: `aws`, `cluster`, `kind`. */
  readonly needs: readonly string[];
  /** Whether its last command fails. */
  readonly fails: boolean;
  /** Whether no test can run it; its comment says why. */
  readonly notRun: boolean;
}

const MARKER = /^<!-- (needs|fails|not run)(?:: (.+?))? -->$/;

/** The command blocks of a page: blocks of language sh, and lines that begin with `$ ` in others. */
export function commandBlocks(page: Page): CommandBlock[] {
  return nodes(page.tree).flatMap((parent) => {
    const siblings: Nodes[] = "children" in parent ? parent.children : [];
    return siblings.flatMap((node, i) => {
      const script = node.type === "code" ? scriptOf(node) : undefined;
      if (script === undefined) return [];
      const markers = markersBefore(siblings.slice(0, i));
      return [
        {
          page: page.path,
          line: lineOf(node),
          script,
          needs: markers.get("needs")?.split(/, */) ?? [],
          fails: markers.has("fails"),
          notRun: markers.has("not run"),
        },
      ];
    });
  });
}

function scriptOf({ lang, value }: Code): string | undefined {
  if (lang === "sh") return value;
  const typed = value.split("\n").filter((line) => line.startsWith("$ "));
  return typed.length > 0 ? typed.map((line) => line.slice(2)).join("\n") : undefined;
}

function markersBefore(nodesBefore: readonly Nodes[]): Map<string, string> {
  const markers = new Map<string, string>();
  for (const node of [...nodesBefore].reverse()) {
    if (node.type !== "html") break;
    for (const line of node.value.split("\n")) {
      const [, name, value = ""] = MARKER.exec(line.trim()) ?? [];
      if (name) markers.set(name, value);
    }
  }
  return markers;
}

/** The stack that a page expects to be up, by its comment `given`. */
export function givenStack({ text }: Page): string | undefined {
  return /^<!-- given: ([\w-]+) -->$/m.exec(text)?.[1];
}

/** Code within sentences. */
export function inlineCode({ tree }: Page): InlineCode[] {
  return nodes(tree).filter((node) => node.type === "inlineCode");
}

const BLOCK = /(<!-- generated: ([^>]+?) -->\n)[^]*?(<!-- \/generated -->)/g;
const FACT = /(<!-- fact: ([^>]+?) -->)[^]*?(<!-- \/fact -->)/g;

/** Whether a page has generated parts. */
export function isGenerated(text: string): boolean {
  return text.search(BLOCK) >= 0 || text.search(FACT) >= 0;
}

/**
 * A page's text with its generated blocks and facts written again.
 * @param block the content of a block, by its name
 * @param fact the value of a fact, by its name
 */
export function regenerate(
  text: string,
  block: (name: string) => string,
  fact: (name: string) => string,
): string {
  return text
    .replace(
      BLOCK,
      (_, open: string, name: string, close: string) =>
        `${open}\n${block(name).trim()}\n\n${close}`,
    )
    .replace(
      FACT,
      (_, open: string, name: string, close: string) => `${open}${fact(name)}${close}`,
    );
}
