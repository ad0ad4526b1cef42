/** Finds the numbers in a page that nothing explains. */
import type { Nodes } from "mdast";
import { nodes, lineOf, type Page } from "../../../../tools/docs/markdown";
import type { Figure } from "../../../../tools/docs/figures";

const NUMBER = /(?<![\w-])v?\d+(?:[.,:/-]\d+)*/g;
/** Which exercise, which step: names, not figures. */
const NAMES = /\b(?:exercises?|steps?) \d(?:(?:, | and | to )\d)*/gi;
const BLOCKS = ["paragraph", "heading", "tableCell"];

/** What may stand in code: values of the program, and examples. */
export interface KnownCode {
  /** Everything that the program registers, as text. */
  readonly registered: string;
  /** Examples, such as addresses that are set aside for documentation. */
  readonly examples: readonly string[];
}

/** Numbers of a page, by line, that no figure covers. */
export function unexplained(page: Page, figures: readonly Figure[], code: KnownCode): string[] {
  const mine = figures.filter(({ from }) => !from.startsWith("https:") || page.text.includes(from));
  return nodes(page.tree)
    .filter((node) => BLOCKS.includes(node.type))
    .flatMap((node) => {
      const text = sentence(node);
      const covered = [
        ...text.matchAll(NAMES),
        ...mine.flatMap((f) => (f.isWhole && f.phrase !== text ? [] : places(text, f.phrase))),
      ];
      const loose = [...text.matchAll(NUMBER)].filter(
        ({ index }) => !covered.some((c) => c.index <= index && index < c.index + c[0].length),
      );
      return [
        ...loose.map(({ 0: number, index }) => {
          const around = text.slice(Math.max(0, index - 30), index + 30);
          return `${page.path}:${lineOf(node)}: ${number} in "${around}"`;
        }),
        ...codeOf(node)
          .filter((value) => !isKnown(value, code))
          .map((value) => `${page.path}:${lineOf(node)}: \`${value}\``),
      ];
    });
}

/** The words of every paragraph, heading and cell. */
export function sentences(tree: Nodes): string[] {
  return nodes(tree)
    .filter((node) => BLOCKS.includes(node.type))
    .map(sentence);
}

/** The words of a paragraph, with what is code left out. */
function sentence(node: Nodes): string {
  if (node.type === "inlineCode") return "``";
  if (node.type === "text") return node.value.replaceAll("\n", " ");
  return "children" in node ? node.children.map(sentence).join("") : "";
}

function codeOf(node: Nodes): string[] {
  return nodes(node).flatMap((each) => (each.type === "inlineCode" ? [each.value] : []));
}

function isKnown(value: string, { registered, examples }: KnownCode): boolean {
  return value
    .split(/\s+/)
    .map((word) => word.replace(/^['"]|['"]$/g, ""))
    .filter((word) => /\d/.test(word))
    .every((word) => examples.includes(word) || isWordOf(registered, word));
}

/** Whether a text has a word, and not only within a longer number or name. */
function isWordOf(text: string, word: string): boolean {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w.])${escaped}(?![\\w])`).test(text);
}

function places(text: string, phrase: string): { index: number; 0: string }[] {
  const found: { index: number; 0: string }[] = [];
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    found.push({ index: at, 0: phrase });
  }
  return found;
}
