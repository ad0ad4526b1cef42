/** What the guide shows of the program is what the program is now. */
import assert from "node:assert/strict";
import { block } from "../../../tools/docs/blocks";
import { Facts } from "../../../tools/docs/facts";
import { generatedPages, regenerated } from "../../../tools/docs/generate";
import { verdicts } from "../../../tools/docs/requests";

describe("the guide: what is generated", function () {
  this.timeout(120_000);
  let facts: Facts;
  before(async () => {
    facts = await Facts.gather();
  });

  it("is current; if not: npm run docs", async () => {
    const pages = await generatedPages(facts);
    assert.ok(pages.length >= 9, "the pages with generated blocks are found");
    for (const { path, now, wanted } of pages) assert.equal(now, wanted, `${path}: npm run docs`);
  });

  it("would not be, were a figure changed by hand", async () => {
    const good = await regenerated(
      "docs/x.md",
      "<!-- generated: cost exercise-cluster -->\n<!-- /generated -->\n",
      facts,
    );
    const bad = good.wanted.replace("9.02", "9.03");
    assert.notEqual(bad, good.wanted);
    assert.equal((await regenerated("docs/x.md", bad, facts)).wanted, good.wanted);
  });

  it("has only blocks that there are", async () => {
    await assert.rejects(block(facts, "glances dev"), /There is no block glances/);
    await assert.rejects(block(facts, "glance none"), /There is no stack none/);
  });

  it("shows a preview that the pack stops, and one that it does not", async () => {
    assert.match(
      await block(facts, "preview nodeRole"),
      /policy, mandatory: node-role-autoscaling/,
    );
    assert.doesNotMatch(await block(facts, "preview irsa"), /policy, mandatory/);
  });

  it("says of each request what IAM's rules say of the documents registered", async () => {
    const answers = (await verdicts(facts)).map(({ nodeRole, irsa }) => [nodeRole, irsa]);
    assert.deepEqual(answers, [
      [true, false],
      [true, false],
      [true, true],
      [false, false],
    ]);
  });
});
