import { spend } from "./budget";

/** A pattern cut at its stars: what comes before the first, after the last, and between them in order. */
interface Pieces {
  first: string;
  middle: readonly string[];
  last: string;
}

const cut = new Map<string, Pieces>();

/** IAM's wildcards: `*` is any run of characters, `?` is one. Everything else is literal. */
function cutPattern(pattern: string): Pieces {
  let pieces = cut.get(pattern);
  if (pieces === undefined) {
    const [first = "", ...rest] = pattern.split("*");
    const last = rest.pop() ?? "";
    pieces = { first, middle: rest.filter((piece) => piece !== ""), last };
    if (cut.size > 20_000) cut.clear();
    cut.set(pattern, pieces);
  }
  return pieces;
}

/** Whether a piece (no star in it) stands at a place of the value. */
function isAt(piece: string, value: string, at: number): boolean {
  if (at < 0 || at + piece.length > value.length) return false;
  if (!piece.includes("?")) return value.startsWith(piece, at);
  for (let index = 0; index < piece.length; index++) {
    const code = piece.charCodeAt(index);
    if (code !== QUESTION_MARK && code !== value.charCodeAt(at + index)) return false;
  }
  return true;
}

const QUESTION_MARK = "?".charCodeAt(0);

/** The first place from `from` on where a piece stands, or -1. */
function find(piece: string, value: string, from: number): number {
  if (!piece.includes("?")) return value.indexOf(piece, from);
  for (let at = from; at + piece.length <= value.length; at++) {
    if (isAt(piece, value, at)) return at;
  }
  return -1;
}

/**
 * Takes each piece at its first place after the one before, and never goes back: a later place leaves
 * less of the value for the pieces that follow. So the work grows with the length of the value times the
 * longest piece, however many stars there are.
 */
function matchesPieces({ first, middle, last }: Pieces, value: string): boolean {
  const end = value.length - last.length;
  if (!isAt(first, value, 0) || end < first.length || !isAt(last, value, end)) return false;
  let at = first.length;
  for (const piece of middle) {
    const found = find(piece, value, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

/** Whether a pattern holds a wildcard. */
export function isWild(pattern: string): boolean {
  return pattern.includes("*") || pattern.includes("?");
}

/** The characters of a value that are compared as quickly as a comparison begins. */
const SHORT = 256;

/** Whether the value matches the pattern; both are compared as they are (lower-case actions first). */
export function matches(pattern: string, value: string): boolean {
  if (pattern === "*") return true;
  spend(1 + value.length / SHORT);
  const star = pattern.indexOf("*");
  if (star < 0) return pattern.length === value.length && isAt(pattern, value, 0);
  // A lone star at the end is the common case, and needs no cutting.
  if (star === pattern.length - 1 && !pattern.includes("?")) {
    return value.startsWith(pattern.slice(0, -1));
  }
  return matchesPieces(cutPattern(pattern), value);
}

/** A list of patterns as it is asked about: names to look up, and the few that have to be tried. */
interface Sorted {
  names: ReadonlySet<string>;
  wild: readonly string[];
}

const sorted = new WeakMap<readonly string[], Sorted>();

function sortPatterns(patterns: readonly string[]): Sorted {
  let known = sorted.get(patterns);
  if (known === undefined) {
    known = { names: new Set(patterns), wild: patterns.filter(isWild) };
    sorted.set(patterns, known);
  }
  return known;
}

/** Lists of so few are tried one by one: sorting them costs more than it saves. */
const FEW = 8;

/** Whether any of the patterns matches the value; a wildcard in the value stands for itself. */
export function matchesAny(patterns: readonly string[], value: string): boolean {
  if (patterns.length <= FEW) {
    for (const pattern of patterns) if (pattern === value || matches(pattern, value)) return true;
    return false;
  }
  spend(1);
  const { names, wild } = sortPatterns(patterns);
  return names.has(value) || wild.some((pattern) => matches(pattern, value));
}

/**
 * Tells of patterns whether they take in any of some actions. A document may have thousands of patterns and
 * a finding hundreds of actions: a pattern that names its service is tried on the actions of that service.
 */
export function makeMatcher(actions: readonly string[]): (pattern: string) => boolean {
  const byService = new Map<string, string[]>();
  for (const action of actions) {
    const service = action.slice(0, action.indexOf(":") + 1);
    const own = byService.get(service);
    if (own === undefined) byService.set(service, [action]);
    else own.push(action);
  }
  return (pattern) => {
    const service = pattern.slice(0, pattern.indexOf(":") + 1);
    const own = service === "" || isWild(service) ? actions : byService.get(service);
    return own?.some((action) => matches(pattern, action)) ?? false;
  };
}

/** Values that share no beginning, end or length: a pattern that matches all of them matches anything. */
export const PROBES = ["zq7-pr0be.alpha", "9Xk_longer-Probe-value.0", "mWd4u5h"] as const;

/** Whether the pattern matches everything, but for the empty or very short (`*`, `**`, `?*`). */
export function matchesEverything(pattern: string): boolean {
  return PROBES.every((probe) => matches(pattern, probe));
}
