/**
 * Runs a Pulumi program in process, through Pulumi's own mock runtime, against the simulated cloud.
 */
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { answerForTheNetwork } from "./network";
import { Recorder } from "./recorder";
import type { RunRequest, RunResult } from "./records";

/** Runs a program as one stack. It does not throw: what went wrong is in the result. */
export async function run(request: RunRequest): Promise<RunResult> {
  const errors: Error[] = [];
  const collect = (error: unknown): void => {
    const known = error instanceof Error ? error : new Error(String(error));
    if (!errors.some(({ message }) => message === known.message)) errors.push(known);
  };
  // Pulumi reports what fails inside an output as an unhandled rejection; here they are the result.
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
  const restoreNetwork = answerForTheNetwork();
  try {
    const recorder = new Recorder(request);
    await inStoreOfItsOwn(async (settings) => {
      await recorder.install();
      settings.engine = engineThatLogs(recorder.log);
      await pulumi.runtime.runInPulumiStack(async () => await request.program()).catch(collect);
      await pulumi.runtime.disconnect().catch(collect);
      await new Promise((resolve) => setImmediate(resolve));
    });
    return { ...recorder.result(), errors };
  } finally {
    restoreNetwork();
    process.removeListener("unhandledRejection", collect);
    for (const listener of others) process.on("unhandledRejection", listener);
  }
}

/** Gives a run its own copy of Pulumi's state, as the Automation API does for inline programs. */
async function inStoreOfItsOwn(
  work: (settings: { engine?: unknown }) => Promise<void>,
): Promise<void> {
  const { LocalStore } = state as unknown as {
    LocalStore: new () => { settings: { engine?: unknown } };
  };
  const store = new LocalStore();
  const storage = globalThis.asyncLocalStorage as unknown as {
    run(store: unknown, work: () => Promise<void>): Promise<void>;
  };
  await storage.run(store, () => work(store.settings));
}

/** What a program has of an engine besides the monitor: a log, and a note of the root resource. */
function engineThatLogs(log: (severity: number, message: string) => void): unknown {
  return {
    log: (message: { getSeverity(): number; getMessage(): string }, done: () => void): void => {
      log(message.getSeverity(), message.getMessage());
      done();
    },
    setRootResource: (_: unknown, done: (error: null) => void): void => done(null),
  };
}
