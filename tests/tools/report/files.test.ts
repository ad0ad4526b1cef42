import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stackNames } from "../../../tools/shared/stack-files";
import { diagramFiles, FOLDER } from "../../../tools/report/files";
import { PROJECT } from "../../support/drawn";
import { DIRECTORY } from "../../support/shipped";

describe(`the pictures in ${FOLDER}`, () => {
  let files: Map<string, string>;
  before(async function () {
    this.timeout(120_000);
    files = await diagramFiles(PROJECT);
  });

  it("are what npm run diagrams writes, and nothing else", () => {
    assert.deepEqual(readdirSync(join(DIRECTORY, FOLDER)).sort(), [...files.keys()].sort());
    for (const [name, content] of files) {
      const there = readFileSync(join(DIRECTORY, FOLDER, name), "utf8");
      assert.equal(there, content, `${name} is out of date: npm run diagrams`);
    }
  });

  it("exist for each stack as SVG, and in the index", () => {
    for (const stack of stackNames(DIRECTORY)) {
      assert.match(files.get(`${stack}.svg`) ?? "", /^<svg xmlns=/);
      assert.ok(files.get("README.md")?.includes(`](${stack}.svg)`));
    }
  });
});
