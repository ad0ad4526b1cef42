// A thread of its own: Pulumi's runtime serves one provider a process, and keeps its state in globals.
require("tsx/cjs");
require("./provider.ts");
