/** Time: how long a run may take, and how long one question may. */
import { CouldNotCheck } from "./could-not-check";

/** Seconds that one question to the cluster, to AWS or to a page may take. */
export const QUESTION_SECONDS = 15;

/** The time of a run. It ends when it is used up, or when it is ended. */
export class Budget {
  private readonly end: number;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  /** @param seconds how long the run may take */
  constructor(readonly seconds: number) {
    this.end = Date.now() + seconds * 1000;
    this.timer = setTimeout(() => this.abort(this.spent()), seconds * 1000);
    this.timer.unref();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Milliseconds that are left. */
  left(): number {
    return this.signal.aborted ? 0 : Math.max(0, this.end - Date.now());
  }

  /** Ends the run now: every question that is open is given up. */
  abort(reason: CouldNotCheck): void {
    this.controller.abort(reason);
  }

  /** Ends it, when all is known: what is still open is given up, and the process may go. */
  close(): void {
    clearTimeout(this.timer);
    this.controller.abort(new CouldNotCheck("the run is over"));
  }

  private spent(): CouldNotCheck {
    return new CouldNotCheck(
      `the time limit of ${this.seconds} seconds was reached before there was an answer`,
      "give it longer: --timeout SECONDS",
    );
  }
}

/** A signal for one question: of the run, and of the question's own deadline. */
export function questionSignal(run: AbortSignal, seconds = QUESTION_SECONDS): AbortSignal {
  return AbortSignal.any([run, AbortSignal.timeout(seconds * 1000)]);
}

/** Settles with the promise, or throws the signal's reason when that comes first. */
export async function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // What is given up may fail later, and nobody listens any more.
  promise.catch(() => undefined);
  if (signal.aborted) throw reasonOf(signal);
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(reasonOf(signal));
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) signal.removeEventListener("abort", stop);
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}

/** Waits, or until the signal. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
  });
}
