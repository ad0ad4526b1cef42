import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Ajv from "ajv";
import { main } from "../../policies/cli";
import { RULES } from "../../policies/analyser";
import { findPage } from "../../policies/format";
import { allow, doc } from "./support/records";

interface Run {
  status: number;
  stdout: string;
  stderr: string;
}

interface Sarif {
  runs: {
    tool: { driver: { rules: { id: string; help: { markdown?: string } }[] } };
    results: {
      ruleId: string;
      level: string;
      baselineState?: string;
      suppressions?: { justification: string }[];
      locations: { physicalLocation: { region?: { startLine: number } } }[];
    }[];
  }[];
}

/** Runs the command in this process, with what it writes. */
function run(...args: string[]): Run {
  const written = { stdout: "", stderr: "" };
  const originals = {
    stdout: process.stdout.write.bind(process.stdout),
    stderr: process.stderr.write.bind(process.stderr),
  };
  for (const stream of ["stdout", "stderr"] as const) {
    process[stream].write = (text: string) => {
      written[stream] += text;
      return true;
    };
  }
  try {
    return { status: main(args), ...written };
  } finally {
    process.stdout.write = originals.stdout;
    process.stderr.write = originals.stderr;
  }
}

describe("policies: output of the command", () => {
  let folder = "";
  const file = (name: string, value?: unknown): string => {
    const path = join(folder, name);
    if (value !== undefined) writeFileSync(path, JSON.stringify(value, null, 2));
    return path;
  };
  before(() => (folder = mkdtempSync(join(tmpdir(), "iam-output-"))));
  after(() => rmSync(folder, { recursive: true }));

  const bad = doc({ Sid: "Stop", ...allow(["ec2:StopInstances", "ec2:TerminateInstances"]) });
  const sarif = (...args: string[]): Sarif =>
    JSON.parse(run(...args, "--format", "sarif").stdout) as Sarif;

  it("writes SARIF that its schema accepts: findings, rules, lines, and files that cannot be read", () => {
    const schema = JSON.parse(
      readFileSync(
        resolve("node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"),
        "utf8",
      ),
    ) as Record<string, unknown>;
    const ajv = new Ajv({
      strict: false,
      validateFormats: false,
      validateSchema: false,
      unicodeRegExp: false,
    });
    // Ajv knows no draft 04, whose keywords in this schema mean the same in draft 07, but for these two.
    delete schema.$schema;
    delete schema.id;
    const validate = ajv.compile(schema);
    const role = {
      Role: {
        AssumeRolePolicyDocument: doc({
          ...allow("sts:AssumeRole"),
          Resource: undefined,
          Principal: "*",
        }),
      },
    };
    const log = sarif(file("bad.json", bad), file("role.json", role), file("none.json"));
    assert.ok(validate(log), JSON.stringify(validate.errors, null, 2));
    assert.ok(!validate({ ...log, version: "2.0.0" }), "the schema checks nothing");
    const [first] = log.runs;
    const results = first?.results ?? [];
    assert.deepEqual(
      results.map(({ ruleId, level }) => [ruleId, level]),
      [
        ["unscoped-write", "error"],
        ["trust-anyone", "error"],
      ],
    );
    const lines = results.map((r) => r.locations[0]?.physicalLocation.region?.startLine);
    assert.deepEqual(lines, [8, 9]);
    assert.match(first?.tool.driver.rules[0]?.help.markdown ?? "", /^# unscoped-write: /);
  });

  it("counts only what the baseline does not have, whatever line it is on", () => {
    const baseline = file("baseline.json");
    const path = file("app.json", bad);
    assert.equal(run(path, "--write-baseline", baseline).status, 0);
    assert.equal(run(path).status, 1);
    writeFileSync(path, JSON.stringify(bad));
    const again = run(path, "--baseline", baseline);
    assert.deepEqual(
      [again.status, /1 known finding of the baseline/.test(again.stdout)],
      [0, true],
    );
    const more = doc(
      { Sid: "Stop", ...allow(["ec2:StopInstances", "ec2:TerminateInstances"]) },
      allow("s3:DeleteBucket"),
    );
    file("app.json", more);
    assert.equal(run(path, "--baseline", baseline).status, 1);
    const states = sarif(path, "--baseline", baseline).runs[0]?.results.map((r) => r.baselineState);
    assert.deepEqual(states, ["unchanged", "new"]);
    assert.match(run(path, "--baseline", path).stderr, /is no baseline/);
  });

  it("takes levels, exceptions, accounts and advice from the file that the engine takes", () => {
    const path = file("config-app.json", bad);
    const config = (value: unknown): Run => run(path, "--config", file("config.json", value));
    assert.equal(config({ "unscoped-write": "advisory" }).status, 0);
    assert.match(config({ "unscoped-write": "disabled" }).stdout, /: clean/);
    const exception = { resource: "*config-app.json", reason: "ticket 7" };
    const excepted = config({ "unscoped-write": { exceptions: [exception] } });
    assert.equal(excepted.status, 0);
    assert.match(excepted.stdout, /excepted unscoped-write: ticket 7/);
    const part = config({
      "unscoped-write": { exceptions: [{ ...exception, action: "ec2:Stop*" }] },
    });
    assert.deepEqual(
      [part.status, /accepted by exception: ec2:StopInstances/.test(part.stdout)],
      [1, true],
    );
    const old = config({
      exceptions: { list: [{ rule: "unscoped-write", ...exception, expires: "2020-01-01" }] },
    });
    assert.deepEqual([old.status, /expired on 2020-01-01/.test(old.stderr)], [1, true]);
    assert.match(
      config({ "unscoped-write": { advice: "Ask team platform." } }).stdout,
      /here: Ask team platform\./,
    );
    const trust = file(
      "trust.json",
      doc({
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::999988887777:role/x" },
        Action: "sts:AssumeRole",
      }),
    );
    const accounts = file("accounts.json", {
      "trust-foreign-account": { accounts: ["111122223333"] },
    });
    assert.deepEqual([run(trust).status, run(trust, "--config", accounts).status], [0, 1]);
  });

  it("refuses a configuration that cannot be used, with all that is wrong", () => {
    const path = file("good.json", doc(allow("ec2:DescribeInstances")));
    const { status, stderr } = run(
      path,
      "--config",
      file("wrong.json", {
        "unscoped-wrote": "advisory",
        "data-read": "off",
        "secrets-read": { exceptions: [{ resource: "*", expires: "soon", until: "x" }] },
      }),
    );
    assert.equal(status, 2);
    for (const part of [
      /"unscoped-wrote" is no rule/,
      /data-read is "off"; it is one of mandatory/,
      /needs reason/,
      /expires is "soon"/,
      /until is unknown/,
    ]) {
      assert.match(stderr, part);
    }
  });

  it("runs rules of a team's own", () => {
    const module = file("rules.js");
    writeFileSync(
      module,
      `exports.rules = [{ id: "no-sid", title: "No Sid", why: "Reviews need it.", level: "mandatory",
        page: "https://example.com/no-sid",
        check: ({ statements }) => statements.filter((s) => s.id.startsWith("#"))
          .map((s) => ({ statement: s.id, message: "The statement has no Sid" })) }];`,
    );
    const path = file("nosid.json", doc(allow("ec2:DescribeInstances")));
    const own = run(path, "--rules", module);
    assert.equal(own.status, 1);
    assert.match(
      own.stdout,
      /mandatory no-sid: statement #0: The statement has no Sid[^]*see: https:\/\/example\.com\/no-sid/,
    );
    assert.match(run(path, "--rules", path).stderr, /exports no list "rules"/);
  });

  it("links to a page that exists for each rule", () => {
    for (const { id } of RULES) {
      assert.ok(readFileSync(findPage(id) ?? "", "utf8").startsWith(`# ${id}: `), id);
    }
  });
});
