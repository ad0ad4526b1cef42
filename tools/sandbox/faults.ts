/** Makes named resources fail or hang: SANDBOX_FAULTS. */

import { UserError } from "../shared/user-error";
import { commandWith } from "./typed-command";

/** What is done to a resource. */
export type Operation = "create" | "update" | "delete";

interface Fault {
  readonly operation?: Operation;
  /** A type, a logical name, or a whole URN. */
  readonly target: string;
  readonly how: "once" | "always" | "hang" | "kill" | "leak";
  /** As it was written. */
  readonly text: string;
}

/**
 * What a fault does to an operation. `kill` ends the engine when the cloud has done it, unheard; `leak`
 * lets a deletion through and leaves behind what AWS is known to leave at times.
 */
export type FaultEffect = "fail" | "hang" | "kill" | "leak";

const FAULT = /^(?:(create|update|delete)@)?([^=@]+)=(once|always|hang|kill|leak)$/;

/** Faults to be made, until this command ends. */
export class Faults {
  private readonly faults: Fault[];
  private readonly spent = new Set<Fault>();
  private readonly matched = new Set<Fault>();

  /**
   * @param setting such as `cluster-eks-eksCluster=once,delete@aws:ec2/subnet:Subnet=always`
   * @throws UserError for a setting that says anything else
   */
  constructor(setting: string | undefined) {
    const texts = (setting ?? "").split(",").filter((text) => text !== "");
    this.faults = texts.map((text) => {
      const [, operation, target, how] = FAULT.exec(text.trim()) ?? [];
      if (!target) {
        throw new UserError(`SANDBOX_FAULTS has ${text}`, {
          allowed:
            "[create@|update@|delete@]NAME-OR-TYPE-OR-URN=once|always|hang|kill|leak, separated by commas",
          fix: commandWith({ SANDBOX_FAULTS: "delete@aws:ec2/subnet:Subnet=once" }),
        });
      }
      return { operation, target, how, text } as Fault;
    });
  }

  /** What is to happen to an operation: undefined if it goes through. */
  next(operation: Operation, urn: string, type: string, name: string): FaultEffect | undefined {
    const fault = this.faults.find(
      (candidate) =>
        !this.spent.has(candidate) &&
        [urn, type, name].includes(candidate.target) &&
        (candidate.operation === undefined || candidate.operation === operation),
    );
    if (!fault) return undefined;
    this.matched.add(fault);
    if (fault.how === "once") this.spent.add(fault);
    return fault.how === "once" || fault.how === "always" ? "fail" : fault.how;
  }

  /** What to report of the faults that no operation has met; undefined if there are none. */
  unmatched(): string | undefined {
    const texts = this.faults.filter((fault) => !this.matched.has(fault)).map(({ text }) => text);
    if (texts.length === 0) return undefined;
    return `SANDBOX_FAULTS: no operation of this command matches ${texts.join(", ")}\n  allowed: a logical name, a type or a URN of what the command creates, updates or deletes`;
  }
}
