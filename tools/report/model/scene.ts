/** What was recorded of a stack, and of the stack whose cluster it uses, to be read side by side. */
import type { RecordedResource } from "../../rehearse/records";

/** A recorded resource, and whether it is of the other stack. */
export interface Seen {
  readonly resource: RecordedResource;
  readonly isForeign: boolean;
}

/** The recordings that a picture is drawn from. */
export class Scene {
  private readonly all: readonly Seen[];

  constructor(
    readonly own: readonly RecordedResource[],
    readonly foreign: readonly RecordedResource[] = [],
  ) {
    this.all = [
      ...own.map((resource) => ({ resource, isForeign: false })),
      ...foreign.map((resource) => ({ resource, isForeign: true })),
    ];
  }

  /** All resources of a type, in the order in which they were registered. */
  of(type: string): readonly Seen[] {
    return this.all.filter(({ resource }) => resource.type === type);
  }

  /** The resource of a type that has an id, ARN or URN. */
  find(type: string, reference: unknown): Seen | undefined {
    return this.of(type).find(
      ({ resource }) =>
        typeof reference === "string" &&
        [resource.id, resource.urn, resource.outputs["arn"]].includes(reference),
    );
  }
}

/** A value inside others, by the names of properties and places in lists. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

/** The text inside others; empty where there is none. */
export function textAt(value: unknown, ...path: (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}

/** The list inside others; empty where there is none. */
export function listAt(value: unknown, ...path: (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** The texts of a list inside others. */
export function textsAt(value: unknown, ...path: (string | number)[]): string[] {
  return listAt(value, ...path).filter((item): item is string => typeof item === "string");
}

/** `1 pod`, `3 pods`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
