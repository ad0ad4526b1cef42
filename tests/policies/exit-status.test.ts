import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allow, doc } from "./support/records";

const identity = doc(allow("ec2:TerminateInstances"));
const text = (value: unknown): string => JSON.stringify(value);

describe("policies: exit status of the command", function () {
  this.timeout(60_000);
  const root = join(__dirname, "../..");
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "iam-exit-"))));
  after(() => rmSync(folder, { recursive: true }));
  const put = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      ["--no-opt", "--import", "tsx", join(root, "policies/cli.ts"), ...args],
      { encoding: "utf8", cwd: root, input: "", timeout: 50_000 },
    );

  it("is 2 where a file could not be read, and the others have their findings", () => {
    const bad = put("bad.json", text(identity));
    const long = put("long.json", text(doc(allow(`s3:${"a*".repeat(30_000)}b`))));
    const { status, stdout, stderr } = run(bad, long, join(folder, "none.json"), "/dev/zero");
    assert.equal(status, 2);
    assert.match(stdout, /bad\.json: mandatory unscoped-write/);
    assert.match(stdout, /long\.json: /);
    assert.match(stderr, /none\.json: there is no such file\n.*\/dev\/zero: it is a device/);
    assert.equal(run(bad).status, 1);
    assert.equal(run(put("good.json", text(doc(allow("ec2:DescribeInstances"))))).status, 0);
  });

  it("prints what could not be read as JSON too", () => {
    const { status, stdout } = run("--json", join(folder, "none.json"));
    assert.equal(status, 2);
    assert.deepEqual(JSON.parse(stdout), [
      { file: join(folder, "none.json"), findings: [], error: "there is no such file" },
    ]);
  });

  it("is 2 for 500,000 statements, in less than 300 MB", () => {
    const statement = text({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
    const many = `{"Version":"2012-10-17","Statement":[${`${statement},`.repeat(499_999)}${statement}]}`;
    const program = `process.argv.splice(1, 0, "x"); process.exitCode = require("./policies/cli.ts").main(process.argv.slice(2)); process.stderr.write("rss " + process.resourceUsage().maxRSS)`;
    for (const size of [many.length, 15 * 1024 * 1024]) {
      const file = put(
        "many.json",
        size === many.length ? many : `${many.slice(0, size).replace(/,\{[^}]*$/, "")}]}`,
      );
      const { status, stderr } = spawnSync(
        process.execPath,
        ["--import", "tsx", "-e", program, file],
        {
          encoding: "utf8",
          cwd: root,
        },
      );
      assert.equal(status, 2);
      assert.match(stderr, /(more than 16 MiB|at most 1048576 are judged)/);
      const kilobytes = Number(/rss (\d+)/.exec(stderr)?.[1]);
      assert.ok(kilobytes < 300_000, `${kilobytes}`);
    }
  });
});
