/** The report through its real entry: npm run rehearse -- --report DIR. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectWith, rehearse } from "../../support/cli";
import { DIRECTORY } from "../../support/shipped";

describe("npm run rehearse -- --report", function () {
  this.timeout(120_000);
  const directory = mkdtempSync(join(tmpdir(), "eks-exercises-report-"));
  after(() => rmSync(directory, { recursive: true, force: true }));
  const page = (name: string) => readFileSync(join(directory, name, "index.html"), "utf8");

  it("writes one page beside the usual text, makes its directory, and says where it is", async () => {
    const folder = join(directory, "a", "b");
    const { code, stdout, stderr } = await rehearse(["exercise-nodeport", "--report", folder]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /\nexercise-nodeport {2}\(8 resources\)\n/);
    assert.ok(
      stdout.endsWith(`\n1 of 1 stacks succeeded\nreport: ${join(folder, "index.html")}\n`),
    );
    assert.deepEqual(readdirSync(folder), ["index.html"]);
  });

  it("leaves standard output to the document, with --json", async () => {
    const args = ["exercise-clusterip", "--json", "--report", join(directory, "json")];
    const { code, stdout, stderr } = await rehearse(args);
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as { stacks: unknown[] }).stacks.length, 1);
    assert.equal(stderr, `report: ${join(directory, "json", "index.html")}\n`);
  });

  it("writes the same page on every run, and over its own page only", async () => {
    const args = ["exercise-autoscaler", "dev", "--report", join(directory, "same")];
    assert.equal((await rehearse(args)).code, 0);
    const first = page("same");
    assert.equal((await rehearse(args)).code, 0);
    assert.equal(page("same"), first);

    const other = join(directory, "other");
    mkdirSync(other);
    writeFileSync(join(other, "index.html"), "<h1>my blog</h1>");
    const { code, stdout, stderr } = await rehearse(["dev", "--report", other]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /is not a rehearsal report; it was not changed\n {2}fix: name another/);
    assert.equal(page("other"), "<h1>my blog</h1>");
  });

  it("says so at once where it cannot write", async () => {
    writeFileSync(join(directory, "file"), "");
    const { code, stdout, stderr } = await rehearse(["--report", join(directory, "file", "x")]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^--report .*: the report cannot be written there \(ENOTDIR.*\n {2}fix: /);
  });

  it("shows no secret", async () => {
    const { code } = await rehearse(["exercise-cluster", "--report", join(directory, "secrets")]);
    assert.equal(code, 0);
    assert.doesNotMatch(page("secrets"), /certificate-authority-data|current-context|get-token/);
    assert.match(page("secrets"), /<dt>kubeconfig<\/dt><dd><code>\[secret\]<\/code>/);
  });

  it("shows why a stack fails, with what the policy pack stops, and ends with 1", async () => {
    const project = projectWith({
      broken: "config:\n  eks-exercises:jenkins: {service: <b>Wrong</b>}\n",
      "half-way":
        "config:\n  eks-exercises:cluster: {create: {zones: 4}}\n  eks-exercises:sockShop: {nodePort: 30001}\n",
      shortcut:
        "config:\n  eks-exercises:cluster: {stack: exercise-cluster}\n  eks-exercises:autoscaler: {permissions: nodeRole}\n",
    });
    const args = ["broken", "half-way", "shortcut", "--report", join(directory, "failing")];
    const { code } = await rehearse(args, project);
    assert.equal(code, 1);
    const html = page("failing");
    assert.match(html, /0 of 3 stacks would come up/);
    assert.match(html, /It would not come up.*&lt;b>Wrong&lt;\/b>/s);
    assert.match(html, /<strong>node-role-autoscaling<\/strong> on <code>autoscaler-on-node-role/);
    assert.match(html, /: stops the preview/);
    const sectionOf = (stack: string) =>
      /<section class="stack"[^]*?<\/section>/.exec(
        html.slice(html.indexOf(`aria-labelledby="${stack}"`) - 30),
      )![0];
    for (const stack of ["broken", "half-way"]) {
      assert.match(sectionOf(stack), /The pack did not judge this stack/);
      assert.doesNotMatch(sectionOf(stack), /rules pass/);
    }
    assert.doesNotMatch(sectionOf("shortcut"), /did not judge/);
  });

  it("is not loaded, nor is ELK, by a rehearsal without it", async () => {
    const probe = join(directory, "loaded.cjs");
    writeFileSync(
      probe,
      `process.on("exit", () => console.error(Object.keys(require.cache).filter((f) =>
         /[\\\\/](elkjs|preact[^\\\\/]*)[\\\\/]|[\\\\/]report[\\\\/](index|model|draw|page)/.test(f)).length + " loaded"));`,
    );
    const { execFileSync } = await import("node:child_process");
    const loaded = (...args: string[]) => {
      const options = { cwd: DIRECTORY, encoding: "utf8" as const, stdio: "pipe" as const };
      const script = `${["--require", probe, "tools/rehearse/main.cjs", "exercise-clusterip", ...args].join(" ")} 2>&1 >/dev/null`;
      const said = execFileSync("sh", ["-c", `${process.execPath} ${script}`], options);
      return Number(/(\d+) loaded/.exec(said)?.[1]);
    };
    assert.equal(loaded(), 0);
    assert.ok(loaded("--report", join(directory, "loaded")) > 10);
    assert.ok(existsSync(join(directory, "loaded", "index.html")));
  });
});
