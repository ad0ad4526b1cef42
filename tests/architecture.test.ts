/** Who may import whom: the rules of .dependency-cruiser.cjs hold, and each of them can be broken. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DIRECTORY } from "./support/shipped";

const CRUISER = join(
  DIRECTORY,
  "node_modules",
  "dependency-cruiser",
  "bin",
  "dependency-cruise.mjs",
);

interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** The violations in a folder that is laid out as the project is. */
function cruise(directory: string): Violation[] {
  const config = join(DIRECTORY, ".dependency-cruiser.cjs");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [CRUISER, "--config", config, "--output-type", "json", "."],
    { cwd: directory, encoding: "utf8", maxBuffer: 1 << 28 },
  );
  assert.notEqual(stdout, "", stderr);
  const { summary } = JSON.parse(stdout) as {
    summary: { totalCruised: number; violations: { rule: { name: string } & Violation }[] };
  };
  assert.ok(summary.totalCruised > 5);
  return summary.violations.map(({ rule, ...edge }) => ({
    ...(edge as unknown as Violation),
    rule: rule.name,
  }));
}

/** A file for each rule, which breaks it by its import. */
const BROKEN: readonly (readonly [rule: string, file: string, imports: string])[] = [
  ["components-stand-alone", "components/a.ts", "../settings/index"],
  ["policies-stand-alone", "policies/a.ts", "../components/index"],
  ["settings-know-components", "settings/a.ts", "../policies/index"],
  ["index-knows-settings-and-components", "index.ts", "./tools/cloud/index"],
  ["cloud-knows-the-catalog", "tools/cloud/a.ts", "../../components/index"],
  ["shared-knows-no-tool", "tools/shared/a.ts", "../cloud/index"],
  ["tools-know-the-pack-by-its-exports", "tools/verify/a.ts", "../../policies/inner"],
  ["nothing-imports-tests", "tools/verify/b.ts", "../../tests/index"],
  ["tools-know-no-other-tool", "tools/verify/c.ts", "../sandbox/index"],
  ["report-knows-the-rehearsal", "tools/report/a.ts", "../sandbox/index"],
  ["docs-know-the-report-and-the-rehearsal", "tools/docs/a.ts", "../sandbox/index"],
  ["rehearsal-knows-the-report-by-its-index", "tools/rehearse/cli.ts", "../report/inner"],
  ["no-circles", "tools/verify/d.ts", "./e"],
  ["resolvable", "tools/verify/f.ts", "./nowhere"],
];

describe("architecture", function () {
  this.timeout(60_000);
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "eks-exercises-architecture-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  it("imports only what its rules allow", () => {
    assert.deepEqual(cruise(DIRECTORY), []);
  });

  it("is reported for a file that breaks a rule, each of them, by a value or a type", () => {
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    };
    for (const [, file, imports] of BROKEN) {
      write(
        file,
        `import type { X } from "${imports}";\nexport const x: X | undefined = undefined;\n`,
      );
      const target = join(dirname(file), `${imports}.ts`);
      if (imports !== "./nowhere") write(target, "export type X = number;\n");
    }
    write("tools/verify/e.ts", 'export { type X } from "./d";\n');
    write("tools/verify/d.ts", 'import { type X as Y } from "./e";\nexport type X = Y | 1;\n');
    const found = cruise(directory);
    for (const [rule, file] of BROKEN) {
      const [first] = found.filter((each) => each.rule === rule);
      assert.equal(first?.from, file, rule);
    }
    const config = createRequire(__filename)("../.dependency-cruiser.cjs") as {
      forbidden: { name: string }[];
    };
    assert.deepEqual(
      BROKEN.map(([rule]) => rule).sort(),
      config.forbidden.map(({ name }) => name).sort(),
    );
  });
});
