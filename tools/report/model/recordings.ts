/** The recordings of a stack and of the stack whose cluster it uses, and how to read them. */
import type { RecordedResource } from "../../rehearse/records";

/** A recorded resource, and whether the other stack made it. */
export interface Recorded {
  readonly resource: RecordedResource;
  readonly isForeign: boolean;
}

/** The recordings that a picture is drawn from. */
export class Recordings {
  private readonly all: readonly Recorded[];

  constructor(
    readonly own: readonly RecordedResource[],
    readonly foreign: readonly RecordedResource[] = [],
  ) {
    this.all = [
      ...own.map((resource) => ({ resource, isForeign: false })),
      ...foreign.map((resource) => ({ resource, isForeign: true })),
    ];
  }

  /** Whether the stack's cluster is an EKS cluster that a stack of this project made. */
  get hasEks(): boolean {
    return this.of("eks:index:Cluster").length > 0;
  }

  /** All resources of a type, in the order in which they were registered. */
  of(type: string): readonly Recorded[] {
    return this.all.filter(({ resource }) => resource.type === type);
  }

  /** The resource of a type with this id, ARN or URN. */
  find(type: string, reference: unknown): Recorded | undefined {
    return this.of(type).find(
      ({ resource }) =>
        typeof reference === "string" &&
        [resource.id, resource.urn, resource.outputs["arn"]].includes(reference),
    );
  }
}

/** A nested value, by property names and list indexes. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

/** A nested text or number as text; empty if there is none. */
export function textAt(value: unknown, ...path: (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}

/** A nested list; empty if there is none. */
export function listAt(value: unknown, ...path: (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** The texts of a nested list. */
export function textsAt(value: unknown, ...path: (string | number)[]): string[] {
  return listAt(value, ...path).filter((item): item is string => typeof item === "string");
}

/** `1 pod`, `3 pods`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
