/** Secrets must not appear in anything that a command writes, on the screen or on disk. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describeEngine, Sandbox } from "./sandbox";

const STACK = "dev";
/** Texts that are in every kubeconfig, however it is quoted, and nowhere else. */
const KUBECONFIG = /current-context|get-token|certificate-authority-data/;

/** Files that the sandbox keeps; without the project, which is there by links. */
function filesOf(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesOf(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Names of the files that hold a text. */
function holding({ directory }: Sandbox, text: RegExp): string[] {
  return filesOf(directory)
    .filter((file) => text.test(readFileSync(file, "utf8")))
    .map((file) => relative(directory, file));
}

/** Environment variables of containers whose names are of secrets, wherever they are in a value. */
function secretVariables(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { name, value: text } = value as { name?: unknown; value?: unknown };
  const isSecret = typeof name === "string" && /pass|secret|token|credential/i.test(name);
  const own = isSecret && typeof text === "string" ? [`${name}=${text}`] : [];
  return [...own, ...Object.values(value).flatMap(secretVariables)];
}

describeEngine("the real engine, and what is secret", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  /** Runs a command that must show no kubeconfig, nor write one. */
  const discreet = async (args: string, env?: NodeJS.ProcessEnv): Promise<string> => {
    const { code, text } = await sandbox.try(args, env);
    // With a fault it must fail; without one, a failure would hide output.
    assert.equal(code === 0, env === undefined, `${args}\n${text}`);
    assert.doesNotMatch(text, KUBECONFIG, `shown by ${args}`);
    assert.deepEqual(holding(sandbox, KUBECONFIG), [], `written by ${args}`);
    return text;
  };

  it("shows and writes no kubeconfig: killed, recovered, updated, exported", async () => {
    await discreet(`preview -s ${STACK} --diff`);
    const fault = "create@cluster-nodes-group=kill";
    const killed = await discreet(`up -s ${STACK} --skip-preview`, { SANDBOX_FAULTS: fault });
    assert.match(killed, /was interrupted/);
    await discreet(`recover -s ${STACK}`);
    await discreet(`up -s ${STACK} --skip-preview --diff`);
    await discreet(`refresh -s ${STACK} --skip-preview --diff`);
    await discreet(`stack output -s ${STACK} --json`);
    await discreet(`stack export -s ${STACK} --file ${join(sandbox.directory, "export.json")}`);
    await discreet(`preview -s ${STACK} --policy-pack policies --diff`);
  });

  it("gives the kubeconfig to who asks for secrets, so it is there to be found", async () => {
    const shown = await sandbox.run(`stack output kubeconfig -s ${STACK} --show-secrets`);
    assert.match(shown, KUBECONFIG);
  });

  it("has no password in its state, outputs or journal: Jenkins and MySQL make their own", async () => {
    const variables = sandbox.state(STACK).flatMap(({ inputs }) => secretVariables(inputs));
    assert.deepEqual(
      [...new Set(variables)],
      ["MYSQL_ROOT_PASSWORD_FILE=/proc/sys/kernel/random/uuid"],
    );
    const password = await sandbox.run(`stack output jenkinsPassword -s ${STACK}`);
    assert.match(password, /^kubectl exec .* -- cat \S+$/m);
    await sandbox.run(`destroy -s ${STACK} --skip-preview`);
    const keys = new Set(sandbox.journal().flatMap((entry) => Object.keys(entry)));
    for (const key of keys) {
      assert.match(key, /^(operation|urn|id|start|end|waited|error)$/, "the journal has no inputs");
    }
  });
});
