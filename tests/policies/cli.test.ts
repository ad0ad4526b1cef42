import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allow, doc } from "./support/records";

const root = join(__dirname, "../..");

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

describe("policies: the command", function () {
  this.timeout(30_000);
  let folder = "";
  const file = (name: string): string => join(folder, name);
  const run = (args: string[], input = ""): Run =>
    spawnSync(process.execPath, ["--import", "tsx", join(root, "policies/cli.ts"), ...args], {
      encoding: "utf8",
      input,
      cwd: root,
    });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "iam-"));
    const trust = doc({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" });
    const queue = doc({
      Effect: "Allow",
      Principal: "*",
      Action: "sqs:SendMessage",
      Resource: "*",
    });
    const files: Record<string, unknown> = {
      "bad.json": doc(allow("ec2:TerminateInstances")),
      "good.json": doc(allow("ec2:DescribeInstances")),
      "advice.json": doc(allow("s3:GetObject")),
      "trust.json": trust,
      "queue.json": queue,
      "wrapped.json": { PolicyVersion: { Document: doc(allow("*")), VersionId: "v1" } },
      "role.json": { Role: { RoleName: "r", AssumeRolePolicyDocument: trust } },
    };
    for (const [name, value] of Object.entries(files)) {
      writeFileSync(file(name), JSON.stringify(value));
    }
    writeFileSync(file("broken.json"), "{");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("exits 1 with a mandatory finding, and says all of it", () => {
    const { status, stdout } = run([file("bad.json")]);
    assert.equal(status, 1);
    for (const part of [
      "mandatory unscoped-write",
      "why:",
      "it lets through:",
      "write instead (fill in REGION, ACCOUNT, INSTANCE_ID):",
      "INSTANCE_ID",
    ]) {
      assert.ok(stdout.includes(part), part);
    }
  });

  it("exits 0 where all is well, or is advice", () => {
    const { status, stdout } = run([file("good.json"), file("advice.json")]);
    assert.equal(status, 0);
    assert.match(stdout, /good\.json: clean\n.*advice\.json: advisory data-read/);
  });

  it("prints JSON of the documented shape", () => {
    const { status, stdout } = run([file("bad.json"), file("good.json"), "--json"]);
    const [bad, good] = JSON.parse(stdout) as {
      file: string;
      findings: Record<string, unknown>[];
    }[];
    assert.equal(status, 1);
    assert.equal(good?.findings.length, 0);
    const found = bad?.findings[0] ?? {};
    assert.deepEqual(
      [found.rule, found.level, found.statement],
      ["unscoped-write", "mandatory", "#0"],
    );
    for (const key of ["message", "why", "request", "instead"]) {
      assert.equal(typeof found[key], "string", key);
    }
  });

  it("tells the kind of a document, takes standard input and what AWS's commands print", () => {
    const rules = (args: string[], input?: string): string[] =>
      (
        JSON.parse(run([...args, "--json"], input).stdout) as { findings: { rule: string }[] }[]
      ).flatMap((r) => r.findings.map((f) => f.rule));
    assert.deepEqual(rules([file("trust.json")]), ["trust-anyone"]);
    assert.deepEqual(rules([file("queue.json")]), ["resource-public"]);
    assert.deepEqual(rules([file("role.json")]), ["trust-anyone"]);
    assert.deepEqual(rules([file("wrapped.json")]), ["action-all", "privilege-escalation"]);
    assert.deepEqual(rules(["-"], JSON.stringify(doc(allow("s3:GetObject")))), ["data-read"]);
    assert.deepEqual(rules([file("queue.json"), "--kind", "trust"]), [
      "document-unparsable",
      "trust-anyone",
    ]);
    assert.deepEqual(rules([file("broken.json")]), ["document-unparsable"]);
  });

  it("knows own accounts and issuers by its options", () => {
    const trust = doc({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::999988887777:role/x" },
      Action: "sts:AssumeRole",
    });
    assert.equal(run(["-"], JSON.stringify(trust)).status, 0);
    assert.equal(run(["-", "--account", "111122223333"], JSON.stringify(trust)).status, 1);
    assert.equal(run(["-", "--account", "999988887777"], JSON.stringify(trust)).status, 0);
  });

  it("reads a directory", () => {
    const reports = JSON.parse(run([folder, "--json"]).stdout) as { file: string }[];
    assert.equal(reports.length, 8);
  });

  it("exits 2 for bad input, with the reason on standard error and nothing on standard output", () => {
    const cases: [string[], RegExp][] = [
      [[], /no file is named/],
      [[file("none.json")], /there is no such file/],
      [
        [file("good.json"), "--kind", "role"],
        /--kind is "role"; it is one of identity, trust, resource/,
      ],
      [[file("good.json"), "--nonsense"], /nonsense/],
    ];
    for (const [args, message] of cases) {
      const { status, stdout, stderr } = run(args);
      assert.deepEqual([status, stdout], [2, ""], args.join(" "));
      assert.match(stderr, message);
    }
  });

  it("helps", () => {
    const { status, stdout } = run(["--help"]);
    assert.equal(status, 0);
    for (const part of ["--kind", "--json", "--account", "Exit status", "Examples"]) {
      assert.ok(stdout.includes(part), part);
    }
  });
});
