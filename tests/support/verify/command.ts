/** Runs the command through its real entry, in a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { DIRECTORY } from "../shipped";

/** How a run ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `node tools/verify/main.cjs` with arguments. */
export function startVerify(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended> } {
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
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...said }));
  });
  return { child, ended };
}

/** Runs it to its end. */
export function runVerify(
  args: readonly string[],
  environment?: NodeJS.ProcessEnv,
): Promise<Ended> {
  return startVerify(args, environment).ended;
}
