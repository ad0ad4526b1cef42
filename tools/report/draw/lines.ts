/** The texts in a picture, and how much room they take. */
import type { Diagram, DiagramGroup, DiagramNode } from "../model/diagram";
import { NODE_KINDS } from "./kinds";
import { widthOf, wrap } from "./measure";

/** A line of text: its size in pixels, and whether it is bold. */
export interface Line {
  readonly text: string;
  readonly size: number;
  readonly isBold: boolean;
  readonly className: "caption" | "name" | "detail";
}

/** Room between a border and the text, in pixels. */
export const PADDING = 14;
/** Height of a line, relative to the size of its text. */
export const LINE_HEIGHT = 1.36;
const LONGEST_DETAIL = 36;
const LONGEST_LABEL = 24;

const caption = (text: string): Line => ({ text, size: 12, isBold: false, className: "caption" });
const name = (text: string): Line => ({ text, size: 14, isBold: true, className: "name" });
const detail = (text: string): Line => ({ text, size: 12, isBold: false, className: "detail" });
const details = (texts: readonly string[]) =>
  texts.flatMap((text) => wrap(text, LONGEST_DETAIL)).map(detail);

/** The text of a node. */
export function nodeLines({ kind, label, details: facts }: DiagramNode): Line[] {
  return [caption(NODE_KINDS[kind].caption), name(label), ...details(facts)];
}

/** The title of a group. */
export function groupLines(group: DiagramGroup, { clusterStack }: Diagram): Line[] {
  const isOutermost = group.group === undefined && group.isForeign && clusterStack !== undefined;
  const of = isOutermost ? [`created by ${clusterStack}`] : [];
  return [name(group.label), ...[...of, ...group.details].map(detail)];
}

/** The label of an arrow. */
export const labelLines = (label: string) => wrap(label, LONGEST_LABEL).map(detail);

/** How much room lines take, in pixels. */
export function sizeOf(lines: readonly Line[]): { width: number; height: number } {
  const widths = lines.map(({ text, size, isBold }) => widthOf(text, size, isBold));
  const height = lines.reduce((sum, { size }) => sum + size * LINE_HEIGHT, 0);
  return { width: Math.max(0, ...widths), height: Math.ceil(height) };
}
