import { actionOf, type ActionInfo, serviceOf } from "./data";

/** One step of a pattern: a character, any one character, or any run of them. */
type Step = string | { any: "one" | "run"; not?: string };

/** Characters that a variable never holds: what follows them belongs to another part, or another type. */
function excluded(variable: string): string {
  if (/^\$\{(Partition|Region|Account)\}$/.test(variable)) return ":/";
  return /^\$\{(BucketName|TableName)\}$/.test(variable) ? "/" : "";
}

function stepsOfPattern(pattern: string): Step[] {
  const text = pattern.replace(/\$\{[^}]*\}/g, "*");
  return [...text].map((c) => (c === "*" ? { any: "run" } : c === "?" ? { any: "one" } : c));
}

function stepsOfTemplate(template: string): Step[] {
  return template
    .split(/(\$\{[^}]+\})/)
    .flatMap((part): Step[] =>
      part.startsWith("${")
        ? [{ any: "run", not: excluded(part) }]
        : [...part].map((c): Step => (c === "*" ? { any: "run" } : c)),
    );
}

const isRun = (step: Step | undefined): boolean => typeof step === "object" && step.any !== "one";

const admits = (run: Step, other: Step): boolean =>
  typeof run === "string" || typeof other === "object" || run.not?.includes(other) !== true;

function agree(left: Step, right: Step): boolean {
  if (!admits(left, right) || !admits(right, left)) return false;
  return typeof left === "object" || typeof right === "object" || left === right;
}

/** Whether some text matches both; a table over the two, so that no pattern takes long. */
function intersect(left: readonly Step[], right: readonly Step[]): boolean {
  let row: boolean[] = [];
  for (let i = left.length; i >= 0; i--) {
    const next = row;
    row = [];
    for (let j = right.length; j >= 0; j--) {
      const a = left[i];
      const b = right[j];
      if (a === undefined && b === undefined) row[j] = true;
      else if (isRun(a) && next[j] === true) row[j] = true;
      else if (isRun(b) && row[j + 1] === true) row[j] = true;
      else if (a === undefined || b === undefined || !agree(a, b)) row[j] = false;
      else {
        const stays = (isRun(a) && row[j + 1] === true) || (isRun(b) && next[j] === true);
        row[j] = stays || next[j + 1] === true;
      }
    }
  }
  return row[0] === true;
}

const known = new Map<string, boolean>();

/** Whether a resource pattern can match an ARN of a template such as `arn:${Partition}:s3:::${BucketName}`. */
export function canMatch(pattern: string, template: string): boolean {
  if (pattern === "*") return true;
  const service = pattern.split(":")[2];
  const own = template.split(":")[2];
  const isNamed = service !== undefined && !/[*?$]/.test(service) && own?.includes("$") !== true;
  if (isNamed && service !== own) return false;
  const key = `${pattern} ${template}`;
  let answer = known.get(key);
  if (answer === undefined) {
    if (known.size > 20_000) known.clear();
    answer = intersect(stepsOfPattern(pattern), stepsOfTemplate(template));
    known.set(key, answer);
  }
  return answer;
}

/** Whether an action can act on anything that one of the patterns matches. */
export function canActOn(action: string, info: ActionInfo, patterns: readonly string[]): boolean {
  if (patterns.includes("*")) return true;
  const templates = serviceOf(action.slice(0, action.indexOf(":")))?.templates;
  return info.types.some((type) => {
    const template = templates?.get(type);
    return template === undefined || patterns.some((pattern) => canMatch(pattern, template));
  });
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");

/** So many alternatives, and nothing that tells which is meant: no type is better than another. */
const MOST_ALTERNATIVES = 4;

/**
 * The resource types to name for an action: all that it requires, or those that it is about by its name
 * or by the names of the document's other actions. None if any of many could be meant.
 */
export function typesToName(action: string, related: readonly string[] = []): string[] {
  const info = actionOf(action);
  if (info === undefined) return [];
  // AWS's table has the volume as optional; an instance with a disk is not launched without it.
  if (action === "ec2:runinstances") return [...new Set([...info.required, "volume"])];
  if (info.required.length > 0) return info.required;
  const about = (name: string): string[] =>
    info.types
      .filter((type) => plain(name).includes(plain(type)))
      .sort((a, b) => b.length - a.length)
      .slice(0, 1);
  const own = about(action);
  if (own.length > 0) return own;
  const service = action.slice(0, action.indexOf(":"));
  const others = related
    .filter((other) => other.startsWith(`${service}:`) && actionOf(other)?.access === "write")
    .flatMap(about);
  if (others.length > 0) return [...new Set(others)];
  return info.types.length <= MOST_ALTERNATIVES ? info.types.slice(0, 1) : [];
}
