/** The teardown on the real engine and the simulated cloud. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findOnPath } from "../../../tools/shared/find-cli";
import { describeEngine, PROJECT, Sandbox } from "../../real/engine/sandbox";

const CLUSTER = "exercise-cluster";
const AUTOSCALER = "exercise-autoscaler";
const BALANCER = "exercise-loadbalancer";

interface Outcome {
  readonly code: number;
  readonly text: string;
}

/** Runs a program in the project, without a terminal. It may fail. */
async function run(program: string, args: readonly string[], env = {}, input?: string) {
  const child = spawn(program, args, {
    cwd: PROJECT,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  }
  child.stdin?.end(input);
  const code = await new Promise<number>((resolve) => child.on("close", (c) => resolve(c ?? 1)));
  return { code, text };
}

/** A teardown in a sandbox. */
function teardown(sandbox: Sandbox, args: string, env = {}): Promise<Outcome> {
  const typed = ["tools/teardown/main.cjs", "--sandbox", ...args.split(" ").filter(Boolean)];
  return run(process.execPath, typed, { SANDBOX_DIRECTORY: sandbox.directory, ...env });
}

/** The same on a terminal, at which somebody types an answer. */
function answered(sandbox: Sandbox, args: string, answer: string): Promise<Outcome> {
  // Of some width: a terminal without one has a letter a line.
  const command = `stty cols 100; ${process.execPath} tools/teardown/main.cjs --sandbox ${args}`;
  const env = { SANDBOX_DIRECTORY: sandbox.directory };
  return run("script", ["-qec", command, "/dev/null"], env, `${answer}\n`);
}

const upIn = (sandbox: Sandbox): string[] =>
  [CLUSTER, AUTOSCALER, BALANCER].filter((stack) => sandbox.state(stack).length > 0);

/** The commands of a failure, as they are typed. */
const nextIn = (text: string): string[] =>
  [...text.matchAll(/^ {2}next: (.*)$/gm)].map(([, command]) => command!);

describeEngine("teardown: the command, in the sandbox", () => {
  const sandbox = new Sandbox();
  before(async function () {
    this.timeout(180_000);
    for (const stack of [CLUSTER, AUTOSCALER, BALANCER]) {
      await sandbox.run(`up -s ${stack} --skip-preview`);
    }
    await sandbox.run(`stack select ${CLUSTER}`);
  });
  after(() => sandbox.remove());

  it("lists what is up, and destroys nothing, if no stack is named", async () => {
    const { code, text } = await teardown(sandbox, "");
    assert.equal(code, 0);
    assert.match(text, /^Up:\n {2}exercise-cluster: 64 resources\n {2}exercise-autoscaler: 5 /);
    assert.match(text, /\n {2}npm run teardown -- --sandbox --all\n/);
    assert.deepEqual(upIn(sandbox), [CLUSTER, AUTOSCALER, BALANCER]);
  });

  it("lists what is in which order, and refuses to begin if nobody can be asked", async () => {
    const { code, text } = await teardown(sandbox, "--all");
    assert.equal(code, 2);
    const order = [...text.matchAll(/^ {2}(exercise-[a-z]+):/gm)].map(([, name]) => name);
    assert.deepEqual(order, [AUTOSCALER, BALANCER, CLUSTER]);
    assert.match(text, /there is no terminal\.\n {2}fix: add --yes$/m);
    assert.deepEqual(upIn(sandbox), [CLUSTER, AUTOSCALER, BALANCER]);
  });

  it("asks at a terminal, and destroys nothing unless the answer is yes", async function () {
    if (!findOnPath("script")) this.skip();
    const { code, text } = await answered(sandbox, BALANCER, "y");
    assert.match(text, /Destroy 4 resources\? Type yes: /);
    assert.match(text, /Nothing was destroyed\./);
    assert.equal(code, 1);
    assert.deepEqual(upIn(sandbox), [CLUSTER, AUTOSCALER, BALANCER]);
  });

  it("refuses a cluster whose users are up and not named, with the whole command", async () => {
    const { code, text } = await teardown(sandbox, `${CLUSTER} --yes`);
    assert.equal(code, 2);
    assert.match(text, /exercise-autoscaler is up, and uses the cluster of exercise-cluster\./);
    const names = `${AUTOSCALER} ${BALANCER} ${CLUSTER}`;
    assert.match(text, new RegExp(`fix: npm run teardown -- --sandbox ${names}$`, "m"));
  });

  it("destroys one stack once the answer is yes, and leaves the cluster", async function () {
    if (!findOnPath("script")) this.skip();
    const { code, text } = await answered(sandbox, BALANCER, "yes");
    assert.equal(code, 0, text);
    assert.match(text, /exercise-loadbalancer: destroyed/);
    assert.deepEqual(upIn(sandbox), [CLUSTER, AUTOSCALER]);
  });

  it("stops at a stack that fails, and names the reason and the command that goes on", async () => {
    const env = { SANDBOX_FAULTS: "delete@aws:iam/role:Role=always" };
    const { code, text } = await teardown(sandbox, "--all --yes", env);
    assert.equal(code, 1);
    assert.match(text, /reason: SANDBOX_FAULTS makes autoscaler-irsa-role fail/);
    assert.match(text, /Nothing is lost: .*; exercise-cluster was not touched\./);
    assert.deepEqual(nextIn(text), [`npm run teardown -- --sandbox ${AUTOSCALER} ${CLUSTER}`]);
    assert.equal(sandbox.state(CLUSTER).length, 70);
  });

  it("ends in good order after Ctrl-C, and touches no further stack", async () => {
    const typed = ["tools/teardown/main.cjs", "--sandbox", AUTOSCALER, CLUSTER, "--yes"];
    const child = spawn(process.execPath, typed, {
      cwd: PROJECT,
      env: { ...process.env, SANDBOX_DIRECTORY: sandbox.directory, SANDBOX_LATENCY: "real/20" },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, to which a terminal would send the signal.
      detached: true,
    });
    let text = "";
    let isSent = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (isSent || !/1 of \d+ deleted/.test(text)) return;
        isSent = true;
        process.kill(-child.pid!, "SIGINT");
      });
    }
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 130, text);
    assert.match(text, /reason: (the destroy was interrupted|interrupted by Ctrl-C)/);
    assert.equal(sandbox.state(CLUSTER).length, 70);
    assert.match(nextIn(text)[0]!, new RegExp(`^npm run teardown -- --sandbox .*${CLUSTER}$`));
  });

  it("goes on from there, and reports what the cloud keeps", async () => {
    const file = join(PROJECT, `Pulumi.${CLUSTER}.yaml`);
    const before = readFileSync(file, "utf8");
    const env = { SANDBOX_FAULTS: "aws:cloudwatch/logGroup:LogGroup=leak" };
    const { code, text } = await teardown(sandbox, "--all --yes", env);
    assert.equal(code, 1, text);
    assert.deepEqual(upIn(sandbox), []);
    assert.match(
      text,
      /Left: 1 thing\.\n\naws:cloudwatch\/logGroup:LogGroup \/aws\/eks\/student-exercise-cluster\/cluster\n/,
    );
    assert.equal(readFileSync(file, "utf8"), before);
    const stacks = await sandbox.run("stack ls --json");
    const current = (JSON.parse(stacks) as { name: string; current: boolean }[]).filter(
      (each) => each.current,
    );
    assert.deepEqual(
      current.map(({ name }) => name),
      [CLUSTER],
    );
  });

  it("finds it again by --check, and nothing after it was removed", async () => {
    assert.equal((await teardown(sandbox, "--check")).code, 1);
    await sandbox.run("reset");
    const { code, text } = await teardown(sandbox, "--check");
    assert.deepEqual({ code, text }, { code: 0, text: "Nothing is left.\n" });
  });
});

describeEngine("teardown: after a cluster that went first, in the sandbox", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  it("names commands that end the stacks of a cluster that is gone, Helm releases too", async function () {
    this.timeout(180_000);
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
    await sandbox.run(`up -s ${AUTOSCALER} --skip-preview`);
    await sandbox.run(`destroy -s ${CLUSTER} --skip-preview --yes`);
    const failed = await teardown(sandbox, `${AUTOSCALER} --yes`);
    assert.equal(failed.code, 1, failed.text);
    const next = nextIn(failed.text);
    assert.match(
      next[0]!,
      /^npm run sandbox -- state delete 'urn:.*:Release::autoscaler-release' /,
    );
    assert.match(next[1]!, /^PULUMI_K8S_DELETE_UNREACHABLE=true npm run teardown -- --sandbox /);
    const env = { ...process.env, SANDBOX_DIRECTORY: sandbox.directory };
    await promisify(execFile)("/bin/sh", ["-c", next[0]!], { cwd: PROJECT, env });
    await promisify(execFile)("/bin/sh", ["-c", `${next[1]} --yes`], { cwd: PROJECT, env });
    assert.deepEqual(upIn(sandbox), []);
    assert.deepEqual(sandbox.lasting(), []);
  });

  it("lists what blocks a destroy once the nodes' interfaces have leaked", async function () {
    this.timeout(180_000);
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
    const env = { SANDBOX_FAULTS: "aws:eks/nodeGroup:NodeGroup=leak" };
    const failed = await teardown(sandbox, `${CLUSTER} --yes`, env);
    assert.equal(failed.code, 1);
    assert.match(failed.text, /reason: DependencyViolation/);
    assert.match(nextIn(failed.text)[0]!, /^npm run teardown -- --sandbox --check, which lists/);
    const { code, text } = await teardown(sandbox, "--check");
    assert.equal(code, 1);
    assert.match(text, /^hidden:networkInterface eni-/m);
    assert.match(text, /^exercise-cluster is up, with \d+ resources$/m);
  });
});
