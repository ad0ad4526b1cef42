/**
 * Measures text without a screen, by the published widths of Helvetica, with some room to spare.
 * Arial, Liberation Sans and Nimbus Sans have the same widths.
 */

/** The font families of the pictures: all have these widths, or are narrower. */
export const FONT_FAMILY =
  '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", "Nimbus Sans", Roboto, sans-serif';

/** Widths of the characters from space to tilde, in thousandths of the font size. */
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
  556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
  611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
  667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
  222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const WIDEST = 1015;
const BOLD = 1.08;
const TO_SPARE = 1.08;

/** Width of a line in pixels. An unknown character counts as the widest. */
export function widthOf(text: string, size: number, isBold = false): number {
  const units = [...text].reduce(
    (sum, character) => sum + (WIDTHS[(character.codePointAt(0) ?? 0) - 32] ?? WIDEST),
    0,
  );
  return Math.ceil(((units * size) / 1000) * (isBold ? BOLD : 1) * TO_SPARE);
}

/** Breaks a text into lines of at most `length` characters, at spaces only. */
export function wrap(text: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < length) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
