/** Every number in the guide is computed from the program, or sourced, or said to be an estimate. */
import assert from "node:assert/strict";
import { Facts } from "../../guide/facts";
import { figures, type Figure } from "../../guide/figures";
import { allPages, handWritten, isOfGuide, parse, type Page } from "../../guide/markdown";
import { EXAMPLES } from "./support/examples";
import { unexplained, type KnownCode } from "./support/numbers";

describe("the guide: figures", function () {
  this.timeout(120_000);
  let pages: Page[] = [];
  let known: Figure[] = [];
  let code: KnownCode;

  before(async () => {
    const facts = await Facts.gather();
    known = figures(facts);
    code = { registered: facts.text, examples: Object.keys(EXAMPLES) };
    const all = (await allPages()).filter(({ path }) => isOfGuide(path));
    pages = await Promise.all(all.map(({ path, text }) => parse(path, handWritten(text))));
  });

  it("are all explained", () => {
    assert.equal(pages.flatMap((page) => unexplained(page, known, code)).join("\n"), "");
  });
});
