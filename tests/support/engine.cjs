// Which Pulumi CLI the tests run: the one on PATH when it comes with its language host, as the official
// one does; else the one that tests/real/setup.sh built, with a stand-in for the host.
const { existsSync } = require("node:fs");
const { delimiter, join } = require("node:path");

const root = join(__dirname, "..", "..");
const built = join(root, ".cache", "pulumi");
const path = (process.env.PATH ?? "").split(delimiter);
const isOnPath = (name) => path.some((folder) => existsSync(join(folder, name)));

if (!isOnPath("pulumi-language-nodejs") && existsSync(join(built, "stamp"))) {
  const host = join(root, "tests", "real", "engine", "language-host");
  process.env.PATH = [built, host, ...path].join(delimiter);
  // Of mocha's processes, one says so.
  if (!process.env.MOCHA_WORKER_ID) {
    console.log(
      "The engine is the Pulumi CLI of .cache/pulumi; its Node.js language host is a stand-in.",
    );
  }
}
