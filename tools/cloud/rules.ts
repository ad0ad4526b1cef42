/** What the providers check of a resource's inputs, and what they cannot change in place. */
import type { Props } from "./types";

/** Something wrong with an input. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** The rules of one type of resource. */
export interface Rules {
  /** Inputs that must be there. */
  readonly required?: readonly string[];
  /** Inputs of which at most one may be there. */
  readonly exclusive?: readonly (readonly string[])[];
  /** Paths that make a new resource when they change; what lies under them too. */
  readonly immutable?: readonly string[];
  /** A replacement deletes the old resource first, because the new one has its name. */
  readonly deleteFirst?: boolean | ((before: Props, after: Props) => boolean);
  /** The input that gets a name made up when it has none. */
  readonly autoNamed?: string;
  /** A provider's default tags go onto it. */
  readonly taggable?: boolean;
  /** Inputs that are JSON documents: the provider writes an object down as text. */
  readonly documents?: readonly string[];
  /** Further checks; what is unknown before the update is there as undefined. */
  readonly check?: (inputs: Props) => Failure[];
}

/** Where one provider's text stands for what is known after the update only. */
export type IsUnknown = (value: unknown) => boolean;

/** Applies the rules to inputs; values that are unknown count as there, and as right. */
export function failuresOf(rules: Rules, inputs: Props, isUnknown: IsUnknown): Failure[] {
  const failures: Failure[] = [];
  for (const property of rules.required ?? []) {
    if (inputs[property] === undefined) {
      failures.push({ property, reason: `Missing required argument: "${property}"` });
    }
  }
  for (const group of rules.exclusive ?? []) {
    const given = group.filter((property) => inputs[property] !== undefined);
    if (given.length > 1) {
      const reason = `Conflicting configuration arguments: ${given.map((p) => `"${p}"`).join(", ")}; keep one`;
      failures.push({ property: given[0]!, reason });
    }
  }
  const known = withoutUnknowns(inputs, isUnknown) as Props;
  return [...failures, ...(rules.check?.(known) ?? [])];
}

function withoutUnknowns(value: unknown, isUnknown: IsUnknown): unknown {
  if (isUnknown(value)) return undefined;
  if (Array.isArray(value)) return value.map((item) => withoutUnknowns(item, isUnknown));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutUnknowns(inner, isUnknown)]),
  );
}

/** Whether a path is one of the immutable ones, or lies under one. */
export function isImmutable(rules: Rules, path: string): boolean {
  return (rules.immutable ?? []).some(
    (fixed) => path === fixed || path.startsWith(`${fixed}.`) || path.startsWith(`${fixed}[`),
  );
}

/** A failure, if a condition does not hold. */
export function unless(condition: boolean, property: string, reason: string): Failure[] {
  return condition ? [] : [{ property, reason }];
}

/** A check that an input, if it is known, is a JSON document. */
export function isJson(property: string): (inputs: Props) => Failure[] {
  return (inputs) => {
    const value = inputs[property];
    // The provider takes a document as an object too, and makes text of it.
    if (value === undefined || (typeof value === "object" && value !== null)) return [];
    try {
      JSON.parse(value as string);
      return [];
    } catch {
      return [{ property, reason: `"${property}" contains an invalid JSON policy` }];
    }
  };
}

/** Inputs with their JSON documents as text. */
export function withDocuments(rules: Rules, inputs: Props): Props {
  const documents = (rules.documents ?? []).filter(
    (property) => typeof inputs[property] === "object" && inputs[property] !== null,
  );
  const texts = documents.map((property) => [property, JSON.stringify(inputs[property])]);
  return { ...inputs, ...(Object.fromEntries(texts) as Props) };
}
