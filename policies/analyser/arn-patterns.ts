import { type ActionInfo, lookUpService } from "./data";
import { spend } from "./budget";
import { isWild, matches } from "./glob";

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

function toRun(variable: string): Step {
  if (/^\$\{(Partition|Region|Account)\}$/.test(variable)) return RUN_IN_PART;
  return /^\$\{(BucketName|TableName)\}$/.test(variable) ? RUN_IN_NAME : RUN;
}

const STAR = "*".charCodeAt(0);
const QUESTION_MARK = "?".charCodeAt(0);

function toSteps(text: string): Step[] {
  const steps: Step[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    steps.push(code === STAR ? RUN : code === QUESTION_MARK ? ONE : code);
  }
  return steps;
}

function templateToSteps(template: string): Step[] {
  return template
    .split(/(\$\{[^}]+\})/)
    .flatMap((part) => (part.startsWith("${") ? [toRun(part)] : toSteps(part)));
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

/** What a pair of places costs, in comparisons. */
const COST_OF_STEP = 4;

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
    spend(COST_OF_STEP);
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

/** The first five parts of an ARN, or as many as it has, and all that follows. */
function splitArn(text: string): { head: readonly string[]; tail: string } {
  const head: string[] = [];
  let from = 0;
  for (let colon = text.indexOf(":"); colon >= 0 && head.length < 5;) {
    head.push(text.slice(from, colon));
    from = colon + 1;
    colon = text.indexOf(":", from);
  }
  return { head, tail: text.slice(from) };
}

/** An ARN template of AWS's. Each of a few thousand is asked about often, and taken apart once. */
class Template {
  /** Its service, if it is spelled out. */
  readonly service: string | undefined;
  /** The first five parts; undefined stands for a variable, or a star of AWS's own. */
  readonly head: readonly (string | undefined)[];
  /** The last part up to its first variable or star. */
  readonly begin: string;
  readonly steps: readonly Step[];
  private wholeSteps: readonly Step[] | undefined;

  constructor(private readonly text: string) {
    const { head, tail } = splitArn(text);
    this.head = head.map((part) => (/[$*]/.test(part) ? undefined : part));
    this.service = this.head[2];
    this.begin = tail.split(/[$*]/, 1)[0] ?? "";
    this.steps = templateToSteps(tail);
  }

  get whole(): readonly Step[] {
    return (this.wholeSteps ??= templateToSteps(this.text));
  }
}

const templates = new Map<string, Template>();

function getTemplate(text: string): Template {
  let known = templates.get(text);
  if (known === undefined) templates.set(text, (known = new Template(text)));
  return known;
}

/** The place of the region among the parts of an ARN. */
const REGION = 3;

/** A resource pattern of a statement. */
class Pattern {
  /** Its service, if it is spelled out. */
  readonly service: string | undefined;
  private readonly head: readonly string[];
  /** The last part up to its first wildcard. */
  private readonly begin: string;
  private readonly isTailOpen: boolean;
  private readonly tail: string;
  private steps: readonly Step[] | undefined;

  constructor(readonly text: string) {
    const { head, tail } = splitArn(text.includes("$") ? text.replace(/\$\{[^}]*\}/g, "*") : text);
    this.head = head;
    const service = head[2];
    this.service = service === undefined || isWild(service) ? undefined : service;
    const wild = tail.search(/[*?]/);
    this.begin = wild < 0 ? tail : tail.slice(0, wild);
    // Nothing but a star after what is spelled out.
    this.isTailOpen = wild === tail.length - 1 && tail.endsWith("*");
    this.tail = tail;
  }

  /**
   * Whether some ARN of a template matches. The parts of an ARN are compared one by one: a star within
   * the first five is not taken to reach into the next, though IAM would let it.
   */
  meets(template: Template): boolean {
    if (this.head.length < 5 || template.head.length < 5) {
      this.steps ??= toSteps(this.text.replace(/\$\{[^}]*\}/g, "*"));
      return intersect(this.steps, template.whole);
    }
    for (let index = 0; index < 5; index++) {
      const part = template.head[index];
      const own = this.head[index] ?? "";
      // The ARNs of a regional type have a region; the account is left out of those that AWS owns.
      if (part === undefined ? index === REGION && own === "" : !matches(own, part)) return false;
    }
    const { begin } = template;
    if (begin.startsWith(this.begin)) {
      if (this.isTailOpen) return true;
    } else if (!this.begin.startsWith(begin)) return false;
    this.steps ??= toSteps(this.tail);
    return intersect(this.steps, template.steps);
  }
}

/** The patterns of a statement, taken apart once, and what they match of the templates asked about. */
class Patterns {
  private readonly parsed: readonly Pattern[];
  private readonly ofServices = new Map<string | undefined, readonly Pattern[]>();
  readonly known = new Map<string, boolean>();

  constructor(texts: readonly string[]) {
    this.parsed = texts.map((text) => new Pattern(text));
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

function getPatterns(texts: readonly string[]): Patterns {
  let known = taken.get(texts);
  if (known === undefined) taken.set(texts, (known = new Patterns(texts)));
  return known;
}

/** Those of some resource patterns that can match an ARN of a template: `arn:${Partition}:s3:::${BucketName}`. */
export function matching(texts: readonly string[], template: string): string[] {
  const known = getTemplate(template);
  const patterns = getPatterns(texts).of(known.service);
  return patterns.filter((pattern) => pattern.meets(known)).map(({ text }) => text);
}

function canMatchAny(texts: readonly string[], template: string): boolean {
  const patterns = getPatterns(texts);
  let answer = patterns.known.get(template);
  if (answer === undefined) {
    const known = getTemplate(template);
    answer = patterns.of(known.service).some((pattern) => pattern.meets(known));
    patterns.known.set(template, answer);
  }
  return answer;
}

/** Whether an action can act on anything that one of the patterns matches. */
export function canActOn(action: string, info: ActionInfo, patterns: readonly string[]): boolean {
  if (patterns.includes("*")) return true;
  const templates = lookUpService(action.slice(0, action.indexOf(":")))?.templates;
  return info.types.some((type) => {
    const template = templates?.get(type);
    return template === undefined || canMatchAny(patterns, template);
  });
}
