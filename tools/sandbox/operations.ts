import { setTimeout as sleep } from "node:timers/promises";
import type { CloudResource, CreateRequest, Props } from "../cloud";
import type { StatefulCloud } from "../cloud/stateful-cloud";
import { CloudError } from "../cloud/queries";
import type { FaultEffect, Faults, Operation } from "./faults";
import type { Journal } from "./journal";
import { latencyOf, type Clock } from "./latency";

/** How often a provider asks again whether what is in the way has gone, in milliseconds. */
const POLL = 25;

/** Carries operations out on the cloud, with faults and the time they take. */
export class Operations {
  /** Kills the engine, for the fault of that name. */
  killEngine: () => void = () => undefined;
  private readonly cancelled = new AbortController();

  constructor(
    readonly cloud: StatefulCloud,
    private readonly clock: Clock,
    private readonly faults: Faults,
    private readonly journal: Journal,
  ) {}

  /** AWS has a resource from the moment it says yes; then it takes its time. */
  create(request: CreateRequest): Promise<CloudResource> {
    return this.carryOut("create", request, async () => {
      const resource = this.cloud.create(request);
      await this.takeTime("create", request.type, request.inputs);
      return resource;
    });
  }

  update(request: CreateRequest, id: string): Promise<CloudResource> {
    return this.carryOut("update", request, async () => {
      const resource = this.cloud.update(request.urn, id, request.inputs, request.provider);
      await this.takeTime("update", request.type, request.inputs);
      return resource;
    });
  }

  /** As the real providers, waits for what is about to go by itself. */
  async delete(request: CreateRequest, id: string, timeout: number): Promise<void> {
    await this.carryOut("delete", request, async (entry, fault) => {
      await this.takeTime("delete", request.type, request.inputs);
      const start = Date.now();
      for (;;) {
        try {
          this.cloud.delete(request.urn, id, request.provider, fault === "leak");
          return { id };
        } catch (error) {
          const isLate = Date.now() - start > timeout;
          if (!(error instanceof CloudError) || !error.passes || isLate) throw error;
          await sleep(POLL);
          entry.waited = Date.now() - start;
        }
      }
    });
  }

  /** Ends what hangs. */
  cancel(): void {
    this.cancelled.abort();
  }

  private async carryOut<T extends { id: string }>(
    operation: Operation,
    { urn, type, name }: CreateRequest,
    work: (entry: { waited?: number }, fault: FaultEffect | undefined) => Promise<T>,
  ): Promise<T> {
    const start = Date.now();
    const entry: { waited?: number } = {};
    try {
      const fault = this.faults.next(operation, urn, type, name);
      if (fault === "fail") throw new CloudError(`SANDBOX_FAULTS makes ${name} fail`);
      if (fault === "hang") await this.hang(name);
      const done = await work(entry, fault);
      if (fault === "kill") {
        this.killEngine();
        await this.hang(name);
      }
      this.journal.write({ operation, urn, id: done.id, start, end: Date.now(), ...entry });
      return done;
    } catch (error) {
      const message = (error as Error).message;
      this.journal.write({ operation, urn, start, end: Date.now(), ...entry, error: message });
      throw error;
    }
  }

  private async takeTime(operation: Operation, type: string, inputs: Props): Promise<void> {
    const milliseconds = latencyOf(this.clock, operation, type, inputs);
    if (milliseconds > 0) await sleep(milliseconds);
  }

  private hang(name: string): Promise<never> {
    return new Promise((_, reject) => {
      const end = () =>
        reject(new CloudError(`SANDBOX_FAULTS made ${name} hang; it was cancelled`));
      if (this.cancelled.signal.aborted) end();
      else this.cancelled.signal.addEventListener("abort", end);
    });
  }
}
