#!/usr/bin/env node
// Nothing runs often enough to repay V8's optimising compiler: with it the command takes twice as long.
require("node:v8").setFlagsFromString("--no-opt");

const { main } = require("./load.cjs")("cli");

process.exitCode = main(process.argv.slice(2), "iam-breadth");
