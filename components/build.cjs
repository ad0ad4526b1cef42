// Builds what `npm pack` ships: JavaScript with declarations. In a checkout they are in the way, since
// TypeScript would read the declarations instead of the sources: `node build.cjs clean` removes them.
const { execFileSync } = require("node:child_process");
const { cpSync, rmSync } = require("node:fs");
const { join } = require("node:path");

const at = (...parts) => join(__dirname, ...parts);

rmSync(at("dist"), { recursive: true, force: true });
if (process.argv[2] !== "clean") {
  const compiler = require.resolve("typescript/bin/tsc");
  const args = [compiler, "-p", at("tsconfig.build.json")];
  execFileSync(process.execPath, args, { stdio: "inherit" });
  cpSync(at("../LICENSE"), at("dist/LICENSE"));
}
