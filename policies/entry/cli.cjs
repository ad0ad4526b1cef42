#!/usr/bin/env node
const { main } = require("./load.cjs")("cli");

process.exitCode = main(process.argv.slice(2), "iam-breadth");
