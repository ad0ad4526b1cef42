/** Every link within the project's Markdown leads somewhere. */
import assert from "node:assert/strict";
import { allPages, markdownFiles, parse, targets } from "../../../tools/docs/markdown";
import { broken } from "./support/links";

describe("the docs: links", () => {
  it("resolve, with their anchors", async () => {
    const pages = await allPages();
    assert.ok(pages.flatMap(targets).length > 100, "the links are found");
    assert.deepEqual(await broken(pages), []);
  });

  it("would not, were a file, an anchor or a picture missing", async () => {
    const text = "# A b\n[1](none.md) [2](#a-b) [3](#none) ![4](no.svg) [5](README.md#none)\n";
    const page = await parse("x.md", text);
    const readme = await parse("README.md", "# There\n");
    assert.deepEqual(
      (await broken([page, readme])).map((problem) => problem.split(": ")[1]),
      ["none.md", "#none", "no.svg", "README.md#none"],
    );
  });

  it("lead to every page of the guide from its index", async () => {
    const pages = await allPages();
    const index = pages.find(({ path }) => path === "docs/README.md")!;
    const linked = targets(index).map(({ url }) => `docs/${url.split("#")[0]}`);
    const guide = markdownFiles().filter((path) => /^docs\/(exercises\/)?[^/]+\.md$/.test(path));
    assert.deepEqual(
      guide.filter((path) => path !== index.path && !linked.includes(path)),
      [],
    );
  });
});
