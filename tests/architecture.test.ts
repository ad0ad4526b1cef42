/** Who may import whom: components and policies stand alone, and nothing above imports a tool. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import ts from "typescript";

const PROJECT = resolve(__dirname, "..");

/** Parts that may be imported, for each part of the product; its own is always allowed. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  components: [],
  policies: [],
  settings: ["components"],
  "index.ts": ["settings", "components"],
};

/** Modules of a part; a file that AWS's lists are generated into is none. */
function modulesOf(part: string): string[] {
  const path = join(PROJECT, part);
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|tsx|cts|cjs|mjs|js)$/.test(name) && !name.includes("node_modules"))
    .map((name) => join(path, name));
}

/** Relative modules that a file imports, in whatever way. */
function importsOf(file: string, text = readFileSync(file, "utf8")): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => relative(PROJECT, resolve(dirname(file), name)));
}

function violations(part: string, file: string, text?: string): string[] {
  const allowed = [part, ...MAY_IMPORT[part]!];
  return importsOf(file, text)
    .filter((path) => !allowed.includes(path.split(sep, 1)[0]!))
    .map((path) => `${relative(PROJECT, file)} imports ${path}`);
}

describe("architecture", () => {
  for (const part of Object.keys(MAY_IMPORT)) {
    it(`${part} imports ${MAY_IMPORT[part]!.join(", ") || "nothing of ours outside itself"}`, () => {
      const files = modulesOf(part);
      assert.ok(files.length > 0 && files.every((file) => existsSync(file)));
      assert.deepEqual(
        files.flatMap((file) => violations(part, file)),
        [],
      );
    });
  }

  it("would report a component that imports a setting, a tool, or a type of theirs", () => {
    const text = [
      'import { quantities } from "../settings";',
      'import type { Props } from "../tools/cloud";',
      'const program = require("../index");',
      'import { KUBERNETES } from "./catalog";',
    ].join("\n");
    assert.deepEqual(violations("components", join(PROJECT, "components", "x.ts"), text), [
      "components/x.ts imports settings",
      "components/x.ts imports tools/cloud",
      "components/x.ts imports index",
    ]);
  });
});
