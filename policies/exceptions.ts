import { RULES } from "./analyser";
import { matches } from "./analyser/glob";
import { extendFinding } from "./analyser/proposal";
import { type PlacedFinding } from "./records";

/** A finding that is known and accepted: on what, for which actions, why, and until when. */
export interface Exception {
  /** The id of the rule. */
  rule: string;
  /** A URN, a resource's name or, on the command line, a file; `*` and `?` are wildcards. */
  resource: string;
  /** The actions that are accepted, with `*` and `?`; every action if it is absent. */
  action?: string;
  reason: string;
  /** The last day on which it is in force, as `YYYY-MM-DD`; it never ends if it is absent. */
  expires?: string;
}

/** What a list of exceptions says, and what in it cannot be used. */
export interface ExceptionReading {
  exceptions: Exception[];
  problems: string[];
  /** Exceptions whose last day is over. */
  expired: string[];
}

const KEYS = ["rule", "resource", "action", "reason", "expires"];
const REQUIRED = ["rule", "resource", "reason"];

/** Today's date in UTC, as `YYYY-MM-DD`. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function isDate(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text)
  );
}

function findProblems(item: Record<string, unknown>, rules: ReadonlySet<string>): string[] {
  const { rule, reason, expires } = item;
  const problems: string[] = [];
  const absent = REQUIRED.filter((key) => typeof item[key] !== "string");
  if (absent.length > 0) problems.push(` needs ${absent.join(", ")}: a string each`);
  for (const key of ["action", "expires"]) {
    if (item[key] !== undefined && typeof item[key] !== "string") {
      problems.push(`.${key} is not a string`);
    }
  }
  for (const key of Object.keys(item).filter((name) => !KEYS.includes(name))) {
    problems.push(`.${key} is unknown; an exception has ${KEYS.join(", ")}`);
  }
  if (typeof rule === "string" && !rules.has(rule)) {
    problems.push(`.rule is "${rule}", which is no rule of this pack`);
  }
  if (typeof reason === "string" && reason.trim() === "") {
    problems.push(".reason is empty: say why, for whoever reads the output");
  }
  if (typeof expires === "string" && !isDate(expires)) {
    problems.push(`.expires is "${expires}"; it is a date such as 2027-01-31`);
  }
  return problems;
}

const OWN_RULES: ReadonlySet<string> = new Set(RULES.map(({ id }) => id));

/** How a list of exceptions is read. */
export interface ExceptionListOptions {
  /** The ids of the rules that there are; default: the pack's own. */
  rules?: ReadonlySet<string>;
  /** How messages name the list; default: `exceptions.list`. */
  path?: string;
  /** The rule of every exception in the list, if the list belongs to one. */
  rule?: string;
  /** The date by which exceptions expire, as `YYYY-MM-DD`; default: today's. */
  date?: string;
}

/**
 * Reads exceptions from configuration: a list, or a single one. One that cannot be read, or whose last
 * day is over, is a problem and is not in force: a misspelt rule must not open anything, and must not go
 * unseen.
 */
export function readExceptions(
  value: unknown,
  options: ExceptionListOptions = {},
): ExceptionReading {
  const { rules = OWN_RULES, path = "exceptions.list", date = today() } = options;
  const exceptions: Exception[] = [];
  const problems: string[] = [];
  const expired: string[] = [];
  if (value === undefined || value === null) return { exceptions, problems, expired };
  const list: unknown[] = Array.isArray(value) ? value : [value];
  list.forEach((given, index) => {
    const isObject = typeof given === "object" && given !== null;
    const item = {
      ...(isObject && given),
      ...(options.rule !== undefined && { rule: options.rule }),
    };
    const found = findProblems(item, rules);
    const exception = item as unknown as Exception;
    problems.push(...found.map((problem) => `${path}[${index}]${problem}`));
    if (found.length > 0) return;
    if (exception.expires === undefined || exception.expires >= date) exceptions.push(exception);
    else {
      expired.push(
        `${path}[${index}] (${exception.rule} on ${exception.resource}) expired on ${exception.expires}: ` +
          "mend the finding, or decide again",
      );
    }
  });
  return { exceptions, problems, expired };
}

function covers(exception: Exception, found: PlacedFinding): boolean {
  if (exception.rule !== found.rule) return false;
  return matches(exception.resource, found.resource) || matches(exception.resource, found.urn);
}

const terms = ({ reason, expires }: Exception): string =>
  expires === undefined ? reason : `${reason} (until ${expires})`;

/**
 * A finding under the exceptions: accepted as a whole, or left with the actions that no exception
 * covers, or as it was.
 */
export function applyExceptions(
  found: PlacedFinding,
  exceptions: readonly Exception[],
): PlacedFinding {
  const mine = exceptions.filter((exception) => covers(exception, found));
  const whole = mine.find(({ action }) => action === undefined);
  if (whole !== undefined) return extendFinding(found, { excepted: terms(whole) });
  const byAction = found.actions.map((action) => ({
    action,
    exception: mine.find((e) => matches((e.action ?? "").toLowerCase(), action.toLowerCase())),
  }));
  const accepted = byAction.flatMap(({ exception }) => exception ?? []);
  if (accepted.length === 0) return found;
  const left = byAction.filter(({ exception }) => exception === undefined);
  if (left.length === 0) {
    return extendFinding(found, { excepted: [...new Set(accepted.map(terms))].join("; ") });
  }
  const names = byAction.filter(({ exception }) => exception !== undefined);
  return extendFinding(found, {
    actions: left.map(({ action }) => action),
    message: `${found.message}; accepted by exception: ${names.map(({ action }) => action).join(", ")}`,
  });
}
