/** Errors show no secrets: neither the value that is wrong, nor one that an explanation cites. */
import { expandHome } from "./kubeconfig";
import type { Problem } from "./problems";

const MASK = "[secret]";

/**
 * Removes what a problem shows of secrets: its value, and what its texts cite.
 * @param secrets values of the secret settings, by key
 */
export function redactSecrets(problem: Problem, secrets: ReadonlyMap<string, unknown>): Problem {
  if (secrets.size === 0) return problem;
  const texts = [...secrets.values()].flatMap(textsOf);
  const { path, allowed, fix, value } = problem;
  const isSecret = secrets.has(path) || secrets.has(path.split(/[.[]/, 1)[0]!);
  return {
    ...problem,
    ...(isSecret && value !== undefined && { value: MASK }),
    allowed: without(texts, allowed),
    fix: isSecret && value !== undefined ? fix : without(texts, fix),
  };
}

/** All texts and numbers of a value, as a message may write them. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value, expandHome(value)];
  if (typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function without(texts: readonly string[], message: string): string {
  return texts.reduce((left, text) => {
    const literal = text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const whole = new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, "gu");
    return left.replaceAll(whole, MASK);
  }, message);
}
