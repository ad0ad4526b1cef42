import type * as pulumi from "@pulumi/pulumi";
import type { AccessEntryOptions } from "./access-entries";
import type { AddonOptions } from "./addons";
import { DEFAULT_KUBERNETES } from "./catalog";
import { nameCluster } from "./cluster-name";
import { checkCluster } from "./eks-cluster-checks";
import type { EksClusterArgs } from "./eks-cluster-args";
import type { ExistingNetwork } from "./existing-network";
import type { TokenCredentials } from "./kubeconfig";
import type { NatGateways } from "./network-options";
import { settleNodes, type NodeOptions, type NodeSettings, type NodeSubnets } from "./node-options";
import { mergeTags, type Tags } from "./tags";
import { Arguments } from "./validation";

/** A network to create. */
interface NewNetwork {
  readonly zones: number;
  readonly natGateways: NatGateways;
  readonly vpcEndpoints: boolean;
}

/** A node group with its place. */
export interface PlannedNodes extends NodeSettings {
  readonly subnets: NodeSubnets;
}

/** The arguments of EksCluster, checked and with defaults. */
export interface ClusterPlan {
  /** Type and name of the component, for errors. */
  readonly component: string;
  readonly allowedCidrs: readonly pulumi.Input<string>[];
  readonly endpointPublicAccess: boolean;
  readonly kubernetesVersion: string;
  readonly clusterName: pulumi.Input<string>;
  readonly network: NewNetwork | ExistingNetwork;
  readonly nodes: PlannedNodes;
  /** The groups besides `nodes`, by name. */
  readonly nodeGroups: ReadonlyMap<string, PlannedNodes>;
  readonly accessEntries: Readonly<Record<string, AccessEntryOptions>>;
  readonly addons: readonly AddonOptions[];
  readonly credentials: TokenCredentials;
  readonly importLogGroup?: string;
  readonly secretsKeyArn?: pulumi.Input<string>;
  readonly logRetentionDays: pulumi.Input<number>;
  readonly deletionProtection?: pulumi.Input<boolean>;
  readonly tags?: Tags;
}

/**
 * Checks the arguments of an EksCluster and adds the defaults.
 * @throws ArgumentsError with all that is wrong
 */
export function planCluster(
  name: string,
  args: EksClusterArgs,
  opts: pulumi.ComponentResourceOptions = {},
): ClusterPlan {
  const component = `EksCluster ${JSON.stringify(name)}`;
  const problems = new Arguments(component);
  checkCluster(problems, args);
  problems.throwIfAny();
  const planNodes = (options: NodeOptions): PlannedNodes => {
    const settings = settleNodes({ ...options, tags: mergeTags(args.tags, options.tags) });
    return { ...settings, subnets: settings.subnets ?? defaultSubnets(args) };
  };
  const groups = Object.entries(args.nodeGroups ?? {});
  const nodes = planNodes(args.nodes ?? {});
  const nodeGroups = new Map(groups.map(([group, options]) => [group, planNodes(options)]));
  const hasPublicNodes = [nodes, ...nodeGroups.values()].some(
    ({ subnets }) => subnets === "public",
  );
  return {
    component,
    allowedCidrs: args.allowedCidrs,
    endpointPublicAccess: args.endpointPublicAccess ?? true,
    kubernetesVersion: args.kubernetesVersion ?? DEFAULT_KUBERNETES,
    clusterName: args.clusterName ?? nameCluster(name, opts.parent),
    network: planNetwork(args, hasPublicNodes),
    nodes,
    nodeGroups,
    accessEntries: args.accessEntries ?? {},
    addons: args.addons ?? [],
    credentials: args.credentials ?? {},
    importLogGroup: args.importLogGroup,
    secretsKeyArn: args.secretsKeyArn,
    logRetentionDays: args.logRetentionDays ?? 7,
    deletionProtection: args.deletionProtection,
    tags: args.tags,
  };
}

function planNetwork(args: EksClusterArgs, hasPublicNodes: boolean): NewNetwork | ExistingNetwork {
  const { vpcId, publicSubnetIds = [], privateSubnetIds = [] } = args;
  if (vpcId !== undefined) {
    return { vpcId, publicSubnetIds, privateSubnetIds, hasPublicNodes };
  }
  const { zones = 2, natGateways = "none", vpcEndpoints = false } = args;
  return { zones, natGateways, vpcEndpoints };
}

/** Private subnets, where nodes have a way out of them. */
function defaultSubnets(args: EksClusterArgs): NodeSubnets {
  const { natGateways = "none", vpcEndpoints = false, privateSubnetIds } = args;
  const hasWay = natGateways !== "none" || vpcEndpoints || privateSubnetIds !== undefined;
  return hasWay ? "private" : "public";
}
