import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CHARTS, CLUSTER_AUTOSCALER, KUBERNETES, quantities } from "./catalog";
import { chartArgs } from "./chart";
import { componentType, withFormerType } from "./component-type";
import { autoscalerPolicy } from "./iam";
import { readFact, requireFacts, type EksClusterInfo } from "./target-cluster";
import { Arguments, ArgumentsError, isDeferred } from "./validation";
import { WorkloadRole } from "./workload-role";

/** How the autoscaler gets its permissions. */
export const AutoscalerPermissions = {
  /** An IAM role for its service account (IRSA). */
  irsa: "irsa",
  /** An IAM role for its service account, by EKS Pod Identity. */
  podIdentity: "podIdentity",
  /** A policy on the nodes' role, which every pod on the nodes' network has too. */
  nodeRole: "nodeRole",
} as const;
export type AutoscalerPermissions =
  (typeof AutoscalerPermissions)[keyof typeof AutoscalerPermissions];

/** Arguments of Autoscaler. */
export interface AutoscalerArgs {
  /**
   * The EKS cluster to resize: `clusterName`, `region`, `kubernetesVersion` (unless `imageTag` is
   * given), and `oidcProviderArn` and `oidcIssuer` with `irsa`, or `nodeRoleName` with `nodeRole`.
   */
  cluster: pulumi.Input<EksClusterInfo>;
  /**
   * How the autoscaler gets its permissions: `irsa`, `podIdentity` or `nodeRole`. Default: `irsa`.
   */
  permissions?: AutoscalerPermissions;
  /**
   * Tag of the image registry.k8s.io/autoscaling/cluster-autoscaler, such as v1.36.1. Its minor
   * version must be the cluster's. Default: the release of this package's catalogue for
   * `cluster.kubernetesVersion`; a version that the catalogue lacks is an error.
   */
  imageTag?: pulumi.Input<string>;
  /**
   * Whether to create the add-on eks-pod-identity-agent with `podIdentity`. Set it to false if the
   * cluster has the add-on, as an EksCluster with an add-on `by: "podIdentity"` has: EKS refuses a
   * second one. Plain, since the add-on is a resource. Default: true.
   */
  podIdentityAgent?: boolean;
}

const SERVICE_ACCOUNT = { namespace: "kube-system", name: "cluster-autoscaler" };

/**
 * The cluster autoscaler of exercise 2:
 *
 * 1. its permissions: to read, and to resize the Auto Scaling groups that EKS tagged as this
 *    cluster's. They are on a role for its service account (`irsa`, `podIdentity`), or on the nodes'
 *    role (`nodeRole`), the chapter's shortcut, which warns;
 * 2. with `podIdentity`, the add-on eks-pod-identity-agent, unless the cluster has it;
 * 3. the Helm release in kube-system, with the image of the cluster's minor version.
 *
 * It removes a node some ten minutes after the node is no longer needed. Costs nothing.
 */
export class Autoscaler extends pulumi.ComponentResource {
  /** ARN of the autoscaler's role; undefined with `nodeRole`. */
  readonly roleArn?: pulumi.Output<string>;
  /** Command that follows the autoscaler's log. */
  readonly logsCommand: pulumi.Output<string>;

  constructor(name: string, args: AutoscalerArgs, opts?: pulumi.ComponentResourceOptions) {
    const component = `Autoscaler "${name}"`;
    validate(component, args);
    super(componentType("Autoscaler"), name, {}, withFormerType("Autoscaler", opts));
    const read = (fact: keyof EksClusterInfo) => readFact(component, args.cluster, fact);
    const policy = this.policy(read);
    const { role, dependsOn } =
      args.permissions === "nodeRole"
        ? { role: undefined, dependsOn: [this.onNodeRole(name, read("nodeRoleName"), policy)] }
        : this.ownRole(name, args, read("clusterName"), policy);
    new k8s.helm.v3.Release(
      `${name}-release`,
      {
        ...chartArgs(CHARTS.clusterAutoscaler, "cluster-autoscaler", "kube-system"),
        values: chartValues(component, args, role?.arn),
      },
      { parent: this, dependsOn },
    );
    this.roleArn = role?.arn;
    this.logsCommand = pulumi.output(
      "kubectl logs --namespace kube-system deployment/cluster-autoscaler --follow",
    );
    this.registerOutputs({ roleArn: this.roleArn, logsCommand: this.logsCommand });
  }

  private policy(read: (fact: keyof EksClusterInfo) => pulumi.Output<string>) {
    const { partition } = aws.getPartitionOutput({}, { parent: this });
    const [region, clusterName] = [read("region"), read("clusterName")];
    return pulumi.jsonStringify(
      pulumi.output({ partition, region, clusterName }).apply(autoscalerPolicy),
    );
  }

  private ownRole(
    name: string,
    args: AutoscalerArgs,
    clusterName: pulumi.Output<string>,
    policy: pulumi.Output<string>,
  ): { role: WorkloadRole; dependsOn: pulumi.Resource[] } {
    const isPodIdentity = args.permissions === "podIdentity";
    const by = isPodIdentity ? "podIdentity" : "irsa";
    const role = new WorkloadRole(
      `${name}-${isPodIdentity ? "pod-identity" : "irsa"}`,
      { cluster: args.cluster, serviceAccount: SERVICE_ACCOUNT, by, policy },
      { parent: this },
    );
    if (!isPodIdentity || args.podIdentityAgent === false) return { role, dependsOn: [role] };
    const agent = new aws.eks.Addon(
      `${name}-agent`,
      { clusterName, addonName: "eks-pod-identity-agent" },
      { parent: this },
    );
    return { role, dependsOn: [role, agent] };
  }

  private onNodeRole(
    name: string,
    role: pulumi.Output<string>,
    policy: pulumi.Output<string>,
  ): pulumi.Resource {
    void pulumi.log.warn(
      "permissions is nodeRole: every pod that reaches the nodes' metadata service can " +
        "resize and terminate the nodes. Use irsa: only the autoscaler's service account can then.",
      this,
    );
    return new aws.iam.RolePolicy(`${name}-on-node-role`, { role, policy }, { parent: this });
  }
}

function validate(component: string, args: AutoscalerArgs): void {
  const check = new Arguments(component);
  check.choice("permissions", args.permissions, Object.values(AutoscalerPermissions));
  check.flag("podIdentityAgent", args.podIdentityAgent);
  const { cluster, permissions = "irsa", imageTag } = args;
  requireFacts(check, cluster, ["clusterName", "region"]);
  if (permissions === "irsa") requireFacts(check, cluster, ["oidcProviderArn", "oidcIssuer"]);
  if (permissions === "nodeRole") requireFacts(check, cluster, ["nodeRoleName"]);
  if (imageTag === undefined && !isDeferred(cluster)) {
    requireFacts(check, cluster, ["kubernetesVersion"]);
    const isKnown = (version: string) => version in KUBERNETES;
    check.check("cluster.kubernetesVersion", cluster?.kubernetesVersion, isKnown, KNOWN_VERSIONS);
  }
  check.throwIfAny();
}

const KNOWN_VERSIONS = `${Object.keys(KUBERNETES).join(", ")}; or any version, with imageTag`;

/** The image whose minor version is the cluster's. */
function imageTag(component: string, args: AutoscalerArgs): pulumi.Input<string> {
  if (args.imageTag !== undefined) return args.imageTag;
  return readFact(component, args.cluster, "kubernetesVersion").apply((value) => {
    const release = KUBERNETES[value];
    if (release) return release.clusterAutoscaler;
    const path = "cluster.kubernetesVersion";
    throw new ArgumentsError(component, [{ path, value, allowed: KNOWN_VERSIONS }]);
  });
}

function chartValues(
  component: string,
  args: AutoscalerArgs,
  roleArn: pulumi.Output<string> | undefined,
) {
  const { permissions = "irsa" } = args;
  return {
    fullnameOverride: "cluster-autoscaler",
    cloudProvider: "aws",
    awsRegion: readFact(component, args.cluster, "region"),
    autoDiscovery: { clusterName: readFact(component, args.cluster, "clusterName") },
    image: { tag: imageTag(component, args) },
    rbac: {
      serviceAccount: {
        create: true,
        name: SERVICE_ACCOUNT.name,
        annotations:
          permissions === "irsa" && roleArn ? { "eks.amazonaws.com/role-arn": roleArn } : {},
      },
    },
    // The nodes' metadata service answers one hop away only. A pod on the nodes' own network is
    // that near, which the shortcut needs: it takes the credentials of the node itself.
    hostNetwork: permissions === "nodeRole",
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
