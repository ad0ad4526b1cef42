/** Errors show no secrets: neither the value that is wrong, nor one that an explanation cites. */
import { expandHome } from "./kubeconfig";
import type { Problem } from "./problems";

const MASK = "[secret]";

/** A problem without its value, whose texts cite none. */
export function masked(problem: Problem): Problem {
  return { ...problem, value: problem.value === undefined ? undefined : MASK };
}

/**
 * Hides what a problem that was found by a rule shows of secrets.
 * @param secrets values of the secret settings, by key
 */
export function hidden(problem: Problem, secrets: ReadonlyMap<string, unknown>): Problem {
  if (secrets.size === 0) return problem;
  const texts = [...secrets.values()].flatMap(textsOf);
  const { path, allowed, fix } = problem;
  if (!secrets.has(path.split(/[.[]/, 1)[0]!) || problem.value === undefined) {
    return { ...problem, allowed: without(texts, allowed), fix: without(texts, fix) };
  }
  // A fix may be made of the value, as a network is of an address; this command asks for it.
  const command = `pulumi config set --secret --path '${path}'`;
  return { ...masked(problem), allowed: without(texts, allowed), fix: command };
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
