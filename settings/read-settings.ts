/** The settings of the stack that runs. */
import * as pulumi from "@pulumi/pulumi";
import { emptyStackWarning } from "./empty-stack";
import { findMyCidr } from "./my-ip";
import { checkOtherStacks } from "./other-stacks";
import type { StackContext } from "./rules";
import { runtimeContext } from "./runtime";
import { parseSettings, type Settings } from "./settings";
import { holdersIn, type FindHolder } from "./stack-file";

/**
 * Reads and checks the settings of the running stack.
 * @throws SettingsError with all that is wrong; ProgramError if another stack is not as it must be
 */
export async function readSettings(): Promise<Settings> {
  const config = pulumi.runtime.allConfig();
  const context: StackContext = {
    ...runtimeContext(),
    region: config["aws:region"] ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"],
  };
  const holderOf: FindHolder = (key) =>
    holdersIn(process.cwd(), context.project, context.stack)(key);
  const settings = parseSettings(config, context, isConfigSecret, holderOf);
  const warning = emptyStackWarning(settings, context);
  if (warning) void pulumi.log.warn(warning);
  await checkOtherStacks(settings, context, process.cwd());
  const isOpen = settings.cluster.kind !== "kubeconfig" && settings.allowedCidrs.length === 0;
  return isOpen ? { ...settings, allowedCidrs: [await findMyCidr(context)] } : settings;
}

/** Pulumi's runtime has this function, its type declarations do not. */
function isConfigSecret(key: string): boolean {
  const runtime = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  return runtime.isConfigSecret?.(key) ?? false;
}
