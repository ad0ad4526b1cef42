import type { Failure } from "../rules";

/** A field of an object: its path, and what is in it. */
export class Field {
  private constructor(
    readonly path: string,
    readonly value: unknown,
    /** Known after the update only; then it counts as there, and as right. */
    readonly isUnknown: boolean,
  ) {}

  /** The fields of inputs in which what is unknown is there as undefined. */
  static of(inputs: unknown): Field {
    return new Field("", inputs, false);
  }

  get isMissing(): boolean {
    return !this.isUnknown && (this.value === undefined || this.value === null);
  }

  /** Missing, or with nothing in it. */
  get isEmpty(): boolean {
    if (this.isUnknown) return false;
    const { value } = this;
    if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
    return value === undefined || value === null || value === "" || value === 0;
  }

  /** The text in it; empty where there is none. */
  get text(): string {
    return typeof this.value === "string" ? this.value : "";
  }

  at(key: string): Field {
    const props = this.value as Record<string, unknown> | null | undefined;
    const isThere = typeof props === "object" && props !== null && key in props;
    const value = isThere ? props[key] : undefined;
    const isUnknown = this.isUnknown || (isThere && value === undefined);
    return new Field(this.path ? `${this.path}.${key}` : key, value, isUnknown);
  }

  /** The items of a list; none where it is not one. */
  items(): Field[] {
    if (!Array.isArray(this.value)) return [];
    return this.value.map(
      (item: unknown, i) => new Field(`${this.path}[${i}]`, item, item === undefined),
    );
  }

  /** The keys and values of a map of texts; unknown values are left out. */
  texts(): [key: string, value: string][] {
    if (typeof this.value !== "object" || this.value === null) return [];
    return Object.entries(this.value).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
  }

  fail(reason: string): Failure[] {
    return [{ property: this.path, reason }];
  }

  invalid(reason: string, value: unknown = this.value): Failure[] {
    return this.fail(`Invalid value: ${JSON.stringify(value)}: ${reason}`);
  }

  /** Refuses a field that is missing or empty; checks what is known otherwise. */
  required(check: (field: Field) => Failure[] = () => []): Failure[] {
    if (this.isEmpty) return this.fail("Required value");
    return this.isUnknown ? [] : check(this);
  }

  /** Checks a field where it is there, and known. */
  optional(check: (field: Field) => Failure[]): Failure[] {
    return this.isMissing || this.isUnknown ? [] : check(this);
  }

  /** Refuses anything but these, in the order in which the API server names them. */
  oneOf(allowed: readonly string[]): Failure[] {
    return this.optional(({ value }) => {
      if (allowed.includes(value as string)) return [];
      const names = allowed.map((name) => JSON.stringify(name)).join(", ");
      return this.fail(`Unsupported value: ${JSON.stringify(value)}: supported values: ${names}`);
    });
  }
}

/** The first of these that is not the only one of its key; fields without a key are left out. */
export function duplicate<T>(
  fields: readonly T[],
  keyOf: (field: T) => string | undefined,
): T | undefined {
  const seen = new Set<string>();
  return fields.find((field) => {
    const key = keyOf(field);
    if (key === undefined) return false;
    const isSeen = seen.has(key);
    seen.add(key);
    return isSeen;
  });
}
