/**
 * Each fix that an error prints, typed as it stands, on the real CLI, in a copy of the project in
 * which another stack is selected: the problem is gone, and nothing else has changed.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseText } from "../../settings/edits";
import { parseSettings } from "../../settings/settings";
import { SettingsError, type Problem } from "../../settings/problems";
import { holdersIn } from "../../settings/stack-file";
import { stackConfig } from "../../tools/shared/stack-files";
import { typeCommands } from "../support/config-command";
import { findRealPulumi } from "../support/pulumi";
import { CASES } from "./fix-cases";

const PROJECT =
  "name: eks-exercises\nruntime: nodejs\nconfig:\n  eks-exercises:name: {type: string, default: student}\n  aws:region: {value: us-east-1}\n";
const STACK = "exercise-nodeport";

/** A configuration without what its texts leave open: the order of keys in JSON. */
function values(config: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, raw]) => [key, parseText(raw)]));
}

describe("settings: a printed fix, on the real CLI", function () {
  this.timeout(120_000);
  const home = mkdtempSync(join(tmpdir(), "eks-exercises-fixes-"));
  const directory = join(home, "project");
  let bin: string;
  const environment = () => ({
    PATH: `${bin}:${process.env["PATH"]}`,
    HOME: home,
    PULUMI_HOME: join(home, "pulumi"),
    PULUMI_BACKEND_URL: `file://${home}/backend?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });

  before(function () {
    const found = findRealPulumi();
    if (!found) return this.skip();
    bin = found;
    execFileSync("mkdir", ["-p", directory, join(home, "backend")]);
    writeFileSync(join(directory, "Pulumi.yaml"), PROJECT);
    for (const stack of [STACK, "exercise-clusterip"]) {
      execFileSync("pulumi", ["stack", "init", stack], {
        cwd: directory,
        env: environment(),
        stdio: "ignore",
      });
    }
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  const write = (config: string, project: string): void => {
    writeFileSync(join(directory, "Pulumi.yaml"), project);
    const lines = config.split("\n").map((line) => {
      const isKey = /^["\w]/.test(line) && !/^[\w-]+:[\w-]+:/.test(line);
      const named = line.startsWith('"')
        ? line.replace('"', '"eks-exercises:')
        : `eks-exercises:${line}`;
      return `  ${isKey ? named : line}`;
    });
    writeFileSync(join(directory, `Pulumi.${STACK}.yaml`), `config:\n${lines.join("\n")}\n`);
    writeFileSync(join(directory, "Pulumi.exercise-clusterip.yaml"), "encryptionsalt: v1:x\n");
  };
  const ownFile = (): string => readFileSync(join(directory, `Pulumi.${STACK}.yaml`), "utf8");
  const otherFiles = (): string[] =>
    ["Pulumi.yaml", "Pulumi.exercise-clusterip.yaml"].map((file) =>
      readFileSync(join(directory, file), "utf8"),
    );

  const problems = (): readonly Problem[] => {
    const { config } = stackConfig(directory, STACK);
    const context = {
      organization: "organization",
      project: "eks-exercises",
      stack: STACK,
      region: config["aws:region"],
    };
    try {
      parseSettings(config, context, () => false, holdersIn(directory, "eks-exercises", STACK));
      return [];
    } catch (error) {
      if (error instanceof SettingsError) return error.problems;
      throw error;
    }
  };
  const type = (command: string): void => {
    const { status, stderr } = spawnSync("bash", ["-c", command], {
      cwd: directory,
      env: environment(),
      encoding: "utf8",
      input: "",
    });
    assert.equal(status, 0, `${command}\n${stderr}`);
  };

  for (const [title, config, path, fixed, project = PROJECT] of CASES) {
    it(`mends ${title}, and changes nothing else`, () => {
      write(config, project);
      const problem = problems().find((each) => each.path === path);
      assert.ok(problem, `a problem of ${path}`);
      const commands = problem.fix.split("\n    or: ");
      for (const command of commands) {
        write(config, project);
        const others = otherFiles();
        const { config: defaults } = stackConfig(directory, "exercise-clusterip");
        const imitated = typeCommands(stackConfig(directory, STACK).config, command, STACK);
        type(command);
        assert.deepEqual(problems(), [], `${command}\n${ownFile()}`);
        assert.deepEqual(otherFiles(), others);
        // The tests that have no CLI type the same commands into an imitation of it.
        const name = imitated["eks-exercises:name"] ?? defaults["eks-exercises:name"];
        assert.deepEqual(
          values(stackConfig(directory, STACK).config),
          values({ ...defaults, ...imitated, "eks-exercises:name": name! }),
          command,
        );
        if (fixed) assert.match(ownFile(), fixed, command);
      }
    });
  }
});
