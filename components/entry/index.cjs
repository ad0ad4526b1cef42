// In a checkout the TypeScript sources, which Pulumi compiles as they load; in the npm package what was
// compiled from them.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const source = join(__dirname, "..", "index.ts");
module.exports = require(existsSync(source) ? source : "../dist/index.js");
