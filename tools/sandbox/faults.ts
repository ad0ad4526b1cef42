/** Makes named resources fail or hang: SANDBOX_FAULTS. */

/** What is done to a resource. */
export type Operation = "create" | "update" | "delete";

interface Fault {
  readonly operation?: Operation;
  /** A type, a logical name, or a whole URN. */
  readonly target: string;
  readonly how: "once" | "always" | "hang" | "kill";
}

/** What happens to an operation: `kill` ends the engine when the cloud has done it, unheard. */
export type Happening = "fail" | "hang" | "kill";

const FAULT = /^(?:(create|update|delete)@)?([^=@]+)=(once|always|hang|kill)$/;

/** Faults to be made, until this command ends. */
export class Faults {
  private readonly faults: Fault[];
  private readonly spent = new Set<Fault>();

  /**
   * @param setting such as `cluster-eks-eksCluster=once,delete@aws:ec2/subnet:Subnet=always`
   * @throws Error for a setting that says anything else
   */
  constructor(setting: string | undefined) {
    const texts = (setting ?? "").split(",").filter((text) => text !== "");
    this.faults = texts.map((text) => {
      const [, operation, target, how] = FAULT.exec(text.trim()) ?? [];
      if (!target) {
        throw new Error(
          `SANDBOX_FAULTS has ${text}\n  allowed: [create@|update@|delete@]NAME-OR-TYPE-OR-URN=once|always|hang|kill, separated by commas\n  fix: SANDBOX_FAULTS=delete@aws:ec2/subnet:Subnet=once`,
        );
      }
      return { operation, target, how } as Fault;
    });
  }

  /** What is to happen to an operation: undefined where it goes through. */
  next(operation: Operation, urn: string, type: string, name: string): Happening | undefined {
    const fault = this.faults.find(
      (candidate) =>
        !this.spent.has(candidate) &&
        [urn, type, name].includes(candidate.target) &&
        (candidate.operation === undefined || candidate.operation === operation),
    );
    if (!fault) return undefined;
    if (fault.how === "once") this.spent.add(fault);
    return fault.how === "once" || fault.how === "always" ? "fail" : fault.how;
  }
}
