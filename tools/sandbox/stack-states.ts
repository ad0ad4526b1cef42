/** The states of stacks, as the engine's local backend keeps them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Deployment {
  readonly resources?: readonly { readonly type: string; readonly inputs?: { name?: string } }[];
  readonly pending_operations?: readonly unknown[];
}

/** Reads the states of a project's stacks. */
export class StackStates {
  private readonly folder: string;

  /** @param sandbox folder of the sandbox */
  constructor(
    sandbox: string,
    private readonly project: string,
  ) {
    this.folder = join(sandbox, "backend", ".pulumi");
  }

  /**
   * Stacks whose last command was cut short: the engine had no time to release its lock, or to write
   * down how an operation ended.
   */
  interrupted(): string[] {
    return this.stacks().filter((stack) => {
      const locks = join(this.folder, "locks", "organization", this.project, stack);
      return (
        filesIn(locks).length > 0 || (this.deployment(stack).pending_operations ?? []).length > 0
      );
    });
  }

  /** Stacks that are up and refer to a stack, as those do that take its cluster. */
  usersOf(stack: string): string[] {
    const name = `organization/${this.project}/${stack}`;
    return this.stacks().filter((other) =>
      this.deployment(other).resources?.some(
        ({ type, inputs }) => type === "pulumi:pulumi:StackReference" && inputs?.name === name,
      ),
    );
  }

  private stacks(): string[] {
    return filesIn(join(this.folder, "stacks", this.project))
      .filter((file) => file.endsWith(".json"))
      .map((file) => file.slice(0, -".json".length));
  }

  private deployment(stack: string): Deployment {
    const file = join(this.folder, "stacks", this.project, `${stack}.json`);
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint: { latest?: Deployment };
    };
    return checkpoint.latest ?? {};
  }
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
