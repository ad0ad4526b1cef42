/** Every number in the guide is computed from the program, or sourced, or said to be an estimate. */
import assert from "node:assert/strict";
import { Facts } from "../../../tools/docs/facts";
import { figures, type Figure } from "../../../tools/docs/figures";
import { allPages, handWritten, isOfGuide, parse, type Page } from "../../../tools/docs/markdown";
import { EXAMPLES } from "./support/examples";
import { sentences, unexplained, type KnownCode } from "./support/numbers";

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
    assert.deepEqual(
      pages.flatMap((page) => unexplained(page, known, code)),
      [],
    );
  });

  it("are all used", () => {
    const text = pages.flatMap(({ tree }) => sentences(tree)).join("\n");
    const unused = known.filter(({ phrase }) => !text.includes(phrase)).map(({ phrase }) => phrase);
    assert.deepEqual(unused, []);
  });

  it("would not be, were one of them another", async () => {
    const text =
      "# X\n\nIt costs $9.03 a day. It costs $9.02 a day, for 14 months. `kubectl logs --tail 77`\n";
    const page = await parse("docs/x.md", text);
    const numbers = unexplained(page, known, code).map((line) => line.split(" ")[1]);
    assert.deepEqual(numbers, ["9.03", "14", "`kubectl"]);
  });
});
