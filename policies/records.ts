import { type Finding } from "./analyser";
import { isUnknown } from "./analyser/unknown";

/** A resource as plain data: what the engine's analyser protocol sends, or what a rehearsal recorded. */
export interface ResourceRecord {
  urn: string;
  /** The type token: `aws:iam/role:Role`. */
  type: string;
  /** The name in the program. */
  name: string;
  /** Inputs, or outputs, or both over each other; unknown values are UNKNOWN or the engine's sentinels. */
  props: Readonly<Record<string, unknown>>;
  parent?: string;
  /** URNs that the resource depends on, and those that each property's value came from. */
  dependencies?: readonly string[];
  propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/** A finding with its place in the stack. */
export interface PlacedFinding extends Finding {
  urn: string;
  /** The resource's name in the program, and its type. */
  resource: string;
  type: string;
  /** The property that holds the document at fault: `inlinePolicies[0].policy`. */
  property: string;
  /** The role (or user, or group) that the finding is about, where it is about one. */
  role?: string;
  /** The reason of the exception that covers it; such a finding stops nothing. */
  excepted?: string;
}

/** A string that is known, or undefined. */
export function knownString(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && !isUnknown(value) ? value : undefined;
}

/** The elements of a list, or nothing; a list that is not known as a whole has no elements yet. */
export function elements(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A property of something that may be an object. */
export function field(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Record<string, unknown>)[key];
}

/** A value within a resource's properties, with its path: `inlinePolicies[0].policy`. */
export interface Value {
  path: string;
  value: unknown;
}

/**
 * The values at a path such as `details.policy` or `inlinePolicies[].policy`. Where the path meets a
 * value that is not known yet, that value stands for all that it would hold.
 */
export function listValues(props: ResourceRecord["props"], path: string): Value[] {
  let found: Value[] = [{ path: "", value: props }];
  for (const step of path.split(".")) {
    const isList = step.endsWith("[]");
    const key = isList ? step.slice(0, -2) : step;
    found = found.flatMap((at) => {
      if (isUnknown(at.value)) return [at];
      const next = {
        path: at.path === "" ? key : `${at.path}.${key}`,
        value: field(at.value, key),
      };
      if (!isList || next.value === undefined || next.value === null) return [next];
      const all: unknown[] = Array.isArray(next.value) ? next.value : [next.value];
      return all.map((value, index) => ({ path: `${next.path}[${index}]`, value }));
    });
  }
  return found;
}
