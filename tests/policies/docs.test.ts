import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { analyseDocument, type DocumentKind, RULES } from "../../policies/analyser";
import { readExceptions } from "../../policies/exceptions";
import { analyseStack } from "../../policies/resources";
import { type Brief, ids, records } from "./support/records";

const folder = join(__dirname, "../../docs/policies");

/** The JSON example under a heading of a page. */
function example(page: string, heading: string): unknown {
  const section = page.split(`\n## ${heading}\n`)[1] ?? "";
  const json = /```json\n([^]*?)\n```/.exec(section)?.[1];
  assert.ok(json !== undefined, `there is no example under "${heading}"`);
  return JSON.parse(json);
}

function rulesFound(kind: string, value: unknown): string[] {
  if (kind === "stack") return ids(analyseStack(records(value as Brief[])));
  return ids(analyseDocument(value, { kind: kind as DocumentKind }));
}

describe("policies: documentation", () => {
  const levels = new Map(RULES.map((rule) => [rule.id, rule.level]));
  const stopping = (found: string[]): string[] =>
    found.filter((id) => levels.get(id) === "mandatory");

  it("has a page for each rule, and for nothing else", () => {
    const pages = readdirSync(folder).filter((name) => name !== "README.md");
    assert.deepEqual(pages.sort(), RULES.map((rule) => `${rule.id}.md`).sort());
  });

  it("lists each rule with its level in the index", () => {
    const index = readFileSync(join(folder, "README.md"), "utf8");
    for (const { id, level, title } of RULES) {
      assert.match(
        index.replace(/ +/g, " "),
        new RegExp(
          `\\[${id}\\]\\(${id}\\.md\\) \\| ${level} \\| ${title.replace(/[.()]/g, "\\$&")} `,
        ),
      );
    }
  });

  for (const { id, level, title, why } of RULES) {
    it(`${id}: the bad example fails, the good one passes`, () => {
      const page = readFileSync(join(folder, `${id}.md`), "utf8");
      assert.ok(page.startsWith(`# ${id}: ${title}\n`), "the heading is not the rule's title");
      assert.ok(page.includes(why), "the page does not say why");
      const [, told, kind = ""] = /Level: (\w+)\. Example: (\w+)\./.exec(page) ?? [];
      assert.equal(told, level);
      const bad = example(page, "Bad");
      const good = example(page, "Good");
      if (kind === "config") {
        const read = (value: unknown) =>
          readExceptions((value as { exceptions: { list: unknown } }).exceptions.list);
        assert.equal(read(bad).problems.length, 1);
        assert.deepEqual([read(good).problems.length, read(good).exceptions.length], [0, 1]);
        return;
      }
      assert.ok(rulesFound(kind, bad).includes(id), `found: ${rulesFound(kind, bad).join(", ")}`);
      const found = rulesFound(kind, good);
      assert.ok(!found.includes(id));
      assert.deepEqual(stopping(found), []);
    });
  }
});
