const compiled = new Map<string, RegExp>();

/** IAM's wildcards: `*` is any run of characters, `?` is one. Everything else is literal. */
function toRegExp(pattern: string): RegExp {
  let regExp = compiled.get(pattern);
  if (regExp === undefined) {
    // Runs of stars are one star: `**********` must not become a regular expression that backtracks.
    const source = pattern
      .replace(/\*+/g, "*")
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, "[^]*")
      .replace(/\?/g, "[^]");
    regExp = new RegExp(`^${source}$`);
    if (compiled.size > 20_000) compiled.clear();
    compiled.set(pattern, regExp);
  }
  return regExp;
}

/** Whether a pattern holds a wildcard. */
export function isWild(pattern: string): boolean {
  return pattern.includes("*") || pattern.includes("?");
}

/** Whether the value matches the pattern; both are compared as they are (lower-case actions first). */
export function matches(pattern: string, value: string): boolean {
  if (pattern === "*") return true;
  if (!isWild(pattern)) return pattern === value;
  // A lone star at the end is the common case, and needs no regular expression.
  if (pattern.indexOf("*") === pattern.length - 1 && !pattern.includes("?")) {
    return value.startsWith(pattern.slice(0, -1));
  }
  return toRegExp(pattern).test(value);
}

/** A list of patterns as it is asked about: names to look up, and the few that have to be tried. */
interface Sorted {
  names: ReadonlySet<string>;
  wild: readonly string[];
}

const sorted = new WeakMap<readonly string[], Sorted>();

function sortedOf(patterns: readonly string[]): Sorted {
  let known = sorted.get(patterns);
  if (known === undefined) {
    known = { names: new Set(patterns), wild: patterns.filter(isWild) };
    sorted.set(patterns, known);
  }
  return known;
}

/** Whether any of the patterns matches the value, which holds no wildcard itself. */
export function matchesAny(patterns: readonly string[], value: string): boolean {
  const { names, wild } = sortedOf(patterns);
  return names.has(value) || wild.some((pattern) => matches(pattern, value));
}

/** Values that share no beginning, end or length: a pattern that matches all of them matches anything. */
export const PROBES = ["zq7-pr0be.alpha", "9Xk_longer-Probe-value.0", "mWd4u5h"] as const;

/** Whether the pattern matches everything, but for the empty or very short (`*`, `**`, `?*`). */
export function matchesEverything(pattern: string): boolean {
  return PROBES.every((probe) => matches(pattern, probe));
}
