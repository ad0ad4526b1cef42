/** Runs the command through its real entry, in a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { collectOutput, type Finished } from "../finished";
import { DIRECTORY } from "../shipped";

/** Starts `node tools/verify/main.cjs` with arguments. */
export function startVerify(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Finished> } {
  const child = spawn(process.execPath, ["tools/verify/main.cjs", ...args], {
    cwd: DIRECTORY,
    // Without a Pulumi CLI, and without the kubeconfig and credentials of the person who runs the tests.
    env: {
      PATH: "/usr/bin:/bin",
      HOME: "/nonexistent",
      AWS_EC2_METADATA_DISABLED: "true",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, ended: collectOutput(child) };
}

/** Runs it to its end. */
export function runVerify(
  args: readonly string[],
  environment?: NodeJS.ProcessEnv,
): Promise<Finished> {
  return startVerify(args, environment).ended;
}
