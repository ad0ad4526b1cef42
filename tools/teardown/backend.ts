/** The project's stacks as Pulumi knows them, by its Automation API. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EngineEvent, LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { redact, firstLine } from "../shared/redact";
import { findPulumi } from "../shared/find-cli";
import { UserError } from "../shared/user-error";

/** A resource in a stack's state. */
interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** What a stack's state has. */
export interface State {
  /** Resources, without Pulumi's own: the stack, providers and references. */
  readonly resources: readonly StateResource[];
  /** Names of the stacks whose outputs it reads. */
  readonly references: readonly string[];
}

const INSTALL = "install it (https://www.pulumi.com/docs/install/), and open a new terminal";

/** Pulumi's own types, which are in no cloud. */
const OWN_TYPES = "pulumi:";

/** The Pulumi CLI of the sandbox: a folder with a program `bin/pulumi`. */
const SANDBOX = join(__dirname, "sandbox");

/** The backend that the Pulumi CLI is logged in to. */
export class Backend {
  private constructor(
    private readonly workspace: LocalWorkspace,
    /** The command in front of arguments of Pulumi's, as it is typed. */
    readonly cli: string,
  ) {}

  /**
   * @param directory the folder of the project
   * @param isSandbox whether the stacks are the sandbox's
   * @throws UserError if there is no Pulumi CLI, or it is too old
   */
  static async open(directory: string, isSandbox: boolean): Promise<Backend> {
    if (findPulumi() === undefined) {
      throw new UserError("There is no Pulumi CLI on PATH.", { fix: INSTALL });
    }
    const { LocalWorkspace, PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
    try {
      const pulumiCommand = await PulumiCommand.get(isSandbox ? { root: SANDBOX } : {});
      const workspace = await LocalWorkspace.create({ workDir: directory, pulumiCommand });
      return new Backend(workspace, isSandbox ? "npm run sandbox --" : "pulumi");
    } catch (error) {
      throw new UserError(`The Pulumi CLI cannot be run: ${reasonOf(error)}`, {
        fix: INSTALL,
        cause: error,
      });
    }
  }

  /**
   * The states of the stacks that have resources, by name.
   * @throws UserError if the backend cannot be read
   */
  async states(): Promise<Map<string, State>> {
    const states = new Map<string, State>();
    try {
      for (const { name, resourceCount } of await this.workspace.listStacks()) {
        if (resourceCount === 0) continue;
        const state = await this.state(name);
        if (state.resources.length > 0) states.set(name.split("/").at(-1)!, state);
      }
      return states;
    } catch (error) {
      throw new UserError(`Pulumi's backend cannot be read: ${reasonOf(error)}`, {
        fix: `${this.cli} login`,
        cause: error,
      });
    }
  }

  /** Not by exportStack, which decrypts all secrets: that needs the passphrase. */
  private async state(stack: string): Promise<State> {
    const text = await this.run("stack", "export", "--stack", stack);
    const { deployment } = JSON.parse(text) as { deployment: { resources?: StateResource[] } };
    const all = deployment.resources ?? [];
    const references = all.filter(({ type }) => type === "pulumi:pulumi:StackReference");
    return {
      resources: all.filter(({ type }) => !type.startsWith(OWN_TYPES)),
      references: references.map(({ inputs }) => String(inputs?.["name"]).split("/").at(-1)!),
    };
  }

  /** The kubeconfig of a stack's cluster; undefined if the stack has none, or it cannot be decrypted. */
  async kubeconfig(stack: string): Promise<string | undefined> {
    try {
      return await this.run("stack", "output", "kubeconfig", "--show-secrets", "--stack", stack);
    } catch {
      return undefined;
    }
  }

  /** What the sandbox's cloud has: a type and an id each. */
  async simulated(): Promise<string[]> {
    return (await this.run("cloud")).split("\n").filter((line) => line !== "");
  }

  /**
   * Destroys what a stack has; its file and its history stay.
   * @param onProgress called with how many resources are deleted, and with the type of the last
   * @throws DestroyFailed with what the engine reports
   */
  async destroy(stack: string, onProgress: (deleted: number, type: string) => void): Promise<void> {
    const { Stack } = await import("@pulumi/pulumi/automation/index.js");
    const errors: string[] = [];
    let deleted = 0;
    const onEvent = ({ resOutputsEvent, diagnosticEvent }: EngineEvent): void => {
      const { op, type } = resOutputsEvent?.metadata ?? {};
      if (op === "delete" && !type!.startsWith(OWN_TYPES)) onProgress(++deleted, type!);
      if (diagnosticEvent?.severity === "error") errors.push(diagnosticEvent.message);
    };
    const before = (await this.workspace.listStacks()).find(({ current }) => current);
    try {
      await (await Stack.select(stack, this.workspace)).destroy({ onEvent, color: "never" });
      // After Ctrl-C the Automation API reports no error.
      const { length } = (await this.state(stack)).resources;
      if (length > 0) throw new Error(`the destroy was interrupted: ${length} resources are left`);
    } catch (error) {
      const reasons = errors
        .map((text) => redact(text).trim())
        .filter((text) => text !== "" && text !== "update failed");
      throw new DestroyFailed(
        [...new Set(reasons.length > 0 ? reasons : [reasonOf(error)])],
        error,
      );
    } finally {
      // The Automation API selects a stack in order to use it.
      if (before && before.name !== stack) await this.workspace.selectStack(before.name);
      else if (!before) await this.run("stack", "unselect");
    }
  }

  private async run(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      this.workspace.pulumiCommand.command,
      [...args, "--non-interactive"],
      { cwd: this.workspace.workDir, maxBuffer: 2 ** 28 },
    );
    return stdout.trim();
  }
}

/** Thrown if the engine could not delete all that a stack has. */
export class DestroyFailed extends Error {
  constructor(
    /** What the engine reports, without repetitions. */
    readonly reasons: readonly string[],
    cause?: unknown,
  ) {
    super(reasons[0], { cause });
  }
}

/** What the CLI wrote of its error, in one line. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return firstLine(redact(/error: ([^]*)/.exec(text)?.[1] ?? text));
}
