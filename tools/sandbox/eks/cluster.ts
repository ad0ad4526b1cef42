import { workerData } from "node:worker_threads";
import * as aws from "@pulumi/aws";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { makeKubeconfig } from "../../cloud/eks/kubeconfig";

/** Inputs of eks:index:Cluster, as far as the sandbox has them. */
export interface ClusterInputs {
  readonly name?: pulumi.Input<string>;
  readonly version?: pulumi.Input<string>;
  readonly serviceRole?: pulumi.Input<aws.iam.Role>;
  readonly vpcId?: pulumi.Input<string>;
  readonly publicSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  readonly privateSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  readonly clusterSecurityGroup?: pulumi.Input<aws.ec2.SecurityGroup>;
  readonly endpointPrivateAccess?: pulumi.Input<boolean>;
  readonly endpointPublicAccess?: pulumi.Input<boolean>;
  readonly publicAccessCidrs?: pulumi.Input<pulumi.Input<string>[]>;
  readonly enabledClusterLogTypes?: pulumi.Input<pulumi.Input<string>[]>;
  readonly encryptionConfigKeyArn?: pulumi.Input<string>;
  readonly bootstrapSelfManagedAddons?: boolean;
  readonly authenticationMode?: string;
  readonly deletionProtection?: pulumi.Input<boolean>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly upgradePolicy?: pulumi.Input<aws.types.input.eks.ClusterUpgradePolicy>;
  readonly createOidcProvider?: boolean;
  readonly kubeProxyAddonOptions?: { readonly enabled?: boolean };
  // What the sandbox does not have unless it is off.
  readonly skipDefaultNodeGroup?: boolean;
  readonly skipDefaultSecurityGroups?: boolean;
  readonly useDefaultVpcCni?: boolean;
  readonly corednsAddonOptions?: { readonly enabled?: boolean };
}

/** The cluster with its children: the cluster of AWS, kube-proxy, the issuer's twin in IAM. */
export class ClusterComponent extends pulumi.ComponentResource {
  readonly state: pulumi.Inputs;

  constructor(name: string, args: ClusterInputs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:Cluster", name, args, opts);
    refuseWhatIsNotSimulated(args);
    const cluster = this.cluster(name, args);
    if (args.kubeProxyAddonOptions?.enabled ?? true) this.kubeProxy(name, cluster);
    const kubeconfig = pulumi
      .all([cluster.name, cluster.endpoint, cluster.certificateAuthority])
      .apply(
        ([clusterName, endpoint, { data }]) =>
          realKubeconfig() ?? makeKubeconfig(clusterName, endpoint, data),
      );
    const kubeconfigJson = kubeconfig.apply((config) => JSON.stringify(config));
    const kubernetes = new KubernetesProvider(
      `${name}-eks-k8s`,
      { kubeconfig: kubeconfigJson },
      { parent: this },
    );
    const oidcProviderUrl = cluster.identities.apply(
      (identities) => identities[0]?.oidcs?.[0]?.issuer ?? "",
    );
    const oidcProvider = args.createOidcProvider
      ? new aws.iam.OpenIdConnectProvider(
          `${name}-oidcProvider`,
          {
            clientIdLists: ["sts.amazonaws.com"],
            url: oidcProviderUrl,
            thumbprintLists: ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"],
          },
          { parent: this },
        )
      : undefined;
    this.state = {
      kubeconfig,
      kubeconfigJson,
      eksCluster: cluster,
      core: {
        cluster,
        endpoint: cluster.endpoint,
        vpcId: args.vpcId,
        publicSubnetIds: args.publicSubnetIds,
        privateSubnetIds: args.privateSubnetIds,
        kubeconfig,
        provider: kubernetes,
        oidcProvider,
        instanceRoles: [],
      },
      clusterSecurityGroup: args.clusterSecurityGroup,
      clusterSecurityGroupId: pulumi
        .output(args.clusterSecurityGroup)
        .apply((group) => group?.id ?? ""),
      instanceRoles: [],
      nodeSecurityGroupId: "",
      clusterIngressRuleId: "",
      defaultNodeGroupAsgName: "",
      fargateProfileId: "",
      fargateProfileStatus: "",
      autoModeNodeRoleName: "",
      oidcProviderArn: oidcProvider?.arn ?? "",
      oidcProviderUrl,
      oidcIssuer: oidcProviderUrl.apply((url) => url.replace("https://", "")),
    };
    this.registerOutputs(this.state);
  }

  private cluster(name: string, args: ClusterInputs): aws.eks.Cluster {
    const subnetIds = pulumi
      .all([args.publicSubnetIds ?? [], args.privateSubnetIds ?? []])
      .apply(([open, closed]) => [...open, ...closed]);
    const groupId = pulumi
      .output(args.clusterSecurityGroup)
      .apply((group) => pulumi.output(group?.id ?? ""));
    return new aws.eks.Cluster(
      `${name}-eksCluster`,
      {
        name: args.name,
        roleArn: pulumi.output(args.serviceRole).apply((role) => role!.arn),
        version: args.version,
        bootstrapSelfManagedAddons: args.bootstrapSelfManagedAddons ?? true,
        vpcConfig: {
          securityGroupIds: args.clusterSecurityGroup ? [groupId] : undefined,
          subnetIds,
          endpointPrivateAccess: args.endpointPrivateAccess,
          endpointPublicAccess: args.endpointPublicAccess,
          publicAccessCidrs: args.publicAccessCidrs,
        },
        enabledClusterLogTypes: args.enabledClusterLogTypes,
        encryptionConfig: args.encryptionConfigKeyArn
          ? { provider: { keyArn: args.encryptionConfigKeyArn }, resources: ["secrets"] }
          : undefined,
        accessConfig: args.authenticationMode
          ? {
              authenticationMode: args.authenticationMode,
              bootstrapClusterCreatorAdminPermissions: true,
            }
          : undefined,
        upgradePolicy: args.upgradePolicy,
        deletionProtection: args.deletionProtection,
        tags: pulumi.output(args.tags).apply((tags) => ({ Name: `${name}-eksCluster`, ...tags })),
      },
      {
        parent: this,
        ignoreChanges: [
          "accessConfig.bootstrapClusterCreatorAdminPermissions",
          "bootstrapSelfManagedAddons",
        ],
      },
    );
  }

  private kubeProxy(name: string, cluster: aws.eks.Cluster): void {
    const addon = { addonName: "kube-proxy" };
    const { version } = aws.eks.getAddonVersionOutput(
      { ...addon, kubernetesVersion: cluster.version, mostRecent: true },
      { parent: this },
    );
    new aws.eks.Addon(
      `${name}-kube-proxy`,
      {
        ...addon,
        clusterName: cluster.name,
        preserve: true,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        addonVersion: version,
      },
      { parent: this },
    );
  }
}

/** The kubeconfig of the user's own cluster, if the sandbox runs on one. */
function realKubeconfig(): Record<string, unknown> | undefined {
  const data = workerData as { kubeconfig?: Record<string, unknown> } | null;
  return data?.kubeconfig;
}

function refuseWhatIsNotSimulated(args: ClusterInputs): void {
  const isSimulated =
    args.serviceRole !== undefined &&
    args.skipDefaultNodeGroup === true &&
    (args.skipDefaultSecurityGroups === true || args.clusterSecurityGroup !== undefined) &&
    args.useDefaultVpcCni === true &&
    args.corednsAddonOptions?.enabled === false;
  if (isSimulated) return;
  throw new Error(
    "the simulated cloud has eks.Cluster with serviceRole, skipDefaultNodeGroup, skipDefaultSecurityGroups, " +
      "useDefaultVpcCni and corednsAddonOptions.enabled = false only",
  );
}
