import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CHARTS, CLUSTER_AUTOSCALER, KUBERNETES, quantities } from "./catalog";
import { chartArgs } from "./chart";
import { autoscalerPolicy, type PolicyDocument } from "./iam";
import type { EksClusterInfo, TargetCluster } from "./target-cluster";
import { WorkloadRole } from "./workload-role";

/** How the autoscaler may get its rights. */
export const AUTOSCALER_PERMISSIONS = ["irsa", "podIdentity", "nodeRole"] as const;
export type AutoscalerPermissions = (typeof AUTOSCALER_PERMISSIONS)[number];

/** Arguments of Autoscaler. */
export interface AutoscalerArgs {
  /** The cluster to resize, which must be of EKS. */
  cluster: TargetCluster & { readonly eks: EksClusterInfo };
  /**
   * How it gets its rights: `irsa` (a role for its service account), `podIdentity` (the same by EKS
   * Pod Identity), `nodeRole` (on the nodes' role: every pod gets them).
   */
  permissions: AutoscalerPermissions;
}

const SERVICE_ACCOUNT = { namespace: "kube-system", name: "cluster-autoscaler" };

/**
 * The cluster autoscaler of exercise 2:
 *
 * 1. its rights: to read, and to resize the groups that EKS tagged as this cluster's. By a role for
 *    its service account (`irsa`, `podIdentity`), or on the role of the nodes (`nodeRole`), where
 *    every pod that reaches the metadata service has them: the chapter's shortcut, which warns;
 * 2. the Helm release in kube-system, of the minor version of the cluster.
 *
 * It takes three nodes to two some ten minutes after the third is no longer needed. Costs nothing.
 */
export class Autoscaler extends pulumi.ComponentResource {
  /** ARN of its role; undefined with `nodeRole`. */
  readonly roleArn?: pulumi.Output<string>;
  /** The command that follows what it does. */
  readonly logsCommand: pulumi.Output<string>;

  constructor(name: string, args: AutoscalerArgs, opts?: pulumi.ComponentResourceOptions) {
    const providers = args.cluster.providers;
    super("eks-exercises:components:Autoscaler", name, {}, { ...opts, providers });
    const policy = this.policy(args.cluster.eks);
    const dependencies =
      args.permissions === "nodeRole" ? this.onNodeRole(name, args, policy) : undefined;
    const role = dependencies ? undefined : this.ownRole(name, args, policy);
    new k8s.helm.v3.Release(
      `${name}-release`,
      {
        ...chartArgs(CHARTS.clusterAutoscaler, "cluster-autoscaler", "kube-system"),
        values: this.values(args, role?.arn),
      },
      { parent: this, dependsOn: [...(dependencies ?? []), ...(role?.dependencies ?? [])] },
    );
    this.roleArn = role?.arn;
    this.logsCommand = pulumi.output(
      "kubectl logs --namespace kube-system deployment/cluster-autoscaler --follow",
    );
    this.registerOutputs({ roleArn: this.roleArn, logsCommand: this.logsCommand });
  }

  private policy(eks: EksClusterInfo): pulumi.Output<PolicyDocument> {
    const { partition } = aws.getPartitionOutput({}, { parent: this });
    const { region, clusterName, nodeGroupArn } = eks;
    return pulumi.output({ partition, region, clusterName, nodeGroupArn }).apply(autoscalerPolicy);
  }

  private ownRole(
    name: string,
    args: AutoscalerArgs,
    policy: pulumi.Output<PolicyDocument>,
  ): { arn: pulumi.Output<string>; dependencies: pulumi.Resource[] } {
    const isPodIdentity = args.permissions === "podIdentity";
    const { eks } = args.cluster;
    const { arn, dependencies } = new WorkloadRole(
      `${name}-${isPodIdentity ? "pod-identity" : "irsa"}`,
      { eks, serviceAccount: SERVICE_ACCOUNT, by: isPodIdentity ? "podIdentity" : "irsa", policy },
      { parent: this },
    );
    if (!isPodIdentity) return { arn, dependencies };
    const agent = new aws.eks.Addon(
      `${name}-agent`,
      { clusterName: eks.clusterName, addonName: "eks-pod-identity-agent" },
      { parent: this },
    );
    return { arn, dependencies: [...dependencies, agent] };
  }

  private onNodeRole(
    name: string,
    args: AutoscalerArgs,
    policy: pulumi.Output<PolicyDocument>,
  ): pulumi.Resource[] {
    void pulumi.log.warn(
      "autoscaler.permissions is nodeRole: every pod that reaches the nodes' metadata service can " +
        "resize and terminate the nodes. Use irsa: only the autoscaler's service account can then.",
      this,
    );
    const role = args.cluster.eks.nodeRoleName;
    return [
      new aws.iam.RolePolicy(
        `${name}-on-node-role`,
        { role, policy: pulumi.jsonStringify(policy) },
        { parent: this },
      ),
    ];
  }

  private values(args: AutoscalerArgs, roleArn: pulumi.Output<string> | undefined) {
    const { clusterName, region, kubernetesVersion } = args.cluster.eks;
    const isIrsa = args.permissions === "irsa";
    return {
      fullnameOverride: "cluster-autoscaler",
      cloudProvider: "aws",
      awsRegion: region,
      autoDiscovery: { clusterName },
      image: { tag: kubernetesVersion.apply(imageTag) },
      rbac: {
        serviceAccount: {
          create: true,
          name: SERVICE_ACCOUNT.name,
          annotations: isIrsa && roleArn ? { "eks.amazonaws.com/role-arn": roleArn } : {},
        },
      },
      // The nodes' metadata service answers one hop away only. A pod on the nodes' own network is
      // that near, which the shortcut needs: it takes the credentials of the node itself.
      hostNetwork: args.permissions === "nodeRole",
      resources: { requests: quantities(CLUSTER_AUTOSCALER) },
      extraArgs: {
        // Without these two, pods of kube-system and pods with local volumes pin their node.
        "skip-nodes-with-system-pods": false,
        "skip-nodes-with-local-storage": false,
        "balance-similar-node-groups": true,
        expander: "least-waste",
      },
    };
  }
}

/** The image whose minor version is the cluster's. */
function imageTag(kubernetesVersion: string): string {
  const release = KUBERNETES[kubernetesVersion];
  if (release) return release.clusterAutoscaler;
  throw new pulumi.RunError(
    `No cluster autoscaler is known for Kubernetes ${kubernetesVersion}: ` +
      `this project knows ${Object.keys(KUBERNETES).join(", ")}.`,
  );
}
