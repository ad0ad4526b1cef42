// Who may import whom. AGENTS.md has the same rules in words, and tests/architecture.test.ts breaks each one.
const { join } = require("node:path");

const FILES = { path: "^(components|policies|settings|tools|tests|benchmarks|index\\.ts)" };

/** What a policy pack hands out, as its package.json has it. */
const PACK = "^policies/(index|pack|resources|accept|format|analyser/index)\\.ts$";

/** A part may import itself, the parts that are named, and packages. */
const only = (name, from, ...allowed) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { path: FILES.path, pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "resolvable",
      comment: "A module or a package that cannot be found.",
      severity: "error",
      from: {},
      // Types alone, of @types/mdast.
      to: { couldNotResolve: true, pathNot: "^mdast$" },
    },
    only("components-stand-alone", "^components/"),
    only("policies-stand-alone", "^policies/"),
    only("settings-know-components", "^settings/", "^components/"),
    only("index-knows-settings-and-components", "^index\\.ts$", "^settings/", "^components/"),
    only("cloud-knows-the-catalog", "^tools/cloud/", "^components/catalog/", "^tools/shared/"),
    only("shared-knows-no-tool", "^tools/shared/", "^settings/", "^components/", PACK),
    {
      name: "tools-know-the-pack-by-its-exports",
      severity: "error",
      from: { path: "^tools/" },
      to: { path: "^policies/", pathNot: PACK },
    },
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { pathNot: "^(tests|benchmarks)/" },
      to: { path: "^(tests|benchmarks)/" },
    },
    {
      name: "tools-know-no-other-tool",
      comment:
        "The report and the guide show what a rehearsal recorded, and the rehearsal writes the report.",
      severity: "error",
      from: { path: "^tools/([^/]+)/", pathNot: "^tools/(report|docs|rehearse/cli\\.ts$)" },
      to: { path: "^tools/[^/]+/", pathNot: "^tools/($1|cloud|shared)/" },
    },
    {
      name: "report-knows-the-rehearsal",
      severity: "error",
      from: { path: "^tools/report/" },
      to: { path: "^tools/[^/]+/", pathNot: "^tools/(report|rehearse|cloud|shared)/" },
    },
    {
      name: "docs-know-the-report-and-the-rehearsal",
      severity: "error",
      from: { path: "^tools/docs/" },
      to: { path: "^tools/[^/]+/", pathNot: "^tools/(docs|report|rehearse|cloud|shared)/" },
    },
    {
      name: "rehearsal-knows-the-report-by-its-index",
      severity: "error",
      from: { path: "^tools/rehearse/cli\\.ts$" },
      to: {
        path: "^tools/[^/]+/",
        pathNot: "^tools/((rehearse|cloud|shared)/|report/index\\.ts$)",
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(node_modules|dist|fixtures|\\.cache|\\.sandbox)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: join(__dirname, "tsconfig.json") },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".cjs", ".mjs", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["require", "import", "node", "default", "types"],
    },
  },
};
