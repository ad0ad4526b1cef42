/** What a changed configuration of a provider means. */
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import type { Props } from "../cloud";
import { changesOf, topOf, type PathChange } from "./diff";
import { isUnknown } from "./messages";

/** Inputs of the Kubernetes provider that say which cluster it talks to. */
const CLUSTER_INPUTS = ["kubeconfig", "context", "cluster"];

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { name: string; context: { cluster: string } }[];
  readonly clusters?: readonly { name: string; cluster: unknown }[];
}

/** The cluster that a configuration makes active; undefined if it names none. */
function activeCluster({ kubeconfig, context, cluster }: Props): unknown {
  if (typeof kubeconfig !== "string") return undefined;
  const parsed = readKubeconfig(kubeconfig);
  const active = context ?? parsed["current-context"];
  const name = cluster ?? parsed.contexts?.find((each) => each.name === active)?.context.cluster;
  return parsed.clusters?.find((each) => each.name === name)?.cluster;
}

/** A kubeconfig; empty if the text is the path of a file, which the sandbox does not read. */
function readKubeconfig(text: string): Kubeconfig {
  const parsed: unknown = parse(text);
  return typeof parsed === "object" && parsed !== null ? parsed : {};
}

/**
 * What differs, and whether the provider is replaced, and with it all that it made: the Kubernetes
 * provider is if its active cluster is another one, or not known yet (DiffConfig of pulumi-kubernetes).
 */
export function changesOfProvider(type: string, before: Props, after: Props): PathChange[] {
  const changes = changesOf(before, after, {});
  if (type !== "pulumi:providers:kubernetes") return changes;
  const unknown = CLUSTER_INPUTS.find((key) => isUnknown(after[key]));
  const isOther = (): boolean => {
    const [old, next] = [activeCluster(before), activeCluster(after)];
    return old !== undefined && next !== undefined && !isDeepStrictEqual(old, next);
  };
  const replacing = unknown ? [unknown] : isOther() ? CLUSTER_INPUTS : [];
  return changes.map((change) => ({ ...change, replaces: replacing.includes(topOf(change.path)) }));
}
