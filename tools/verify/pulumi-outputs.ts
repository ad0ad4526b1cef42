/** What a stack exports, by the Pulumi CLI. */
import { spawn } from "node:child_process";
import { redact, firstLine } from "../shared/redact";
import { CouldNotCheck } from "../shared/could-not-check";
import { findPulumi } from "../shared/find-cli";

/** Outputs by name; secrets are `[secret]`, as the CLI writes them. */
export type Outputs = Readonly<Record<string, unknown>>;

/** Seconds that the CLI may take: it may have to ask a backend far away. */
const CLI_SECONDS = 60;

/**
 * The outputs of a stack.
 * @returns undefined where there is no Pulumi CLI on PATH
 * @throws CouldNotCheck where the stack is not up, or the CLI fails
 */
export async function readOutputs(
  stack: string,
  directory: string,
  signal: AbortSignal,
): Promise<Outputs | undefined> {
  const binary = findPulumi();
  if (binary === undefined) return undefined;
  const args = ["stack", "output", "--json", "--non-interactive", "--stack", stack];
  const { code, stdout, stderr } = await finished(binary, args, directory, signal);
  const name = stack.split("/").at(-1) ?? stack;
  if (code !== 0) {
    if (/no stack named/.test(stderr)) throw new NotUp(name);
    throw new CouldNotCheck(
      `the outputs of stack ${name} could not be read: ${firstLine(redact(stderr.replace(/^error: /, "")))}`,
      `pulumi stack output --stack ${name}; or check without the CLI: --config Pulumi.${name}.yaml`,
    );
  }
  const outputs = parse(stdout);
  if (outputs === undefined || Object.keys(outputs).length === 0) throw new NotUp(name);
  return outputs;
}

/** Thrown for a stack that does not exist, or has no outputs. */
export class NotUp extends CouldNotCheck {
  constructor(stack: string) {
    super(`stack ${stack} is not up, so there is nothing to check`, `pulumi up --stack ${stack}`);
  }
}

function parse(text: string): Outputs | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Outputs) : undefined;
  } catch {
    return undefined;
  }
}

function finished(binary: string, args: string[], cwd: string, signal: AbortSignal) {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(CLI_SECONDS * 1000)]);
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(binary, args, {
      cwd,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      signal: limit,
      killSignal: "SIGKILL",
    });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
    child.on("error", (error) => {
      const why = limit.aborted
        ? signal.aborted && signal.reason instanceof CouldNotCheck
          ? signal.reason.why
          : `pulumi did not answer within ${CLI_SECONDS} seconds`
        : `pulumi could not be run: ${error.message}`;
      reject(new CouldNotCheck(why, "pulumi stack ls"));
    });
    child.on("close", (code) => resolve({ code, ...said }));
  });
}
