/** The generated parts of the docs are what the program says now. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { block } from "../../../tools/docs/blocks";
import { Facts } from "../../../tools/docs/facts";
import { generatedPages, regenerated } from "../../../tools/docs/generate";
import { PROJECT } from "../../../tools/docs/markdown";
import { settingRows } from "../../../tools/docs/settings";
import { SECTIONS, VALUES } from "../../../settings/schema";

describe("the docs: generated parts", function () {
  this.timeout(120_000);
  let facts: Facts;
  before(async () => {
    facts = await Facts.gather();
  });

  it("are current; if not: npm run docs", async () => {
    const pages = await generatedPages(facts);
    assert.ok(pages.length >= 9, "the pages with generated parts are found");
    for (const { path, now, wanted } of pages) assert.equal(now, wanted, `${path}: npm run docs`);
    const count = pages.flatMap(({ now }) => now.match(/<!-- fact: /g) ?? []).length;
    assert.ok(count >= 20, `${count} facts in sentences`);
  });

  it("are written again after a change by hand, in a block and in a sentence", async () => {
    const page =
      "It costs $<!-- fact: day exercise-cluster --><!-- /fact --> a day.\n\n" +
      "<!-- generated: cost exercise-cluster -->\n<!-- /generated -->\n";
    const good = await regenerated("docs/x.md", page, facts);
    const day = (facts.stack("exercise-cluster").cost.perHour * 24).toFixed(2);
    assert.equal(good.wanted.split(day).length, 3);
    const bad = good.wanted.replaceAll(day, "9.99");
    assert.notEqual(bad, good.wanted);
    assert.equal((await regenerated("docs/x.md", bad, facts)).wanted, good.wanted);
  });

  it("have only names that exist", () => {
    assert.throws(() => block(facts, "glances dev"), /There is no block glances/);
    assert.throws(() => block(facts, "glance none"), /There is no stack none/);
    assert.throws(() => facts.value("days dev"), /There is no fact days/);
  });

  it("show a preview that the pack stops, and one that it passes", () => {
    assert.match(block(facts, "preview nodeRole"), /policy, mandatory: node-role-autoscaling/);
    assert.doesNotMatch(block(facts, "preview irsa"), /policy, mandatory/);
  });

  it("stand beside a reference that names every output", () => {
    const reference = readFileSync(join(PROJECT, "docs/reference.md"), "utf8");
    const outputs = facts.names.flatMap((name) => Object.keys(facts.stack(name).outputs));
    const missing = outputs.filter((output) => !reference.includes(`\`${output}\``));
    assert.deepEqual(missing, []);
    assert.ok(outputs.length > 20);
  });

  it("list every setting with its allowed values and its meaning", () => {
    const rows = settingRows();
    const paths = rows.map(({ path }) => path);
    for (const name of [...Object.keys(SECTIONS), ...Object.keys(VALUES)]) {
      assert.ok(
        paths.some((path) => path.split(".")[0] === name),
        name,
      );
    }
    for (const { path, allowed, meaning } of rows) {
      assert.ok(allowed.length > 0 && meaning.length > 0, path);
    }
    const port = rows.filter(({ path }) => path.endsWith(".nodePort"));
    assert.deepEqual(
      port.map(({ path, default: byDefault }) => [path, byDefault]),
      [
        ["sockShop.nodePort", "30001"],
        ["jenkins.nodePort", "32000"],
      ],
    );
  });
});
