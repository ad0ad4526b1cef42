/**
 * Fixes that depend on other stacks, typed as they are printed, in a copy of the project: the command
 * that failed succeeds afterwards.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { copyOfProject, describeEngine, Sandbox } from "./sandbox";

const CLUSTER = "exercise-cluster";
const NODEPORT = "exercise-nodeport";

/** The commands that a message prints for a mend, the first of them, or another by its words. */
function fixIn(text: string, words = "fix"): string {
  const found = new RegExp(`^ *(?:error: )?${words}: (.*)$`, "m").exec(text);
  assert.ok(found, text);
  return found[1]!;
}

describeEngine("the real engine, and the fixes that it prints", () => {
  const project = copyOfProject();
  const sandbox = new Sandbox(project);
  after(() => {
    sandbox.remove();
    rmSync(project, { recursive: true, force: true });
  });

  /** Types commands in a shell, with npm and all. */
  async function type(commands: string): Promise<void> {
    const child = spawn("bash", ["-c", commands], {
      cwd: project,
      env: { ...process.env, NO_COLOR: "1", SANDBOX_DIRECTORY: sandbox.directory },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    }
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 0, `${commands}\n${text}`);
  }

  /** Fails, types the fix, and succeeds. @returns what the failure said */
  async function mend(command: string, words?: string): Promise<string> {
    const { code, text } = await sandbox.try(command);
    assert.notEqual(code, 0, text);
    await type(fixIn(text, words));
    await sandbox.run(command);
    return text;
  }

  it("bring up the cluster", async () => {
    assert.match(await mend(`preview -s ${NODEPORT}`), /has no cluster to offer yet/);
  });

  for (const [title, stack, setting, words] of [
    [
      "name the cluster's stack",
      NODEPORT,
      "--path cluster.stack exercise-clustre",
      /no stack with a/,
    ],
    ["leave another organisation", NODEPORT, "--path cluster.stack acme/x/dev", /cannot be read/],
    ["ask for the zones that there are", CLUSTER, "--path cluster.create.zones 4", /at most 3/],
    ["remove what the AWS provider lacks", CLUSTER, "aws:reigon eu-west-1", /no such setting/],
  ] as const) {
    it(title, async () => {
      await sandbox.run(`config set ${setting} -s ${stack}`);
      assert.match(await mend(`preview -s ${stack}`), words);
    });
  }

  it("add the shop that an ingress routes to", async () => {
    await sandbox.run(`config set --path cluster.create.zones 2 -s ${CLUSTER}`);
    await sandbox.run(`config rm sockShop -s ${CLUSTER}`);
    await sandbox.run(`up -s ${CLUSTER} --skip-preview`);
    assert.match(await mend("preview -s exercise-ingress"), /routes to SockShop/);
  });

  it("go on from one service to the next, or start again", async () => {
    await sandbox.run("up -s exercise-clusterip --skip-preview");
    const command = `preview -s ${NODEPORT}`;
    const { text } = await sandbox.try(command);
    await type(fixIn(text, "fix, as the chapter does"));
    const services = sandbox
      .cloud()
      .filter(({ type: kind }) => kind === "kubernetes:core/v1:Service");
    const jenkins = services.find(({ id }) => id === "student-bc-svc/jenkins");
    assert.equal((jenkins!.inputs["spec"] as { type: string }).type, "NodePort");
    await mend(command, "or start again");
  });

  it("add the section that a stack lacks", async () => {
    await sandbox.run(`config rm jenkins -s ${NODEPORT}`);
    const text = await sandbox.run(`preview -s ${NODEPORT}`);
    assert.match(text, /puts nothing on its cluster/);
    await type(fixIn(text));
    assert.doesNotMatch(await sandbox.run(`preview -s ${NODEPORT}`), /puts nothing/);
  });
});
