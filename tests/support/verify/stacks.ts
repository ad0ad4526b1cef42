/** Stacks in a backend of the real Pulumi CLI, for what reads their outputs. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Context } from "mocha";
import { findRealPulumi } from "../pulumi";

const PROJECT = "eks-exercises";

/** A stack's state with nothing but its outputs, as `pulumi stack export` gives it. */
function stateOf(stack: string, outputs: object): string {
  const type = "pulumi:pulumi:Stack";
  const urn = `urn:pulumi:${stack}::${PROJECT}::${type}::${PROJECT}-${stack}`;
  const manifest = { time: "2026-01-01T00:00:00Z", magic: "", version: "" };
  const resources = [{ urn, custom: false, type, outputs }];
  return JSON.stringify({ version: 3, deployment: { manifest, resources } });
}

/**
 * Creates stacks with these outputs in a backend of the test's own, by the real CLI. Skips the test if there
 * is no CLI.
 * @returns the environment that the CLI finds them by
 */
export function holdStacks(
  test: Context,
  outputs: Readonly<Record<string, object>>,
): NodeJS.ProcessEnv {
  const cli = findRealPulumi();
  if (cli === undefined) return test.skip();
  const folder = mkdtempSync(join(tmpdir(), "eks-exercises-stacks-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const part of ["backend", "home", "project"]) mkdirSync(join(folder, part));
  const environment = {
    PATH: [cli, "/usr/bin", "/bin"].join(delimiter),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "of the tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  // A folder of its own: the CLI writes a stack file where it creates a stack.
  const cwd = join(folder, "project");
  writeFileSync(join(cwd, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`);
  const pulumi = (...args: string[]): unknown =>
    execFileSync(join(cli, "pulumi"), [...args, "--non-interactive"], {
      cwd,
      env: environment,
      stdio: "pipe",
    });
  for (const [stack, values] of Object.entries(outputs)) {
    const state = join(folder, `${stack}.json`);
    writeFileSync(state, stateOf(stack, values));
    pulumi("stack", "init", stack);
    pulumi("stack", "import", "--stack", stack, "--file", state);
  }
  return environment;
}
