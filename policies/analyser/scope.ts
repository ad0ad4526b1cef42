import { lookUpAction, type ActionInfo, lookUpService } from "./data";
import { isWild, matches, matchesEverything, PROBES } from "./glob";
import { TARGETS } from "./tables";

/** The first five parts of an ARN, and all that follows. */
function split(arn: string): string[] {
  const parts = arn.split(":");
  if (parts.length > 6) parts.splice(5, parts.length, parts.slice(5).join(":"));
  return parts;
}

/** Ids that AWS makes all begin alike: `instance/i-*` is `instance/*`, `hostedzone/Z*` every zone. */
const GENERATED_ID =
  /\/(?:(?:ami|acl|eipalloc|eni|fleet|i|igw|lt|nat|rtb|sg|snap|subnet|vol|vpc|vpce)-|Z)\*+$/;

/** A template's parts, and its last one with each probe filled in: asked of many a pattern. */
interface Template {
  parts: readonly string[];
  tails: readonly string[];
  /** The patterns with a wildcard that have been asked about. */
  known: Map<string, boolean>;
}

/** So many answers are kept of a template; then they are worked out again. */
const MOST_KNOWN = 200;

const templates = new Map<string, Template>();

function getTemplate(text: string): Template {
  let known = templates.get(text);
  if (known === undefined) {
    const parts = split(text);
    const tail = parts[5] ?? "";
    const tails = PROBES.map((probe) => tail.replace(/\$\{[^}]+\}/g, probe));
    known = { parts, tails, known: new Map<string, boolean>() };
    templates.set(text, known);
  }
  return known;
}

/** The first five parts of an ARN of the template: what the pattern spells out, and the probe elsewhere. */
function head(given: readonly string[], template: Template, probe: string): string {
  let arn = "";
  for (let index = 0; index < 5; index++) {
    const part = template.parts[index] ?? "";
    const literal = given[index] ?? "";
    arn += `${!part.includes("${") ? part : literal !== "" && !isWild(literal) ? literal : probe}:`;
  }
  return arn;
}

/**
 * Whether a resource pattern takes in every resource of a type. A partition, region or account that is
 * spelled out is no narrowing here: "every role of my account" is every role.
 */
function coversTemplate(written: string, text: string): boolean {
  if (matchesEverything(written)) return true;
  const pattern = written.replace(GENERATED_ID, "/*");
  const given = split(pattern);
  const template = getTemplate(text);
  return PROBES.every((probe, index) =>
    matches(pattern, head(given, template, probe) + (template.tails[index] ?? "")),
  );
}

/** Whether a pattern takes in every resource of a type with a template. */
function covers(pattern: string, text: string): boolean {
  const { tails, known } = getTemplate(text);
  // An ARN takes in every resource of a type only if the type has one resource in an account.
  if (!isWild(pattern)) return tails[0] === tails[1] && coversTemplate(pattern, text);
  let answer = known.get(pattern);
  if (answer === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(pattern, (answer = coversTemplate(pattern, text)));
  }
  return answer;
}

/**
 * Whether patterns together take in every resource of a type, of whatever region and account: what a
 * denial has to do to leave nothing.
 */
export function takesInEvery(patterns: readonly string[], service: string, type: string): boolean {
  const text = lookUpService(service)?.templates.get(type);
  if (text === undefined) return false;
  const template = getTemplate(text);
  return PROBES.every((probe, index) =>
    patterns.some((pattern) =>
      matches(
        pattern,
        head(split(pattern).slice(0, 2), template, probe) + (template.tails[index] ?? ""),
      ),
    ),
  );
}

/** Whether one of the patterns takes in every resource of the type. */
export function coversType(patterns: readonly string[], service: string, type: string): boolean {
  if (patterns.includes("*")) return true;
  const text = lookUpService(service)?.templates.get(type);
  return patterns.some((pattern) =>
    text === undefined ? matchesEverything(pattern) : covers(pattern, text),
  );
}

const PROBE_ARNS = PROBES.map((probe) => `arn:aws:${probe}:${probe}:${probe}:${probe}`);

/** Whether one of the patterns is a star in any of its spellings: `*`, `arn:*`, `arn:aws:*`. */
export function isStar(patterns: readonly string[]): boolean {
  return patterns.some(
    (pattern) => pattern === "*" || PROBE_ARNS.every((arn) => matches(pattern, arn)),
  );
}

/** Verbs of actions that make the resources of some of their types: those can only be written as `*`. */
const CREATES =
  /^(create|run|restore|copy|import|request|register|submit|start|allocate|provision|purchase|generate|clone|upload|batchcreate|deploy|train|put|add)/;

/** A type that an action is about, with the types that it lies in and that are asked for as well. */
interface Target {
  type: string;
  within: readonly string[];
}

const targets = new Map<string, readonly Target[] | undefined>();

/** The parts of an ARN template that tell one resource of the type from another. */
function listVariables(template: string): string[] {
  return (template.match(/\$\{[^}]+\}/g) ?? []).filter(
    (v) => !/^\$\{(Partition|Region|Account)\}$/.test(v),
  );
}

/**
 * The types of which one that is open opens the action, whatever the others are: all that it asks for and
 * does not make itself. AttachVolume on one volume and any instance reaches every instance.
 */
function findTargets(action: string, info: ActionInfo): readonly Target[] | undefined {
  const named = TARGETS.get(action);
  if (named !== undefined) return named.map((type) => ({ type, within: [] }));
  const name = action.slice(action.indexOf(":") + 1);
  if (info.required.length < 2 || CREATES.test(name)) return undefined;
  const templates = lookUpService(action.slice(0, action.indexOf(":")))?.templates;
  const variables = new Map(
    info.required.map((type) => [type, listVariables(templates?.get(type) ?? "")]),
  );
  const isWithin = (inner: readonly string[], outer: readonly string[]): boolean =>
    outer.length < inner.length && outer.every((variable) => inner.includes(variable));
  return [...variables]
    .filter(([, own]) => own.length > 0 && ![...variables.values()].some((v) => isWithin(v, own)))
    .map(([type, own]) => ({
      type,
      within: info.required.filter((outer) => isWithin(own, variables.get(outer) ?? [])),
    }));
}

function getTargets(action: string, info: ActionInfo): readonly Target[] | undefined {
  if (!targets.has(action)) {
    if (targets.size > 50_000) targets.clear();
    targets.set(action, findTargets(action, info));
  }
  return targets.get(action);
}

/** Whether the action may be carried out on every resource that it can be limited to. */
export function isUnscoped(action: string, patterns: readonly string[]): boolean {
  const info = lookUpAction(action);
  if (info === undefined) return isStar(patterns);
  if (info.types.length === 0) return false;
  const service = action.slice(0, action.indexOf(":"));
  const isOpen = (type: string): boolean => coversType(patterns, service, type);
  const about = getTargets(action, info);
  if (about?.some(({ type, within }) => isOpen(type) && within.every(isOpen))) return true;
  // Named, and narrow: what the action makes beside it may be anything.
  if (
    about?.some(({ type }) =>
      patterns.some((p) => p.includes(`:${type}:`) || p.includes(`:${type}/`)),
    )
  ) {
    return false;
  }
  // Every required type must be open; where all are alternatives, one that is open is enough.
  return info.required.length > 0 ? info.required.every(isOpen) : info.types.some(isOpen);
}

/** The required types of an action that the patterns take in entirely. */
export function openTypes(action: string, info: ActionInfo, patterns: readonly string[]): string[] {
  const service = action.slice(0, action.indexOf(":"));
  return info.required.filter((type) => coversType(patterns, service, type));
}

/** Whether some resource type of the service (all of them, for `*`) is taken in entirely. */
export function isServiceOpen(service: string, patterns: readonly string[]): boolean {
  if (isStar(patterns)) return true;
  return patterns.some((pattern) => {
    const named = service === "*" ? (pattern.split(":")[2] ?? "") : service;
    const known = lookUpService(named);
    return (
      known !== undefined &&
      [...known.templates.keys()].some((t) => coversType([pattern], named, t))
    );
  });
}

/** An ARN of the action's first resource type: with capitals to fill in, or as a request would name it. */
export function exampleArn(action: string, style: "template" | "request"): string {
  const info = lookUpAction(action);
  const service = action.slice(0, action.indexOf(":"));
  const type = info?.required[0] ?? info?.types[0];
  const template = type === undefined ? undefined : lookUpService(service)?.templates.get(type);
  if (template === undefined) return style === "template" ? "THE-ARN-IT-NEEDS" : "any resource";
  return template.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name === "Partition") return "aws";
    if (style === "template") return name.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
    if (name === "Region") return "eu-west-1";
    if (name === "Account") return "111122223333";
    return "someone-elses";
  });
}
