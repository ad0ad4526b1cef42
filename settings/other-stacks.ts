/** What a stack needs of other stacks, checked before anything is created. */
import { readdirSync } from "node:fs";
import { cliCommand, commandOf, inOrder, type CommandContext, type Edit } from "./edits";
import { isMap } from "./is-map";
import { nearestName } from "./nearest-name";
import { ProgramError } from "./problems";
import { CHAPTER_CLUSTER, outputsOf, takeClusterOf, type Outputs } from "./runtime";
import type { Settings } from "./settings";
import { holdersIn } from "./stack-file";

/** Outputs of the cluster's stack that this program reads as text. */
const CLUSTER_OUTPUTS = ["clusterName", "region", "kubeconfig"];

/**
 * Checks the stack that has the cluster, and those that use the same one.
 * @param directory the folder of the project, whose stack files say what each stack is for
 * @throws ProgramError with the command that mends it
 */
export async function checkOtherStacks(
  settings: Settings,
  context: CommandContext,
  directory: string,
): Promise<void> {
  const { cluster } = settings;
  if (cluster.kind !== "stack") return;
  const outputs = await outputsOf(cluster.stack, context);
  requireCluster(cluster.stack, outputs, context, directory);
  requireShop(settings, cluster.stack, outputs, context);
  if (settings.jenkins) await requireFreeNamespace(settings, cluster.stack, context, directory);
}

function requireCluster(
  stack: string,
  outputs: Outputs,
  context: CommandContext,
  directory: string,
): void {
  const name = stack.split("/").at(-1)!;
  if (outputs["clusterName"] === undefined) {
    const isOurs = stack === `${context.organization}/${context.project}/${name}`;
    const better = isOurs ? clusterStackFor(name, context, directory) : undefined;
    const fix =
      better === undefined
        ? cliCommand("up", { ...context, stack: name })
        : commandOf([takeClusterOf(better)], context);
    const why = better === undefined ? "has no cluster to offer yet" : "is no stack with a cluster";
    throw new ProgramError(`cluster.stack: "${name}" ${why}; nothing was created\n    fix: ${fix}`);
  }
  const unreadable = CLUSTER_OUTPUTS.filter((output) => typeof outputs[output] !== "string");
  if (unreadable.length > 0) {
    throw new ProgramError(
      `cluster.stack: the outputs ${unreadable.join(", ")} of "${name}" cannot be decrypted; nothing was created\n` +
        "    allowed: one passphrase (PULUMI_CONFIG_PASSPHRASE) or secrets provider for both stacks\n" +
        `    fix: ${cliCommand("stack change-secrets-provider passphrase", context)}\n` +
        `    It asks for the passphrase of "${name}". Export that one then, instead of this stack's.`,
    );
  }
}

/** The stack that was probably meant; undefined if this one creates a cluster, once it is up. */
function clusterStackFor(
  name: string,
  { project, stack }: CommandContext,
  directory: string,
): string | undefined {
  const clusters = stackNames(directory).filter(
    (each) => each !== stack && isMap(clusterSetting(directory, project, each)?.["create"]),
  );
  if (clusters.includes(name)) return undefined;
  return nearestName(name, clusters) ?? clusters.find((each) => each === CHAPTER_CLUSTER);
}

function clusterSetting(
  directory: string,
  project: string,
  stack: string,
): Record<string, unknown> | undefined {
  const value = holdersIn(directory, project, stack)(`${project}:cluster`)?.value;
  return isMap(value) ? value : undefined;
}

function stackNames(directory: string): string[] {
  return readdirSync(directory).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

function requireShop(
  settings: Settings,
  stack: string,
  outputs: Outputs,
  context: CommandContext,
): void {
  if (!settings.ingress || settings.sockShop || outputs["sockShopUrl"] !== undefined) return;
  const name = stack.split("/").at(-1)!;
  const theirs = { ...context, stack: name };
  const shop: Edit = { set: ["sockShop", "nodePort"], to: 30001 };
  throw new ProgramError(
    `ingress: sock-shop-ingress routes to SockShop, which stack "${name}" does not have; nothing was created\n` +
      `    fix: ${inOrder([commandOf([shop], theirs), cliCommand("up", theirs)], context)}`,
  );
}

/** Exercises 3 to 5 are one namespace and pod, of which only the Service changes. */
async function requireFreeNamespace(
  settings: Settings,
  cluster: string,
  context: CommandContext,
  directory: string,
): Promise<void> {
  const { project, organization, stack } = context;
  const namespace = `${settings.name}-bc-svc`;
  const service = settings.jenkins!.service;
  const neighbours = stackNames(directory).filter((name) => {
    const holderOf = holdersIn(directory, project, name);
    const reference = clusterSetting(directory, project, name)?.["stack"];
    const isNeighbour = reference === cluster || reference === cluster.split("/").at(-1);
    return name !== stack && isNeighbour && holderOf(`${project}:jenkins`) !== undefined;
  });
  for (const name of neighbours) {
    const outputs = await outputsOf(`${organization}/${project}/${name}`, context);
    if (outputs["jenkinsNamespace"] !== namespace) continue;
    const theirs = { ...context, stack: name };
    const change: Edit = { set: ["jenkins", "service"], to: service };
    const [asTheChapter, anew] = [
      [commandOf([change], theirs), cliCommand("up", theirs)],
      [cliCommand("destroy", theirs), cliCommand("up", context)],
    ].map((commands) => inOrder(commands, context));
    throw new ProgramError(
      `jenkins: stack "${name}" is up, and has the namespace ${namespace} and the pod jenkins already; nothing was created\n` +
        `    fix, as the chapter does: ${asTheChapter}\n` +
        `    or start again: ${anew}`,
    );
  }
}
