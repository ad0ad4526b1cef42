// In the repository the TypeScript sources, compiled as they load; in the package what was compiled from them.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

/** Loads a module of this package by its path without extension. */
module.exports = (name) => {
  const source = join(__dirname, "..", `${name}.ts`);
  return require(existsSync(source) ? source : join(__dirname, "../dist", `${name}.js`));
};
