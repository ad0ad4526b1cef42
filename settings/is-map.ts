/** Whether a value is a map of names to values, as YAML and JSON have it: an object, and no list. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
