/**
 * Each fix that an error prints, typed as it stands, on the real CLI, in a copy of the project in
 * which another stack is selected: the problem is gone, and nothing else has changed.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAwsSettings } from "../../settings/aws-config";
import { parseText } from "../../settings/edits";
import { emptyStackWarning } from "../../settings/empty-stack";
import { findMyCidr } from "../../settings/my-ip";
import { parseSettings } from "../../settings/settings";
import { SettingsError, type Problem } from "../../settings/problems";
import { holdersIn } from "../../settings/stack-file";
import { stackConfig } from "../../tools/shared/stack-files";
import { typeCommands } from "../support/config-command";
import { findRealPulumi } from "../support/pulumi";
import { CASES } from "./fix-cases";
import { unreadableCluster } from "./unreadable-cluster";

const PROJECT =
  "name: eks-exercises\nruntime: nodejs\nconfig:\n  eks-exercises:name: {type: string, default: student}\n  aws:region: {value: us-east-1}\n";
const STACK = "exercise-nodeport";
const SHARED = "cluster: {stack: exercise-cluster}";

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
  /** @param input what is typed when the command asks */
  const type = (command: string, input = "", passphrase = ""): string => {
    const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
      cwd: directory,
      env: { ...environment(), PULUMI_CONFIG_PASSPHRASE: passphrase },
      encoding: "utf8",
      input,
    });
    assert.equal(status, 0, `${command}\n${stderr}`);
    return stdout.trim();
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

  /** The fix in a message, as it is typed. */
  const fixIn = (message: string): string => /^ *fix: (.*)$/m.exec(message)![1]!;
  const context = {
    organization: "organization",
    project: "eks-exercises",
    stack: STACK,
    region: "us-east-1",
  };

  it("asks for the address that could not be looked up", async () => {
    write(SHARED, PROJECT);
    const original = globalThis.fetch;
    globalThis.fetch = () => Promise.reject(new Error("no network"));
    const error = await findMyCidr(context).catch((reason: Error) => reason.message);
    globalThis.fetch = original;
    const others = otherFiles();
    type(fixIn(String(error)), "198.51.100.7/32\n");
    assert.deepEqual(problems(), []);
    assert.match(ownFile(), /allowedCidrs: 198\.51\.100\.7\/32/);
    assert.deepEqual(otherFiles(), others);
  });

  it("asks for a secret that is wrong, and keeps it secret", () => {
    write(SHARED, PROJECT);
    type(`pulumi config set --secret name Hush -s ${STACK}`);
    const { config } = stackConfig(directory, STACK);
    const read = { ...config, "eks-exercises:name": "Hush" };
    assert.throws(
      () => parseSettings(read, context, (key) => key === "eks-exercises:name"),
      (error: Error) => {
        type(fixIn(error.message), "ada\n");
        return true;
      },
    );
    assert.equal(type(`pulumi config get name -s ${STACK}`), "ada");
    assert.doesNotMatch(ownFile(), /ada/);
  });

  it("removes a setting that the AWS provider does not have", () => {
    write(`${SHARED}\naws:reigon: eu-west-1`, PROJECT);
    assert.throws(
      () => readAwsSettings(stackConfig(directory, STACK).config, context),
      (error: Error) => {
        type(fixIn(error.message));
        return true;
      },
    );
    assert.equal(
      readAwsSettings(stackConfig(directory, STACK).config, context).provider.region,
      "us-east-1",
    );
  });

  it("adds the section that a stack lacks", () => {
    write(SHARED, PROJECT);
    const warning = () =>
      emptyStackWarning(parseSettings(stackConfig(directory, STACK).config, context), context);
    type(fixIn(warning()!));
    assert.equal(warning(), undefined);
    assert.match(ownFile(), /jenkins:\s+service: NodePort/);
  });

  it("gives a stack the passphrase of another, which it asks for", async () => {
    write(SHARED, PROJECT);
    type(`pulumi config set --secret note hush -s ${STACK}`, "", "one");
    const message = await unreadableCluster();
    type(fixIn(message), "two\n", "one");
    assert.equal(type(`pulumi config get note -s ${STACK}`, "", "two"), "hush");
  });
});
