// A thread of its own: Pulumi's runtime serves one provider a process, and keeps its state in globals.
// Packages before the TypeScript loader, which would slow their loading down.
require("@pulumi/pulumi");
require("@pulumi/aws");
require("@pulumi/eks");
require("tsx/cjs");
require("./provider.ts");
