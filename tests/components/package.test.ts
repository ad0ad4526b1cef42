/** The components as an npm package: packed, and installed in a project that knows nothing of this one. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import manifest from "../../components/package.json";

const COMPONENTS = resolve(__dirname, "../../components");
const EXAMPLE = join(COMPONENTS, "examples", "typescript");

/** Runs the compiled example with Pulumi's mocks, and writes what it registers and exports. */
const PREVIEW = `
const pulumi = require("@pulumi/pulumi");
const registered = [];
pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    registered.push({ type, name, inputs });
    const state = { arn: "arn:" + name, name, ...inputs };
    if (type === "eks:index:Cluster") {
      const certificateAuthority = { data: "eA==" };
      const kubernetesNetworkConfig = { serviceIpv4Cidr: "172.20.0.0/16" };
      const endpoint = "https://eks.example";
      const eksCluster = { ...state, endpoint, certificateAuthority, kubernetesNetworkConfig };
      Object.assign(state, { eksCluster, oidcIssuer: "oidc.example", kubeconfigJson: "{}" });
    }
    return { id: name + "-id", state };
  },
  call: ({ inputs }) => ({ ...inputs, names: ["a", "b"], partition: "aws", region: "us-east-1" }),
}, "project", "stack", true);
pulumi.runtime.setAllConfig({ "project:allowedCidrs": process.argv[2] });
process.on("uncaughtException", (error) => { console.log(error.message); process.exit(1); });
const outputs = require("./bin/index.js");
pulumi.runtime.disconnect().then(() =>
  pulumi.output(outputs.reportsRoleArn).apply((reportsRoleArn) =>
    console.log(JSON.stringify({ registered, reportsRoleArn }))));
`;

interface Preview {
  readonly registered: { type: string; name: string; inputs: Record<string, unknown> }[];
  readonly reportsRoleArn: string;
}

describe("components: the npm package", function () {
  this.timeout(300_000);
  let folder = "";
  const run = (cwd: string, command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, CI: "true" } });

  before(function () {
    folder = mkdtempSync(join(tmpdir(), "components-package-"));
    const packed = run(COMPONENTS, "npm", "pack", "--silent", "--pack-destination", folder);
    assert.equal(packed.status, 0, packed.stderr);
    const archive = join(folder, packed.stdout.trim().split("\n").at(-1)!);
    assert.ok(statSync(archive).size < 1_000_000, "under 1 MB");
    cpSync(EXAMPLE, folder, { recursive: true });
    const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    const installed = run(folder, "npm", "install", ...flags, archive);
    if (installed.status === 0) return;
    if (!/ENOTFOUND|ECONNREFUSED|ENOTCACHED|EAI_AGAIN/.test(installed.stderr)) {
      throw new Error(installed.stderr);
    }
    console.log("      skipped: npm can reach no registry for the package's dependencies");
    this.skip();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("depends on Pulumi's four packages alone, and ships neither sources nor tests", () => {
    assert.deepEqual(Object.keys(manifest.dependencies), [
      "@pulumi/aws",
      "@pulumi/eks",
      "@pulumi/kubernetes",
      "@pulumi/pulumi",
    ]);
    const at = join(folder, "node_modules", manifest.name);
    for (const name of ["dist/index.js", "dist/index.d.ts", "dist/LICENSE", "README.md"]) {
      assert.ok(existsSync(join(at, name)), name);
    }
    for (const name of ["index.ts", "tsconfig.json", "examples"]) {
      assert.ok(!existsSync(join(at, name)), name);
    }
    for (const name of ["@aws-sdk", "preact", "zod", "tsx"]) {
      assert.ok(!existsSync(join(folder, "node_modules", name)), `${name} does not come along`);
    }
    assert.ok(!existsSync(join(COMPONENTS, "dist")), "nothing is left in the checkout");
  });

  it("type-checks and compiles with the TypeScript settings of Pulumi's template", () => {
    const { status, stdout } = run(folder, "npx", "tsc", "--project", ".");
    assert.equal(status, 0, stdout);
  });

  it("previews the example with Pulumi's mocks", () => {
    writeFileSync(join(folder, "preview.cjs"), PREVIEW);
    const { stdout, stderr } = run(folder, "node", "preview.cjs", '["203.0.113.7/32"]');
    const { registered, reportsRoleArn } = JSON.parse(stdout || stderr) as Preview;
    assert.equal(reportsRoleArn, "arn:reports-role");
    const named = (name: string) => registered.find((resource) => resource.name === name)!;
    const spec = named("jenkins-service").inputs["spec"] as Record<string, unknown>;
    assert.deepEqual(spec["loadBalancerSourceRanges"], ["203.0.113.7/32"]);
    assert.equal(named("shop-eks").type, "eks:index:Cluster");
    assert.deepEqual(named("shop-eks").inputs["publicAccessCidrs"], ["203.0.113.7/32"]);
  });

  it("speaks of arguments when they are wrong, and registers nothing", () => {
    const { status, stdout } = run(folder, "node", "preview.cjs", "[]");
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^EksCluster "shop": 1 problem in its arguments; none .*\n {2}allowedCidrs: \[\]/,
    );
    assert.doesNotMatch(stdout, /cluster\.create|pulumi config/);
  });

  it("has the version of its changelog's newest entry", () => {
    const changelog = readFileSync(join(COMPONENTS, "CHANGELOG.md"), "utf8");
    assert.equal(/^## (\S+)/m.exec(changelog)?.[1], manifest.version);
  });
});
