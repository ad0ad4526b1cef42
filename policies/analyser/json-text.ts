import { createRequire } from "node:module";
import type * as Parser from "jsonc-parser";

const load = createRequire(__filename);

/** Loads the parser for the first text: documents of Pulumi programs come as objects, most of them. */
const jsonc = (): typeof Parser => load("jsonc-parser") as typeof Parser;

/** Keys and indexes from the top of a JSON text to a value in it. */
export type JsonPath = readonly (string | number)[];

/** A place in a text; line and column count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** A key that an object has more than once: a reader keeps the last value and drops the others. */
interface DuplicateKey {
  /** The path of the value that overrides the earlier one. */
  path: JsonPath;
  position: Position;
}

/** What a JSON text holds, or why it holds nothing. */
export type JsonReading =
  { value: unknown; duplicates: DuplicateKey[] } | { problem: string; position: Position };

/** Finds the line of an offset. The offsets of a text are asked for in any order. */
class Lines {
  private starts: number[] | undefined;

  constructor(private readonly text: string) {}

  position(offset: number): Position {
    const starts = (this.starts ??= this.read());
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  private read(): number[] {
    const starts = [0];
    for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) {
      starts.push(at + 1);
    }
    return starts;
  }
}

/** An object or a list that the walk is inside of. */
interface Frame {
  /** The key or index of the value that comes next. */
  next: string | number;
  keys: Set<string> | undefined;
  /** Whether a string that comes now is a key. */
  isKeyNext: boolean;
}

interface Visitor {
  value?(frames: readonly Frame[], offset: number): void;
  duplicate?(frames: readonly Frame[], offset: number): void;
}

/**
 * Walks a valid JSON text token by token. It keeps its own stack, so that deep nesting cannot exhaust
 * the one of the program.
 */
function walk(text: string, visitor: Visitor): void {
  const scanner = jsonc().createScanner(text, true);
  const frames: Frame[] = [];
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const frame = frames.at(-1);
    const offset = scanner.getTokenOffset();
    switch (text.charAt(offset)) {
      case "{":
        visitor.value?.(frames, offset);
        frames.push({ next: "", keys: new Set(), isKeyNext: true });
        break;
      case "[":
        visitor.value?.(frames, offset);
        frames.push({ next: 0, keys: undefined, isKeyNext: false });
        break;
      case "}":
      case "]":
        frames.pop();
        break;
      case ",":
        if (frame !== undefined) expectNext(frame);
        break;
      case ":":
        if (frame !== undefined) frame.isKeyNext = false;
        break;
      default:
        if (frame?.isKeyNext !== true) visitor.value?.(frames, offset);
        else readKey(frame, scanner.getTokenValue(), () => visitor.duplicate?.(frames, offset));
    }
  }
}

/** After a comma, an object goes on with a key and a list with its next element. */
function expectNext(frame: Frame): void {
  if (frame.keys !== undefined) frame.isKeyNext = true;
  else frame.next = Number(frame.next) + 1;
}

/** Takes a key of an object; `onDuplicate` is called if the object has it already. */
function readKey(frame: Frame, key: string, onDuplicate: () => void): void {
  frame.next = key;
  if (frame.keys?.has(key)) onDuplicate();
  frame.keys?.add(key);
}

const currentPath = (frames: readonly Frame[]): JsonPath => frames.map(({ next }) => next);

function firstError(text: string): number {
  const errors: Parser.ParseError[] = [];
  try {
    jsonc().parse(text, errors, { disallowComments: true });
  } catch {
    // Nested too deeply for the recursive parser: the position stays the beginning.
  }
  return Math.min(errors[0]?.offset ?? 0, text.length);
}

/** Editors of Windows begin a text with a byte-order mark, which JSON does not know. */
const withoutMark = (text: string): string => text.replace(/^\uFEFF/, "");

/** Reads strict JSON (no comments) with the keys that it has twice. Never throws. */
export function readJson(given: string): JsonReading {
  const text = withoutMark(given);
  const lines = new Lines(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The position has a property of its own here; Node.js words it differently in each version.
    const problem = message.replace(/(?: in JSON)? at position \d+.*$/s, "");
    return { problem, position: lines.position(firstError(text)) };
  }
  const duplicates: DuplicateKey[] = [];
  walk(text, {
    duplicate: (frames, offset) =>
      duplicates.push({ path: currentPath(frames), position: lines.position(offset) }),
  });
  return { value, duplicates };
}

const toKey = (path: JsonPath): string => JSON.stringify(path);

/** Looks up where the values of these paths begin in a valid JSON text, in one pass. */
export function locate(given: string, paths: readonly JsonPath[]): (Position | undefined)[] {
  const text = withoutMark(given);
  const deepest = Math.max(0, ...paths.map((path) => path.length));
  const wanted = new Set(paths.map(toKey));
  const lines = new Lines(text);
  const found = new Map<string, Position>();
  walk(text, {
    value: (frames, offset) => {
      if (frames.length > deepest) return;
      const key = toKey(currentPath(frames));
      // Of a key that occurs twice, the last value is the one that counts.
      if (wanted.has(key)) found.set(key, lines.position(offset));
    },
  });
  return paths.map((path) => found.get(toKey(path)));
}

/** A path as messages show it: `Statement[0].Action[1]`. */
export function formatPath(path: JsonPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}
