/**
 * Runs a Pulumi program in process, through Pulumi's own mock runtime, against the simulated cloud.
 */
import * as pulumi from "@pulumi/pulumi";
import { Callback } from "@pulumi/pulumi/proto/callback_pb";
import * as state from "@pulumi/pulumi/runtime/state";
import { answerForTheNetwork } from "../shared/network";
import { Recorder } from "./recorder";
import type { RunRequest, RunResult } from "./records";

/** Runs a program as one stack. It does not throw: what went wrong is in the result. */
export async function run(request: RunRequest): Promise<RunResult> {
  const errors: Error[] = [];
  const failure = new Failure();
  const collect = (error: unknown): void => {
    const known = error instanceof Error ? error : new Error(String(error));
    if (!errors.some(({ message }) => message === known.message)) errors.push(known);
    failure.happened();
  };
  // Pulumi reports what fails inside an output as an unhandled rejection; here they are the result.
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
  const restoreNetwork = answerForTheNetwork();
  try {
    const recorder = new Recorder(request);
    const work = inStoreOfItsOwn(async (store) => {
      await recorder.install();
      takeTransforms(store);
      store.settings.engine = engineThatLogs(recorder.log);
      await pulumi.runtime.runInPulumiStack(async () => await request.program()).catch(collect);
      await pulumi.runtime.disconnect().catch(collect);
      await new Promise((resolve) => setImmediate(resolve));
    });
    await Promise.race([work, failure.settled]);
    return { ...recorder.result(), errors };
  } finally {
    restoreNetwork();
    process.removeListener("unhandledRejection", collect);
    for (const listener of others) process.on("unhandledRejection", listener);
  }
}

/** Turns of the event loop in which nothing more fails, after which nothing more will. */
const QUIET_TURNS = 100;

/**
 * What depends on something that failed waits for it for ever: the engine ends the program instead,
 * and so does this, once what fails of itself has failed.
 */
class Failure {
  private turnsLeft = 0;
  private settle: () => void = () => undefined;
  readonly settled = new Promise<void>((resolve) => {
    this.settle = resolve;
  });

  happened(): void {
    const isCounting = this.turnsLeft > 0;
    this.turnsLeft = QUIET_TURNS;
    if (!isCounting) this.count();
  }

  private count(): void {
    this.turnsLeft -= 1;
    if (this.turnsLeft === 0) this.settle();
    else setImmediate(() => this.count());
  }
}

/** The parts of Pulumi's own state that are set here. */
interface Store {
  readonly settings: { engine?: unknown };
  supportsTransforms: boolean;
  callbacks: unknown;
}

/** Gives a run its own copy of Pulumi's state, as the Automation API does for inline programs. */
async function inStoreOfItsOwn(work: (store: Store) => Promise<void>): Promise<void> {
  const { LocalStore } = state as unknown as { LocalStore: new () => Store };
  const store = new LocalStore();
  const storage = globalThis.asyncLocalStorage as unknown as {
    run(store: unknown, work: () => Promise<void>): Promise<void>;
  };
  await storage.run(store, () => work(store));
}

/**
 * Takes a program's transforms, which the mock runtime refuses. Ours are for what a component of
 * @pulumi/eks makes in its own process: there is nothing of that here to call them for.
 */
function takeTransforms(store: Store): void {
  store.supportsTransforms = true;
  store.callbacks = {
    registerTransform: () => Promise.resolve(new Callback()),
    awaitStackRegistrations: () => Promise.resolve(),
    shutdown: () => undefined,
  };
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
