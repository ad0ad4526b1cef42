require("../shared/start.cjs");
require("tsx/cjs");
require("./cli.ts");
