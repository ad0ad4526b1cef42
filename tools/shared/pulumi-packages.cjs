// Packages before the TypeScript loader, which would slow their loading down by two thirds.
require("@pulumi/pulumi");
require("@pulumi/aws");
require("@pulumi/eks");
require("@pulumi/kubernetes");
