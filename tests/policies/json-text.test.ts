import assert from "node:assert/strict";
import fc from "fast-check";
import { formatPath, type JsonPath, locate, readJson } from "../../policies/analyser/json-text";

/** Every path of a value, with the value. */
function listPaths(value: unknown, path: JsonPath = []): JsonPath[] {
  if (typeof value !== "object" || value === null) return [path];
  const children: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index): [number, unknown] => [index, item])
    : Object.entries(value);
  return [path, ...children.flatMap(([key, item]) => listPaths(item, [...path, key]))];
}

function valueAt(value: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], value);
}

describe("policies: JSON text with positions", () => {
  it("finds every value of every document at the offset where its text begins", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const parsed: unknown = JSON.parse(text);
        const paths = listPaths(parsed);
        const rows = text.split("\n");
        locate(text, paths).forEach((position, index) => {
          assert.ok(position !== undefined);
          const rest = [
            rows[position.line - 1]?.slice(position.column - 1),
            ...rows.slice(position.line),
          ];
          const expected = valueAt(parsed, paths[index] ?? []);
          const shown = JSON.stringify(expected, null, indent).split("\n")[0]?.trim() ?? "";
          assert.ok(
            rest.join("\n").startsWith(shown),
            `${text} at ${formatPath(paths[index] ?? [])}`,
          );
        });
        assert.deepEqual(readJson(text), { value: parsed, duplicates: [] });
      }),
    );
  });

  it("reports each key that occurs twice, with escapes resolved, and keeps the last value", () => {
    const text = '{\n  "a": 1,\n  "b": [{ "x": 1, "\\u0078": 2 }],\n  "a": 2\n}';
    const reading = readJson(text);
    assert.ok("value" in reading);
    assert.deepEqual(reading.value, { a: 2, b: [{ x: 2 }] });
    assert.deepEqual(reading.duplicates, [
      { path: ["b", 0, "x"], position: { line: 3, column: 19 } },
      { path: ["a"], position: { line: 4, column: 3 } },
    ]);
    assert.deepEqual(locate(text, [["a"], ["c"]]), [{ line: 4, column: 8 }, undefined]);
  });

  it("reports where a text stops to be JSON", () => {
    for (const [text, line, column] of [
      ["{", 1, 2],
      ["", 1, 1],
      ['{\n  "a": 1,\n  b: 2\n}', 3, 3],
      ["// no comments\n{}", 1, 1],
    ] as const) {
      const reading = readJson(text);
      assert.ok("problem" in reading, text);
      assert.deepEqual(reading.position, { line, column }, text);
      assert.doesNotMatch(reading.problem, /position/);
    }
  });

  it("reads what is nested a million times without exhausting the stack", () => {
    const depth = 1_000_000;
    const reading = readJson("[".repeat(depth) + "]".repeat(depth));
    assert.ok("value" in reading || "problem" in reading);
    assert.ok("problem" in readJson("[".repeat(depth)));
  });
});
