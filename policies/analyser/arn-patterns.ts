import { actionOf, type ActionInfo, serviceOf } from "./data";

/** One step of a pattern: a character by its code, any one character, or a run of them. */
type Step = number;

const ONE = -1;
/** A run of anything. */
const RUN = -2;
/** Runs without the characters that a variable never holds: what follows them is another part, or another type. */
const RUN_IN_PART = -3;
const RUN_IN_NAME = -4;

const COLON = ":".charCodeAt(0);
const SLASH = "/".charCodeAt(0);

function runOf(variable: string): Step {
  if (/^\$\{(Partition|Region|Account)\}$/.test(variable)) return RUN_IN_PART;
  return /^\$\{(BucketName|TableName)\}$/.test(variable) ? RUN_IN_NAME : RUN;
}

const STAR = "*".charCodeAt(0);
const QUESTION_MARK = "?".charCodeAt(0);

function stepsOf(text: string): Step[] {
  const steps: Step[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    steps.push(code === STAR ? RUN : code === QUESTION_MARK ? ONE : code);
  }
  return steps;
}

function stepsOfPattern(pattern: string): Step[] {
  return stepsOf(pattern.includes("$") ? pattern.replace(/\$\{[^}]*\}/g, "*") : pattern);
}

function stepsOfTemplate(template: string): Step[] {
  return template
    .split(/(\$\{[^}]+\})/)
    .flatMap((part) => (part.startsWith("${") ? [runOf(part)] : stepsOf(part)));
}

const isRun = (step: Step | undefined): boolean => step !== undefined && step <= RUN;

const admits = (step: Step, other: Step): boolean =>
  !(
    (step === RUN_IN_PART && (other === COLON || other === SLASH)) ||
    (step === RUN_IN_NAME && other === SLASH)
  );

/** Whether some character is taken by both. */
function agree(left: Step, right: Step): boolean {
  if (left >= 0 && right >= 0) return left === right;
  return admits(left, right) && admits(right, left);
}

/**
 * Whether some text matches both. Visits each pair of places that one beginning of a text leads to, and
 * none twice, so that no pattern takes long; most pairs are never reached.
 */
function intersect(left: readonly Step[], right: readonly Step[]): boolean {
  const width = right.length + 1;
  const end = left.length * width + right.length;
  const seen = new Uint8Array(end + 1);
  const open = [0];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (place === end) return true;
    if (seen[place] === 1) continue;
    seen[place] = 1;
    const a = left[Math.floor(place / width)];
    const b = right[place % width];
    const isAgreed = a !== undefined && b !== undefined && agree(a, b);
    // A run ends here, or takes in what the other side asks for and goes on.
    if (isRun(a) || (isAgreed && isRun(b))) open.push(place + width);
    if (isRun(b) || (isAgreed && isRun(a))) open.push(place + 1);
    if (isAgreed && !isRun(a) && !isRun(b)) open.push(place + width + 1);
  }
  return false;
}

/** A template's service, if it is spelled out, and its steps: each of AWS's few thousand is asked for often. */
interface Template {
  service: string | undefined;
  steps: readonly Step[];
}

const templates = new Map<string, Template>();

function templateOf(text: string): Template {
  let known = templates.get(text);
  if (known === undefined) {
    const service = text.split(":")[2];
    known = {
      service: service?.includes("$") === true ? undefined : service,
      steps: stepsOfTemplate(text),
    };
    templates.set(text, known);
  }
  return known;
}

/** A resource pattern: its service, if it is spelled out, and its steps. */
interface Pattern {
  text: string;
  service: string | undefined;
  steps?: readonly Step[];
}

function patternOf(text: string): Pattern {
  const service = text.split(":", 3)[2];
  return {
    text,
    service: service === undefined || /[*?$]/.test(service) ? undefined : service,
  };
}

function meets(pattern: Pattern, template: Template): boolean {
  return intersect((pattern.steps ??= stepsOfPattern(pattern.text)), template.steps);
}

/** The patterns of a statement, taken apart once, and what they match of the templates asked about. */
class Patterns {
  private readonly parsed: readonly Pattern[];
  private readonly ofServices = new Map<string | undefined, readonly Pattern[]>();
  readonly known = new Map<string, boolean>();

  constructor(texts: readonly string[]) {
    this.parsed = texts.map(patternOf);
  }

  /** Those that may be of a service: a statement names the resources of several. */
  of(service: string | undefined): readonly Pattern[] {
    if (service === undefined) return this.parsed;
    let known = this.ofServices.get(service);
    if (known === undefined) {
      known = this.parsed.filter((p) => p.service === undefined || p.service === service);
      this.ofServices.set(service, known);
    }
    return known;
  }
}

const taken = new WeakMap<readonly string[], Patterns>();

function patternsOf(texts: readonly string[]): Patterns {
  let known = taken.get(texts);
  if (known === undefined) taken.set(texts, (known = new Patterns(texts)));
  return known;
}

/** Those of some resource patterns that can match an ARN of a template: `arn:${Partition}:s3:::${BucketName}`. */
export function matching(texts: readonly string[], template: string): string[] {
  const known = templateOf(template);
  const patterns = patternsOf(texts).of(known.service);
  return patterns.filter((pattern) => meets(pattern, known)).map(({ text }) => text);
}

function canMatchAny(texts: readonly string[], template: string): boolean {
  const patterns = patternsOf(texts);
  let answer = patterns.known.get(template);
  if (answer === undefined) {
    const known = templateOf(template);
    answer = patterns.of(known.service).some((pattern) => meets(pattern, known));
    patterns.known.set(template, answer);
  }
  return answer;
}

/** Whether an action can act on anything that one of the patterns matches. */
export function canActOn(action: string, info: ActionInfo, patterns: readonly string[]): boolean {
  if (patterns.includes("*")) return true;
  const templates = serviceOf(action.slice(0, action.indexOf(":")))?.templates;
  return info.types.some((type) => {
    const template = templates?.get(type);
    return template === undefined || canMatchAny(patterns, template);
  });
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Names of AWS's resource types without what is neither letter nor digit. */
const plainTypes = new Map<string, string>();

function plainType(type: string): string {
  let known = plainTypes.get(type);
  if (known === undefined) plainTypes.set(type, (known = plain(type)));
  return known;
}

/** So many alternatives, and nothing that tells which is meant: no type is better than another. */
const MOST_ALTERNATIVES = 4;

/** The type of an action that some action is about by its name: the longest that the name holds. */
function aboutBy(name: string, info: ActionInfo): string[] {
  const text = plain(name);
  let longest: string | undefined;
  for (const type of info.types) {
    const isLonger = longest === undefined || type.length > longest.length;
    if (isLonger && text.includes(plainType(type))) longest = type;
  }
  return longest === undefined ? [] : [longest];
}

const ownTypes = new WeakMap<ActionInfo, readonly string[]>();

/** The types that an action requires, or is about by its own name. */
function ownTypesOf(action: string, info: ActionInfo): readonly string[] {
  let known = ownTypes.get(info);
  if (known === undefined) {
    // AWS's table has the volume as optional; an instance with a disk is not launched without it.
    if (action === "ec2:runinstances") known = [...new Set([...info.required, "volume"])];
    else known = info.required.length > 0 ? info.required : aboutBy(action, info);
    ownTypes.set(info, known);
  }
  return known;
}

/**
 * The resource types to name for an action: all that it requires, or those that it is about by its name
 * or by the names of the writes that the document has beside it. None if any of many could be meant.
 */
export function typesToName(
  action: string,
  writesOf: (service: string) => readonly string[] = () => [],
): readonly string[] {
  const info = actionOf(action);
  if (info === undefined) return [];
  const own = ownTypesOf(action, info);
  if (own.length > 0) return own;
  const writes = info.types.length === 0 ? [] : writesOf(action.slice(0, action.indexOf(":")));
  const others = writes.flatMap((other) => aboutBy(other, info));
  if (others.length > 0) return [...new Set(others)];
  return info.types.length <= MOST_ALTERNATIVES ? info.types.slice(0, 1) : [];
}
