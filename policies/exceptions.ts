import { RULES } from "./analyser";
import { matches } from "./analyser/glob";

/** A finding that is known and accepted: the rule, the resources it is accepted on, and why. */
export interface Exception {
  rule: string;
  /** A URN or a resource's name, with `*` and `?`. */
  resource: string;
  reason: string;
}

/** The first exception that covers a finding. */
export function exceptionFor(
  found: { rule: string; urn: string; resource: string },
  exceptions: readonly Exception[],
): Exception | undefined {
  return exceptions.find(
    ({ rule, resource }) =>
      rule === found.rule && (matches(resource, found.resource) || matches(resource, found.urn)),
  );
}

/**
 * Reads exceptions from configuration. One that cannot be read is a problem and is not in force: a
 * misspelt rule must not open anything, and must not go unseen.
 */
export function readExceptions(value: unknown): { exceptions: Exception[]; problems: string[] } {
  const exceptions: Exception[] = [];
  const problems: string[] = [];
  if (value === undefined) return { exceptions, problems };
  const list: unknown[] = Array.isArray(value) ? value : [value];
  list.forEach((item, index) => {
    const { rule, resource, reason } = (item ?? {}) as Record<string, unknown>;
    if (typeof rule !== "string" || typeof resource !== "string" || typeof reason !== "string") {
      problems.push(
        `exceptions.list[${index}] needs a rule, a resource and a reason, all of them strings`,
      );
    } else if (!RULES.some(({ id }) => id === rule)) {
      problems.push(`exceptions.list[${index}].rule is "${rule}", which is no rule of this pack`);
    } else if (reason.trim() === "") {
      problems.push(
        `exceptions.list[${index}].reason is empty: say why, for whoever reads the output`,
      );
    } else {
      exceptions.push({ rule, resource, reason });
    }
  });
  return { exceptions, problems };
}
