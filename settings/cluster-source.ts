import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { EKS_CLUSTER_INFO, EksCluster, type EksClusterInfo } from "../components";
import { kubeconfigFor } from "../components/kubeconfig";
import { ZONES_FOR_EKS } from "../components/network";
import { readAwsSettings, type AwsSettings } from "./aws-config";
import { findLogGroupToImport } from "./earlier-cluster";
import { commandOf } from "./edits";
import { expandHome } from "./kubeconfig";
import { ProgramError } from "./problems";
import { runtimeContext } from "./runtime";
import type { ClusterSource, Settings } from "./settings";

/** The cluster of a stack, from whichever source its settings name. */
export interface StackCluster {
  /** The Kubernetes provider, and AWS's if the cluster is EKS. */
  readonly providers: pulumi.ProviderResource[];
  /** Undefined for a cluster that is known only by its kubeconfig, such as kind. */
  readonly eks?: EksClusterInfo;
  /** What the stack exports of it: nothing, unless the stack created it. */
  readonly outputs: Record<string, pulumi.Input<unknown>>;
}

/**
 * Creates the cluster, or takes another stack's, or one that a kubeconfig names.
 * @throws ProgramError if the region has fewer zones than the cluster is to have
 */
export async function clusterOf(settings: Settings): Promise<StackCluster> {
  const source = settings.cluster;
  switch (source.kind) {
    case "create":
      return created(source, settings);
    case "stack":
      return ofStack(source.stack, settings);
    case "kubeconfig":
      return {
        providers: [
          new k8s.Provider("kubernetes", {
            kubeconfig: expandHome(source.path),
            context: source.context,
            enablePatchForce: true,
          }),
        ],
        outputs: {},
      };
  }
}

async function created(
  source: Extract<ClusterSource, { kind: "create" }>,
  settings: Settings,
): Promise<StackCluster> {
  const own = readAwsSettings(pulumi.runtime.allConfig());
  const provider = awsProvider(settings, own, aws.config.region, source.clusterName);
  await requireZones(source.zones, provider);
  // The provider's default tags reach all but what AWS itself launches: instances and volumes.
  const tags = { ...own.tags, ...settings.tags };
  const { clusterName, kubernetesVersion, zones, nodes } = source;
  const importLogGroup = await findLogGroupToImport(
    { name: settings.name, clusterName },
    aws.config.region,
    provider,
  );
  const cluster = new EksCluster(
    "cluster",
    {
      clusterName,
      kubernetesVersion,
      zones,
      nodes: { ...nodes, tags },
      allowedCidrs: [...settings.allowedCidrs],
      credentials: own.credentials,
      importLogGroup,
    },
    { provider },
  );
  return {
    providers: cluster.providers,
    eks: cluster.eks,
    outputs: {
      ...cluster.eks,
      kubeconfig: cluster.kubeconfig,
      connectCommand: cluster.connectCommand,
    },
  };
}

/** Asks for the zones before anything is created: a network with too few would be found half made. */
async function requireZones(count: number, provider: aws.Provider): Promise<void> {
  const { names } = await aws.getAvailabilityZones(ZONES_FOR_EKS, { provider });
  if (names.length >= count) return;
  const mend = { set: ["cluster", "create", "zones"], to: names.length } as const;
  throw new ProgramError(
    `cluster.create.zones: ${count}; nothing was created\n` +
      `    allowed: at most ${names.length}, the zones of this region that EKS can use\n` +
      `    fix: ${commandOf([mend], runtimeContext())}`,
  );
}

/** The settings have made sure that this stack has a cluster, and that its outputs can be read. */
function ofStack(stack: string, settings: Settings): StackCluster {
  const own = readAwsSettings(pulumi.runtime.allConfig());
  const reference = new pulumi.StackReference(stack);
  const facts = Object.fromEntries(
    EKS_CLUSTER_INFO.map((fact) => [fact, reference.requireOutput(fact)]),
  ) as Record<keyof EksClusterInfo, pulumi.Output<string>>;
  const provider = new k8s.Provider("kubernetes", {
    kubeconfig: kubeconfigFor(
      pulumi.secret(reference.requireOutput("kubeconfig") as pulumi.Output<string>),
      own.credentials,
    ),
    // As the cluster's own provider has it.
    enablePatchForce: true,
  });
  // The cluster's own region, so that the two stacks cannot disagree.
  return {
    providers: [awsProvider(settings, own, facts.region, facts.clusterName), provider],
    eks: facts,
    outputs: {},
  };
}

/** One provider for everything on AWS, so that everything has the tags. */
function awsProvider(
  settings: Settings,
  own: AwsSettings,
  region: pulumi.Input<string> | undefined,
  clusterName: pulumi.Input<string>,
): aws.Provider {
  return new aws.Provider("aws", {
    ...own.provider,
    region: region as pulumi.Input<aws.Region> | undefined,
    // The cluster's name tells a role or a provider of one cluster from another's: the teardown needs it.
    defaultTags: { tags: { ...own.tags, ...settings.tags, Cluster: clusterName } },
  });
}
