require("../shared/start.cjs");
require("../shared/pulumi-packages.cjs");
require("tsx/cjs");
require("./cli.ts");
