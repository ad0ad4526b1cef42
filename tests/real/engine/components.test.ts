/** The package of components on the real engine: its schema, and programs in other languages. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ComponentsEngine, missingPart, ROOT } from "./components-engine";
import type { StateResource } from "./sandbox";

const COMPONENTS = join(ROOT, "components");
const ALLOWED = "203.0.113.7/32";

interface Schema {
  readonly resources: Record<
    string,
    { inputProperties: Record<string, { description?: string }>; requiredInputs?: string[] }
  >;
}

/** The policies that report something, from what the CLI shows; the pack must have run. */
function findings(stdout: string): string[] {
  assert.match(stdout, /eks-exercises-iam@v/, "the pack ran");
  return [...stdout.matchAll(/\[(?:advisory|mandatory|remediate)\] +(\S+)/g)].map((m) => m[1]!);
}

describe("components in a program of another language", function () {
  this.timeout(600_000);
  const engine = new ComponentsEngine();
  before(async function () {
    const part = missingPart();
    if (part === undefined) await engine.start();
    else {
      console.log(`      skipped: ${part} is not built (bash tests/real/setup.sh ${part})`);
      this.skip();
    }
  });
  after(() => engine.stop());

  it("have the schema of components/schema.json for the CLI", async () => {
    // From a folder without a tsconfig.json: Pulumi compiles a plugin by that of the folder it runs in.
    const args = ["package", "get-schema", COMPONENTS];
    const { code, stdout, stderr } = await engine.run(engine.directory, ...args);
    assert.equal(code, 0, stderr);
    const read = (text: string) =>
      Object.entries((JSON.parse(text) as Schema).resources).map(
        ([token, { inputProperties, requiredInputs = [] }]) => [
          token,
          requiredInputs,
          Object.entries(inputProperties)
            .map(([name, { description }]) => `${name}: ${description}`)
            .sort(),
        ],
      );
    const golden = readFileSync(join(COMPONENTS, "schema.json"), "utf8");
    assert.deepEqual(read(stdout).sort(), read(golden).sort());
  });

  describe("in YAML", () => {
    let project = "";
    const run = (...args: string[]) => engine.run(project, ...args);
    before(async () => {
      project = join(engine.directory, "yaml");
      cpSync(join(COMPONENTS, "examples", "yaml"), project, { recursive: true });
      const file = join(project, "Pulumi.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replace(": ../..\n", `: ${COMPONENTS}\n`));
      for (const args of [
        ["stack", "init", "test"],
        ["config", "set", "--path", "allowedCidrs[0]", ALLOWED],
      ]) {
        const { code, stderr } = await run(...args);
        assert.equal(code, 0, stderr);
      }
    });
    const state = async () => {
      const { stdout } = await run("stack", "export");
      const { deployment } = JSON.parse(stdout) as { deployment: { resources?: StateResource[] } };
      return deployment.resources ?? [];
    };

    it("create a cluster, Jenkins and a role, on which the policy pack has nothing to say", async () => {
      const pack = join(ROOT, "policies");
      const args = ["--yes", "--skip-preview", "--policy-pack", pack];
      const { code, stdout, stderr } = await run("up", ...args);
      assert.equal(code, 0, stdout + stderr);
      assert.deepEqual(findings(stdout), []);
      const resources = await state();
      const { outputs } = resources.find(({ type }) => type === "pulumi:pulumi:Stack")!;
      assert.match(String(outputs!["jenkinsUrl"]), /^http:\/\/.*elb.*:8080$/);
      assert.match(String(outputs!["reportsRoleArn"]), /^arn:aws:iam::\d{12}:role\/reports-role-/);
      const service = resources.find(({ urn }) => urn.endsWith("::jenkins-service"))!;
      const spec = service.inputs!["spec"] as Record<string, unknown>;
      assert.deepEqual(spec["loadBalancerSourceRanges"], [ALLOWED]);
      const role = resources.find(({ urn }) => urn.endsWith("::reports-role"))!;
      assert.match(
        String(role.inputs!["assumeRolePolicy"]),
        /:sub":"system:serviceaccount:reports:writer"/,
      );
    });

    it("change nothing at the next up", async () => {
      const { code, stdout, stderr } = await run("preview", "--expect-no-changes");
      assert.equal(code, 0, stdout + stderr);
    });

    it("report all wrong arguments at once, as arguments", async () => {
      const set = ["config", "set", "--path", "allowedCidrs[0]"];
      await run(...set, "10.0.0.0/8");
      const { code, stdout } = await run("preview");
      await run(...set, ALLOWED);
      assert.notEqual(code, 0);
      assert.match(stdout, /EksCluster "shop": 1 problem in its arguments/);
      assert.match(stdout, /allowedCidrs\[0\]: "10\.0\.0\.0\/8"\s+allowed: a public block/);
      assert.doesNotMatch(stdout, /\.ts:\d+/, "no stack trace");
    });

    it("delete what runs on the cluster before its nodes", async () => {
      const { code, stdout, stderr } = await run("destroy", "--yes", "--suppress-progress");
      assert.equal(code, 0, stdout + stderr);
      const deleted = (name: string) => {
        const at = stdout.search(new RegExp(` ${name} deleted`));
        assert.ok(at > 0, `${name} is deleted`);
        return at;
      };
      for (const name of ["jenkins-service", "jenkins-pod", "jenkins-namespace"]) {
        assert.ok(deleted(name) < deleted("shop-nodes-group"), `${name} before the nodes`);
      }
      assert.deepEqual(await state(), []);
    });
  });

  it("are used by a TypeScript program from the npm package, by Pulumi's own runtime", async () => {
    const project = join(engine.directory, "typescript");
    cpSync(join(COMPONENTS, "examples", "typescript"), project, { recursive: true });
    const modules = join(project, "node_modules");
    const installed = join(modules, "eks-exercises-components");
    mkdirSync(installed, { recursive: true });
    // Pulumi's packages are the project's own: only the packed package comes from elsewhere.
    for (const name of ["@pulumi", "@types", "typescript"]) {
      symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
    }
    const pack = ["pack", "--silent", "--pack-destination", project];
    const archive = execFileSync("npm", pack, { cwd: COMPONENTS, encoding: "utf8" }).trim();
    const unpack = ["-xzf", join(project, archive.split("\n").at(-1)!), "--strip-components=1"];
    execFileSync("tar", [...unpack, "-C", installed]);
    for (const args of [
      ["stack", "init", "test"],
      ["config", "set", "--path", "allowedCidrs[0]", ALLOWED],
    ]) {
      const { code, stderr } = await engine.run(project, ...args);
      assert.equal(code, 0, stderr);
    }
    const policies = ["--policy-pack", join(ROOT, "policies")];
    const { code, stdout, stderr } = await engine.run(project, "preview", ...policies);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /JenkinsService +jenkins +create/);
    assert.match(stdout, /WorkloadRole +reports +create/);
    assert.match(stdout, /\+ 4\d to create/);
    const found = findings(stdout).filter((policy) => policy !== "not-evaluated-yet");
    assert.deepEqual(found, [], "the policy pack finds nothing in what a preview knows");
  });
});
