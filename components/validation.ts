/**
 * Checks arguments of components: all that is wrong is reported at once, before the first resource,
 * with path, value and what is allowed.
 */
import { BlockList, isIPv4 } from "node:net";
import * as pulumi from "@pulumi/pulumi";

/** One argument that is not allowed. */
export interface ArgumentProblem {
  /** The argument, such as `nodes.minSize` or `allowedCidrs[0]`. */
  readonly path: string;
  /** The value that was given; undefined if none was. */
  readonly value?: unknown;
  /** The values that are allowed. */
  readonly allowed: string;
}

/**
 * Ends a program with a message for its user. Pulumi shows the message of a RunError without a stack
 * trace, in a program and in a component provider alike. It repeats each problem of an
 * InputPropertiesError in a provider, and shows its stack trace in a program.
 */
export class PlainError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    // Pulumi formats the stack trace of each error, shown or not, which takes longer than a preview.
    this.stack = message;
    // Pulumi writes the path of the input that an output was meant for before the message.
    Object.defineProperty(this, "message", { get: () => message, set: () => undefined });
  }
}

/** Thrown with all that is wrong with the arguments of a component. */
export class ArgumentsError extends PlainError {
  /** @param component type and name, such as `EksCluster "shop"` */
  constructor(
    component: string,
    readonly problems: readonly ArgumentProblem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const head = `${component}: ${count} in its arguments; none of its resources was created`;
    super([head, ...problems.map(describe)].join("\n"));
  }
}

function describe({ path, value, allowed }: ArgumentProblem): string {
  return `  ${path}: ${show(value)}\n    allowed: ${allowed}`;
}

function show(value: unknown): string {
  if (value === undefined) return "(not set)";
  return isDeferred(value) ? "(known only later)" : (JSON.stringify(value) ?? "(not data)");
}

/** Whether a value is known only later: an output of a resource, or a promise. */
export function isDeferred(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Whether a value is true or false. */
export const isFlag = (value: unknown): boolean => typeof value === "boolean";

/** What `isFlag` allows. */
export const FLAGS = "true, false";

/** Whether a value is a map that is known now. */
export function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isDeferred(value);
}

/** How many callers are allowed, and which. */
export interface CallerLimits {
  readonly most: number;
  /** @default 1 */
  readonly least?: 0 | 1;
  /** Whether private addresses are refused. */
  readonly mustBePublic?: boolean;
  /** Why there is no room for more. */
  readonly why?: string;
}

/** Collects what is wrong with the arguments of one component. */
export class Arguments {
  private readonly problems: ArgumentProblem[] = [];

  /** @param component type and name, such as `EksCluster "shop"` */
  constructor(private readonly component: string) {}

  add(path: string, value: unknown, allowed: string): void {
    this.problems.push({ path, value, allowed });
  }

  /** Checks a value that may be missing, or known only later: AWS and Kubernetes check those. */
  check<T>(
    path: string,
    value: pulumi.Input<T> | undefined,
    isAllowed: (value: T) => boolean,
    allowed: string,
  ): void {
    if (value === undefined || isDeferred(value)) return;
    if (!isAllowed(value)) this.add(path, value, allowed);
  }

  /** Checks a value that decides which resources there are, so it has to be known now. */
  checkPlain<T>(
    path: string,
    value: T | undefined,
    isAllowed: (value: T) => boolean,
    allowed: string,
  ): void {
    if (isDeferred(value)) {
      const why = "as a plain value, since it decides which resources there are";
      this.add(path, value, `${allowed}, ${why}`);
    } else this.check(path, value, isAllowed, allowed);
  }

  /** True or false, plain. */
  flag(path: string, value: boolean | undefined): void {
    this.checkPlain(path, value, isFlag, FLAGS);
  }

  /** A whole number within limits. */
  wholeNumber(
    path: string,
    value: pulumi.Input<number> | undefined,
    min: number,
    max: number,
  ): void {
    const isAllowed = (n: number) => Number.isInteger(n) && n >= min && n <= max;
    this.check(path, value, isAllowed, `a whole number from ${min} to ${max}`);
  }

  /** One of these texts, plain. */
  choice(path: string, value: string | undefined, choices: readonly string[]): void {
    this.checkPlain(path, value, (text) => choices.includes(text), choices.join(", "));
  }

  /**
   * IPv4 CIDR blocks that may call. The list is plain, since each block has a rule of its own; a
   * block may be known only later.
   */
  callers(
    path: string,
    blocks: readonly pulumi.Input<string>[] | undefined,
    { most, least = 1, mustBePublic = false, why }: CallerLimits,
  ): void {
    const size = most > 0 ? `a list of ${least} to ${most}` : "no more";
    const reason = why === undefined ? "" : `: ${why}`;
    const allowed = `${size} IPv4 CIDR blocks, such as ["203.0.113.7/32"] for one address${reason}`;
    if (!Array.isArray(blocks) || blocks.length < least || blocks.length > most) {
      // A long list is shown by its length.
      const shown = Array.isArray(blocks) && blocks.length > 1 ? `${blocks.length} blocks` : blocks;
      this.add(path, shown, allowed);
      return;
    }
    (blocks as readonly pulumi.Input<string>[]).forEach((block, i) => {
      const at = `${path}[${i}]`;
      this.check(at, block, isBlock, "an IPv4 CIDR block with no bits set beyond its prefix");
      const first = blocks.indexOf(block);
      if (first < i) this.add(at, block, `each block once: ${path}[${first}] is the same`);
      else if (mustBePublic) {
        const rule = "a public block: EKS refuses private ones for its public endpoint";
        this.check(at, block, (text) => !isBlock(text) || !isPrivate(text), rule);
      }
    });
  }

  /** @throws ArgumentsError if anything is wrong */
  throwIfAny(): void {
    if (this.problems.length > 0) throw new ArgumentsError(this.component, this.problems);
  }
}

/** Whether a text is an IPv4 CIDR block as AWS keeps it: 10.0.0.0/8, not 10.1.2.3/8. */
export function isBlock(text: unknown): boolean {
  const [address, bits, ...rest] = typeof text === "string" ? text.split("/") : [];
  if (address === undefined || !isIPv4(address) || rest.length > 0) return false;
  if (bits === undefined || !/^([0-9]|[12][0-9]|3[0-2])$/.test(bits)) return false;
  const number = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return number % 2 ** (32 - Number(bits)) === 0;
}

/** Ranges that no caller from the Internet has (RFC 1918, 3927, 5735 and 6598). */
const NOT_PUBLIC = new BlockList();
for (const [address, bits] of [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  NOT_PUBLIC.addSubnet(address, bits);
}

function isPrivate(block: string): boolean {
  return NOT_PUBLIC.check(block.split("/")[0]!);
}
