require("../shared/installed.cjs");
require("tsx/cjs");
require("./cli.ts").start();
