// Builds what `npm pack` ships: JavaScript with declarations.
const { execFileSync } = require("node:child_process");
const { cpSync, rmSync } = require("node:fs");
const { join } = require("node:path");

const at = (...parts) => join(__dirname, ...parts);

rmSync(at("dist"), { recursive: true, force: true });
execFileSync(
  process.execPath,
  [require.resolve("typescript/bin/tsc"), "-p", at("tsconfig.build.json")],
  { stdio: "inherit" },
);
cpSync(at("../LICENSE"), at("dist/LICENSE"));
