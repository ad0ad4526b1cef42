import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  EKS_CLUSTER_INFO,
  EksCluster,
  type EksClusterInfo,
  type TargetCluster,
} from "../components";
import { kubeconfigFor } from "../components/kubeconfig";
import { readAwsSettings, type AwsSettings } from "./aws-config";
import { expandHome } from "./kubeconfig";
import type { ClusterSource, Settings } from "./settings";

/** The cluster of a stack, from whichever source its settings name. */
export interface StackCluster extends TargetCluster {
  /** What the stack exports of it: nothing, unless the stack created it. */
  readonly outputs: Record<string, pulumi.Output<unknown>>;
}

/**
 * Creates the cluster, or takes another stack's, or one that a kubeconfig names.
 * @throws pulumi.RunError when the other stack has no cluster, with the command to bring it up
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
          }),
        ],
        outputs: {},
      };
  }
}

function created(
  source: Extract<ClusterSource, { kind: "create" }>,
  settings: Settings,
): StackCluster {
  const own = readAwsSettings(pulumi.runtime.allConfig());
  const cluster = new EksCluster("cluster", {
    ...source,
    aws: awsProvider(settings, own, aws.config.region),
    allowedCidrs: settings.allowedCidrs,
    tags: { ...own.tags, ...settings.tags },
    credentials: own.credentials,
  });
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

async function ofStack(stack: string, settings: Settings): Promise<StackCluster> {
  const outputs = await outputsOf(stack);
  const name = stack.split("/").at(-1);
  if (outputs["clusterName"] === undefined) {
    throw new pulumi.RunError(
      `cluster.stack: "${name}" has no cluster to offer yet; nothing was created\n` +
        `    fix: bring it up first: pulumi up -s ${name}`,
    );
  }
  if (settings.ingress && !settings.sockShop && outputs["sockShopUrl"] === undefined) {
    throw new pulumi.RunError(
      `ingress: sock-shop-ingress routes to SockShop, which stack "${name}" does not have; nothing was created\n` +
        `    fix: pulumi config set --path sockShop.nodePort 30001 -s ${name} && pulumi up -s ${name}`,
    );
  }
  const own = readAwsSettings(pulumi.runtime.allConfig());
  const reference = new pulumi.StackReference(stack);
  const facts = Object.fromEntries(
    EKS_CLUSTER_INFO.map((fact) => [fact, reference.requireOutput(fact)]),
  ) as Record<keyof EksClusterInfo, pulumi.Output<string>>;
  const provider = new k8s.Provider("kubernetes", {
    kubeconfig: pulumi
      .secret(reference.requireOutput("kubeconfig") as pulumi.Output<string>)
      .apply((text) => kubeconfigFor(text, own.credentials)),
  });
  // The cluster's own region, so that the two stacks cannot disagree.
  return {
    providers: [awsProvider(settings, own, facts.region), provider],
    eks: facts,
    outputs: {},
  };
}

/**
 * The outputs of another stack; none for one that does not exist. A StackReference to such would
 * end the run with the engine's own words, before ours could say what to do.
 */
async function outputsOf(stack: string): Promise<Record<string, unknown>> {
  try {
    const token = "pulumi:pulumi:readStackOutputs";
    const answer = (await pulumi.runtime.invoke(token, { name: stack })) as {
      outputs?: Record<string, unknown>;
    };
    return answer.outputs ?? {};
  } catch (error) {
    if (error instanceof Error && error.message.includes("unknown stack")) return {};
    throw error;
  }
}

/** One provider for everything on AWS, so that everything has the tags. */
function awsProvider(
  settings: Settings,
  own: AwsSettings,
  region: pulumi.Input<string> | undefined,
): aws.Provider {
  return new aws.Provider("aws", {
    ...own.provider,
    region: region as pulumi.Input<aws.Region> | undefined,
    defaultTags: { tags: { ...own.tags, ...settings.tags } },
  });
}
