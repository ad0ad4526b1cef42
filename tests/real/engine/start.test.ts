/** A sandbox command whose providers cannot be served. It needs no engine. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Sandbox } from "./sandbox";

describe("the sandbox's start", function () {
  this.timeout(60_000);
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  it("ends with the reason when a provider cannot be loaded, and leaves no lock", async () => {
    const bin = join(sandbox.directory, "bin");
    mkdirSync(bin);
    const options = { mode: 0o755 };
    for (const name of ["pulumi", "pulumi.exe"]) writeFileSync(join(bin, name), "", options);
    const broken = join(sandbox.directory, "broken.cjs");
    // Only this thread's: the TypeScript loader has threads too, and waits for them forever.
    writeFileSync(
      broken,
      `const { prototype } = require("node:module");
      const compile = prototype._compile;
      prototype._compile = function (text, file, ...others) {
        if (/worker\\.cjs$/.test(file)) throw new Error("no thread today");
        return compile.call(this, text, file, ...others);
      };`,
    );
    const { code, text } = await sandbox.try("preview -s exercise-cluster", {
      PATH: `${bin}${delimiter}${process.env["PATH"]}`,
      NODE_OPTIONS: `--require ${broken}`,
    });
    assert.equal(code, 70, "a bug of ours");
    assert.match(text, /no thread today/);
    assert.match(await sandbox.run("cloud"), /^$/);
  });
});
