/** What a process that a test started has written, and how it ended. */
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";

/** How a run ended. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Collects the output of a process until it has ended. */
export function collectOutput(
  child: ChildProcessByStdio<null, Readable, Readable>,
): Promise<Finished> {
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...said }));
  });
}
