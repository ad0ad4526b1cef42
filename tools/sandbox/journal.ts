import { appendFileSync, writeFileSync } from "node:fs";
import type { Operation } from "./faults";

/** One line of the journal: what was done to the simulated cloud. */
export interface Entry {
  readonly operation: Operation;
  readonly urn: string;
  readonly id?: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** How long it waited for lingering interfaces, in milliseconds. */
  readonly waited?: number;
  readonly error?: string;
}

/** Writes down what the last command did to the cloud, one JSON object a line; no inputs. */
export class Journal {
  constructor(private readonly path: string) {
    writeFileSync(path, "");
  }

  write(entry: Entry): void {
    appendFileSync(this.path, `${JSON.stringify(entry)}\n`);
  }
}
