/** README.md and AGENTS.md: short, and true. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stackNames } from "../tools/shared/stack-files";
import { SECTIONS, VALUES } from "../settings/schema";
import { KUBERNETES } from "../components/catalog";
import { DIRECTORY } from "./support/shipped";

const read = (path: string) => readFileSync(join(DIRECTORY, path), "utf8");

describe("the README", () => {
  it("is a page: at most 120 lines", () => {
    assert.ok(read("README.md").split("\n").length <= 120);
  });

  it("names every exercise's stack, and the reference every setting and known version", () => {
    const readme = read("README.md");
    for (const stack of stackNames(DIRECTORY).filter((name) => name !== "dev")) {
      assert.ok(readme.includes(`\`${stack}\`](docs/exercises/`), stack);
    }
    const reference = read("docs/reference.md");
    for (const section of Object.keys(SECTIONS)) {
      assert.match(reference, new RegExp(`\`${section}\\.`));
    }
    for (const value of Object.keys(VALUES)) assert.match(reference, new RegExp(`\`${value}\``));
    assert.ok(reference.includes(Object.keys(KUBERNETES).join(", ")));
  });
});

describe("the walks of AGENTS.md", () => {
  interface Step {
    readonly file: string;
    readonly names: readonly string[];
  }

  /** The steps of each walk: the file that a step links, and the names that it gives in code. */
  function walks(text: string): Step[][] {
    const sections = text.split(/^## /m).filter((section) => section.startsWith("Walk: "));
    return sections.map((section) =>
      section.split(/^\d+\. /m).flatMap((step): Step[] => {
        const file = /^\[[^\]]+\]\(([^)]+)\)/.exec(step)?.[1];
        const names = [...step.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
        return file === undefined ? [] : [{ file, names }];
      }),
    );
  }

  /** Names that a step's file does not have. */
  function missing({ file, names }: Step): string[] {
    if (!existsSync(join(DIRECTORY, file))) return [`there is no ${file}`];
    const source = read(file);
    return names
      .filter((name) => !new RegExp(`(?<![\\w.])${name}(?!\\w)`).test(source))
      .map((name) => `${file} has no ${name}`);
  }

  it("name files and functions that exist, and never go back to a file", () => {
    const all = walks(read("AGENTS.md"));
    assert.deepEqual(
      all.map((steps) => steps.length),
      [8, 11],
    );
    for (const steps of all) {
      assert.deepEqual(steps.flatMap(missing), []);
      const files = steps.map(({ file }) => file);
      assert.deepEqual(files, [...new Set(files)]);
      for (const { file, names } of steps) assert.ok(names.length > 0, file);
    }
  });

  it("would be reported, were a function renamed", () => {
    const [[step] = []] = walks("## Walk: x\n\n1. [index.ts](index.ts), `readSetting`, reads.\n");
    assert.deepEqual(missing(step!), ["index.ts has no readSetting"]);
  });
});
