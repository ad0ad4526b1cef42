/** What Pulumi's runtime says of the running stack, and of others. */
import * as pulumi from "@pulumi/pulumi";
import { commandOf, type CommandContext, type Edit } from "./edits";
import { ProgramError } from "./problems";

/** Outputs of a stack, by name. */
export type Outputs = Readonly<Record<string, unknown>>;

/** The stack that creates the chapter's cluster. */
export const CHAPTER_CLUSTER = "exercise-cluster";

/** The change that makes a stack take its cluster from another. */
export const takeClusterOf = (to: string): Edit => ({ set: ["cluster", "stack"], to });

/** The running stack, as commands name it. */
export function runtimeContext(): CommandContext {
  return {
    organization: pulumi.getOrganization(),
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    cli: process.env["EKS_EXERCISES_PULUMI"],
    platform: process.platform,
  };
}

/**
 * The outputs of a stack; none if it does not exist. A StackReference to such a stack would end the
 * run with the engine's own words, before ours could say what to do.
 * @throws ProgramError if the stack cannot be read
 */
export async function outputsOf(stack: string, context: CommandContext): Promise<Outputs> {
  try {
    const token = "pulumi:pulumi:readStackOutputs";
    const answer = (await pulumi.runtime.invoke(token, { name: stack })) as { outputs?: Outputs };
    return answer.outputs ?? {};
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.includes("unknown stack")) return {};
    throw new ProgramError(
      `cluster.stack: "${stack}" cannot be read; nothing was created\n` +
        `    reason: ${reason.split("\n", 1)[0]}\n` +
        `    fix: ${commandOf([takeClusterOf(CHAPTER_CLUSTER)], context)}`,
    );
  }
}
