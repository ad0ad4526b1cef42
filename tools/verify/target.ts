/** Which stack is checked: what it should have, and on which cluster. */
import { basename } from "node:path";
import { projectName, stackConfig } from "../shared/stack-files";
import { expandHome } from "../../settings/kubeconfig";
import { parseSettings, type Settings } from "../../settings/settings";
import { readOutputs, type Outputs } from "./pulumi-outputs";

/** An EKS cluster, as far as settings and outputs tell; AWS tells the rest. */
export interface EksTarget {
  readonly clusterName: string;
  readonly region: string;
  /** Profile of AWS, from `aws:profile`. @default the usual chain of credentials */
  readonly profile?: string;
  /** Minor version that is configured, such as 1.36; undefined where no settings of it are known. */
  readonly kubernetesVersion?: string;
  /** Sizes of the node group that are configured. */
  readonly nodes?: { minSize: number; desiredSize: number; maxSize: number };
  /** Name of the node group, where outputs tell it. */
  readonly nodeGroupName?: string;
}

/** A stack, with all that its checks need to know beforehand. */
export interface Target {
  readonly stack: string;
  /** Its settings, all of them valid. */
  readonly settings: Settings;
  /** Its outputs; empty where the Pulumi CLI was not asked. */
  readonly outputs: Outputs;
  /** Undefined for a cluster that is known only by its kubeconfig. */
  readonly eks?: EksTarget;
  /** Which kubeconfig, where the stack or the command line names one. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Where all this was read, and what to bear in mind. */
  readonly notes: readonly string[];
}

/** What the command line says about the target. */
export interface TargetOptions {
  /** A stack file of another name or place; the CLI is not asked then. */
  readonly config?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/**
 * Finds out what a stack should have.
 * @throws CouldNotCheck where the stack is not up, SettingsError where its settings are wrong
 */
export async function readTarget(
  directory: string,
  stack: string,
  options: TargetOptions,
  signal: AbortSignal,
): Promise<Target> {
  const own = readStack(directory, stack, options.config);
  const { settings } = own;
  const ask = (name: string): Promise<Outputs | undefined> =>
    options.config === undefined
      ? readOutputs(name, directory, signal)
      : Promise.resolve(undefined);
  const outputs = await ask(stack);
  const notes = [describeSource(stack, options, outputs)];
  const source = settings.cluster;
  const base = { stack, settings, outputs: outputs ?? {}, notes };
  const named = { kubeconfig: options.kubeconfig, context: options.context };
  switch (source.kind) {
    case "kubeconfig": {
      const path = options.kubeconfig ?? expandHome(source.path);
      return { ...base, kubeconfig: path, context: options.context ?? source.context };
    }
    case "create":
      return { ...base, ...named, eks: describeEks(own, base.outputs) };
    case "stack": {
      const home = readClusterStack(directory, source.stack);
      if (home === undefined) {
        notes.push(`The settings of ${source.stack} are not in this project.`);
      }
      const theirs = await ask(source.stack);
      return { ...base, ...named, eks: describeEks(home ?? own, theirs ?? {}) };
    }
  }
}

interface StackFile {
  readonly settings: Settings;
  readonly region: string;
  readonly profile?: string;
}

function readStack(directory: string, stack: string, file?: string): StackFile {
  const { config, secretKeys } = stackConfig(directory, stack, file);
  const region =
    config["aws:region"] ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  const project = projectName(directory);
  const around = { organization: "organization", project, stack, region };
  const settings = parseSettings(config, around, (key) => secretKeys.includes(key));
  const profile = config["aws:profile"];
  return { settings, region: region ?? "us-east-1", ...(profile && { profile }) };
}

/** The stack that has the cluster; undefined where it is of another project. */
function readClusterStack(directory: string, reference: string): StackFile | undefined {
  const parts = reference.split("/");
  if (parts.length > 1 && parts.at(-2) !== projectName(directory)) return undefined;
  return readStack(directory, parts.at(-1) ?? reference);
}

function describeEks({ settings, region, profile }: StackFile, outputs: Outputs): EksTarget {
  const created = settings.cluster.kind === "create" ? settings.cluster : undefined;
  const text = (name: string): string | undefined => {
    const value = outputs[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const nodeGroupName = text("nodeGroupName");
  return {
    clusterName: text("clusterName") ?? created?.clusterName ?? "",
    region: text("region") ?? region,
    kubernetesVersion: created?.kubernetesVersion ?? text("kubernetesVersion"),
    ...(profile && { profile }),
    ...(created && { nodes: created.nodes }),
    ...(nodeGroupName && { nodeGroupName }),
  };
}

function describeSource(
  stack: string,
  options: TargetOptions,
  outputs: Outputs | undefined,
): string {
  if (options.config !== undefined) return `What it should have: ${basename(options.config)}.`;
  const file = `Pulumi.${stack}.yaml`;
  return outputs === undefined
    ? `What it should have: ${file} (there is no Pulumi CLI on PATH to ask for its outputs).`
    : `What it should have: ${file}, and the stack's outputs.`;
}
