import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RULES } from "../../policies/analyser";
import { readDefects } from "./support/defects";
import { serveEcho } from "./support/echo-provider";
import { allow, type Brief, doc } from "./support/records";

const pack = join(__dirname, "../../policies");
const fixture = join(__dirname, "fixtures/defects");
const modules = join(__dirname, "../../node_modules");

interface Violation {
  policyName: string;
  enforcementLevel: string;
  resourceUrn?: string;
  message: string;
}

interface Outcome {
  status: number | null;
  output: string;
  violations: Violation[];
}

describe("policies: loaded by the real engine", function () {
  this.timeout(300_000);
  let folder = "";
  let provider: Awaited<ReturnType<typeof serveEcho>> | undefined;
  let runs = 0;

  before(async function () {
    if (spawnSync("pulumi", ["version"]).error !== undefined) {
      console.log("      skipped: there is no pulumi on PATH");
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "iam-engine-"));
    provider = await serveEcho();
  });
  after(() => {
    provider?.stop();
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  /** Runs the engine on a stack of these resources; not synchronously, for the provider is in this process. */
  async function pulumi(
    command: string[],
    resources: readonly unknown[],
    config?: object,
  ): Promise<Outcome> {
    const at = join(folder, String(runs++));
    mkdirSync(join(at, "state"), { recursive: true });
    // A copy: the engine writes the stack's settings beside the program.
    const program = join(at, "program");
    cpSync(fixture, program, { recursive: true });
    symlinkSync(modules, join(program, "node_modules"));
    const file = (name: string, value: unknown): string => {
      writeFileSync(join(at, name), JSON.stringify(value));
      return join(at, name);
    };
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(at, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DEBUG_PROVIDERS: ["aws", "kubernetes"]
        .map((name) => `${name}:${provider?.port ?? 0}`)
        .join(),
      PULUMI_DEBUG_COMMANDS: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // Compiled anew: what ts-node has kept of an earlier run hides files that do not compile alone.
      TS_NODE_CACHE: "false",
      DEFECTS: file("defects.json", resources),
    };
    const init = spawnSync("pulumi", ["stack", "init", "dev", "--cwd", program], {
      env,
      encoding: "utf8",
    });
    assert.equal(init.status, 0, init.stderr);
    const log = join(at, "events.json");
    const flags = [
      "--cwd",
      program,
      "--stack",
      "dev",
      "--policy-pack",
      pack,
      "--event-log",
      log,
      "--non-interactive",
    ];
    if (config !== undefined) flags.push("--policy-pack-config", file("config.json", config));
    const child = spawn("pulumi", [...command, ...flags], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
    const events = readFileSync(log, "utf8").trim().split("\n");
    const violations = events.flatMap((line) => {
      const { policyEvent } = JSON.parse(line) as { policyEvent?: Violation };
      return policyEvent === undefined ? [] : [policyEvent];
    });
    return { status, output, violations };
  }

  const names = (outcome: Outcome): string[] =>
    [...new Set(outcome.violations.map((v) => v.policyName))].sort();

  it("finds one of each defect at preview, each by its own rule, and stops", async () => {
    const found = new Set<string>();
    const { alone, together } = readDefects();
    for (const resources of [alone, together]) {
      const outcome = await pulumi(["preview"], resources);
      assert.notEqual(outcome.status, 0, outcome.output);
      for (const name of names(outcome)) found.add(name);
    }
    const expected = RULES.map(({ id }) => id).filter((id) => id !== "exceptions");
    assert.deepEqual(
      expected.filter((id) => !found.has(id)),
      [],
    );
  });

  const scaling = doc(
    allow(
      "autoscaling:SetDesiredCapacity",
      "arn:aws:autoscaling:eu-west-1:*:autoScalingGroup:*:autoScalingGroupName/eks-*",
      {
        StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/demo": "owned" },
      },
    ),
  );
  const ec2 = doc({
    Effect: "Allow",
    Principal: { Service: "ec2.amazonaws.com" },
    Action: "sts:AssumeRole",
  });
  const node = (more: Brief[]): unknown[] => [
    { type: "aws:iam/role:Role", name: "node", props: { assumeRolePolicy: JSON.stringify(ec2) } },
    {
      type: "aws:eks/nodeGroup:NodeGroup",
      name: "workers",
      props: { nodeRoleArn: { $ref: "node" } },
    },
    ...more,
  ];

  it("joins a node role whose name and ARN no preview knows, and teaches", async () => {
    const inline = {
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "autoscaler",
      props: { role: { $ref: "node" }, policy: JSON.stringify(scaling) },
    };
    const outcome = await pulumi(["preview"], node([inline]));
    assert.deepEqual(names(outcome), ["node-role-autoscaling"], outcome.output);
    assert.notEqual(outcome.status, 0);
    assert.match(outcome.output, /169\.254\.169\.254/);
    assert.match(outcome.output, /system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT/);
  });

  it("passes the preview of a document that is not known yet, and stops its update", async () => {
    const policy = { $json: doc({ ...allow("ec2:TerminateInstances", ["*", { $ref: "other" }]) }) };
    const stack = [
      {
        type: "aws:iam/role:Role",
        name: "other",
        props: { assumeRolePolicy: JSON.stringify(ec2) },
      },
      { type: "aws:iam/policy:Policy", name: "late", props: { policy } },
    ];
    const preview = await pulumi(["preview"], stack);
    assert.deepEqual([preview.status, names(preview)], [0, ["not-evaluated-yet"]], preview.output);
    const update = await pulumi(["up", "--yes", "--skip-preview"], stack);
    assert.deepEqual(
      [update.status === 0, names(update)],
      [false, ["unscoped-write"]],
      update.output,
    );
  });

  it("takes levels and exceptions from the pack's configuration, and tells the exceptions", async () => {
    const late = {
      type: "aws:iam/policy:Policy",
      name: "late",
      props: { policy: JSON.stringify(doc(allow("ec2:TerminateInstances"))) },
    };
    const advised = await pulumi(["preview"], [late], { "unscoped-write": "advisory" });
    assert.deepEqual([advised.status, names(advised)], [0, ["unscoped-write"]], advised.output);
    const list = [{ rule: "unscoped-write", resource: "late", reason: "ticket 7" }];
    const excepted = await pulumi(["preview"], [late], { exceptions: { list } });
    assert.deepEqual([excepted.status, names(excepted)], [0, ["exceptions"]], excepted.output);
    assert.match(excepted.output, /unscoped-write on late is excepted: ticket 7/);
  });
});
