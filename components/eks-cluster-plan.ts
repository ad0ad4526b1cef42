import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_KUBERNETES, KUBERNETES } from "./catalog";
import type { EksClusterArgs } from "./eks-cluster-args";
import type { TokenCredentials } from "./kubeconfig";
import { settleNodes, type NodeSettings } from "./node-options";
import { Arguments } from "./validation";

/** The arguments of EksCluster, checked and with defaults. */
export interface ClusterPlan {
  readonly allowedCidrs: readonly pulumi.Input<string>[];
  readonly kubernetesVersion: string;
  readonly clusterName: pulumi.Input<string>;
  readonly zones: number;
  readonly nodes: NodeSettings;
  readonly credentials: TokenCredentials;
  readonly importLogGroup: string | undefined;
}

/** Ranges that EKS takes for a public endpoint (EKS user guide, "View and manage quotas"). */
const MAX_ENDPOINT_RANGES = 40;

/** Characters of a cluster's name (EKS API reference, CreateCluster). */
const MAX_CLUSTER_NAME = 100;
const CLUSTER_NAME = /^[0-9A-Za-z][\w-]{0,99}$/;

/**
 * Checks the arguments of an EksCluster and adds the defaults.
 * @throws ArgumentsError with all that is wrong
 */
export function planCluster(
  name: string,
  args: EksClusterArgs,
  opts: pulumi.ComponentResourceOptions = {},
): ClusterPlan {
  const problems = new Arguments(`EksCluster ${JSON.stringify(name)}`);
  const { kubernetesVersion = DEFAULT_KUBERNETES, zones = 2, credentials = {} } = args;
  problems.callers("allowedCidrs", args.allowedCidrs, {
    most: MAX_ENDPOINT_RANGES,
    mustBePublic: true,
  });
  problems.choice("kubernetesVersion", kubernetesVersion, Object.keys(KUBERNETES));
  problems.check(
    "clusterName",
    args.clusterName,
    (text) => typeof text === "string" && CLUSTER_NAME.test(text),
    `1 to ${MAX_CLUSTER_NAME} letters, digits, - and _, first a letter or digit`,
  );
  problems.checkPlain(
    "zones",
    zones,
    (count) => Number.isInteger(count) && count >= 2 && count <= 4,
    "a whole number from 2 to 4",
  );
  const nodes = settleNodes(problems, "nodes", args.nodes ?? {});
  problems.throwIfAny();
  const clusterName = args.clusterName ?? nameCluster(name, opts.parent);
  const { allowedCidrs, importLogGroup } = args;
  return {
    allowedCidrs,
    kubernetesVersion,
    clusterName,
    zones,
    nodes,
    credentials,
    importLogGroup,
  };
}

/**
 * Names a cluster as Pulumi names resources: its logical name and seven hexadecimal digits. They are
 * a digest of all that tells it from others, so that no two names that are cut are the same.
 */
function nameCluster(name: string, parent: pulumi.Resource | undefined): pulumi.Output<string> {
  const scope = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()];
  // As an output the URN would depend on the parent's children, and so this cluster on itself.
  const parentUrn = new Promise<string>((resolve) => {
    if (parent) parent.urn.apply(resolve);
    else resolve("");
  });
  return pulumi.output(parentUrn).apply((urn) => {
    const digest = createHash("sha256")
      .update([...scope, urn, name].join("/"))
      .digest("hex");
    const readable = name.replace(/[^0-9A-Za-z_-]+/g, "-").replace(/^[_-]+/, "");
    return `${readable.slice(0, MAX_CLUSTER_NAME - 8) || "eks"}-${digest.slice(0, 7)}`;
  });
}
