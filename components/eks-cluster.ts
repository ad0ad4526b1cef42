import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ruleName, validateCallers } from "./exposure";
import { serviceTrust } from "./iam";
import { kubeconfigFor, type TokenCredentials } from "./kubeconfig";
import { Network } from "./network";
import { NodeGroup, type NodeOptions } from "./node-group";
import type { EksClusterInfo, TargetCluster } from "./target-cluster";
import { attachManagedPolicy, WorkloadRole } from "./workload-role";

/** Ranges that EKS takes for a public endpoint (EKS user guide, "View and manage quotas"). */
const MAX_ENDPOINT_RANGES = 40;

/** Arguments of EksCluster. */
export interface EksClusterArgs {
  /** Minor version of Kubernetes, such as 1.36, of the cluster and of its nodes' AMI. */
  kubernetesVersion: string;
  /** Availability zones to spread over, from 2 to 4: EKS wants two at least. */
  zones: number;
  /** Size and kind of the nodes. */
  nodes: NodeOptions;
  /** Name of the cluster in AWS. */
  clusterName: string;
  /** Who may reach the API server and the control plane's interfaces: IPv4 CIDR blocks. */
  allowedCidrs: readonly string[];
  /** The provider for everything of AWS; its default tags reach all but what others launch. */
  aws: aws.Provider;
  /** Tags for what no provider sees being made: instances and volumes. */
  tags: Readonly<Record<string, string>>;
  /**
   * With what the Kubernetes provider of this program makes its tokens: those that `aws` has. The
   * exported kubeconfig stays without. @default the usual chain of credentials
   */
  credentials?: TokenCredentials;
}

/**
 * An EKS cluster as exercise 1 wants it:
 *
 * 1. a network in two or more zones;
 * 2. the cluster role; a key for secrets; the log group that EKS would otherwise leave behind;
 * 3. a security group that admits all traffic from your address only;
 * 4. the cluster, its public endpoint open to your address only, its private one to the nodes;
 * 5. the VPC CNI, with a role of its own (IRSA), so that the nodes' role need not have its rights;
 * 6. the nodes, from a launch template that matches the cluster; kube-proxy and CoreDNS on them;
 * 7. a Kubernetes provider, on which all workloads depend: they go before the nodes do.
 *
 * About 15 minutes to create. Costs $0.10 an hour for the control plane, $1 a month for the key,
 * and the nodes.
 */
export class EksCluster extends pulumi.ComponentResource implements TargetCluster {
  readonly providers: pulumi.ProviderResource[];
  readonly eks: EksClusterInfo;
  /** Configuration of kubectl; a secret, though it holds no credentials of its own. */
  readonly kubeconfig: pulumi.Output<string>;
  /** The command that connects kubectl. */
  readonly connectCommand: pulumi.Output<string>;

  constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    validateCallers("EksCluster.allowedCidrs", args.allowedCidrs, MAX_ENDPOINT_RANGES);
    super("eks-exercises:components:EksCluster", name, {}, { ...opts, providers: [args.aws] });
    const { credentials = {} } = args;
    const network = new Network(`${name}-network`, args, { parent: this });
    const cluster = this.controlPlane(name, args, network);
    const facts = this.clusterFacts(args, cluster, network);
    const vpcCni = this.vpcCni(name, facts, cluster);
    const kubeProxy = this.addon(name, "kube-proxy", facts, [cluster]);
    const nodes = new NodeGroup(
      `${name}-nodes`,
      {
        ...args.nodes,
        cluster,
        kubernetesVersion: args.kubernetesVersion,
        vpcId: network.vpcId,
        // One zone: an Auto Scaling group evens out its zones, and nobody can tell that of a managed
        // node group not to (aws/containers-roadmap 1453). In two zones, of three nodes the lone one
        // may be the one that the autoscaler ends; the group then launches another.
        subnetIds: network.publicSubnetIds.slice(0, 1),
        // Nodes become ready by the VPC CNI; it must outlive them to give their interfaces back. On
        // destroy kube-proxy stays as long, so that Services work until the last pod is gone.
        dependencies: [vpcCni, kubeProxy, ...network.routes],
        tags: args.tags,
      },
      { parent: this },
    );
    this.addon(name, "coredns", facts, [nodes]);
    this.kubeconfig = pulumi.secret(cluster.kubeconfigJson);
    const provider = new k8s.Provider(
      `${name}-kubernetes`,
      { kubeconfig: this.kubeconfig.apply((text) => kubeconfigFor(text, credentials)) },
      { parent: this, dependsOn: [nodes] },
    );

    this.eks = {
      ...facts,
      nodeRoleName: nodes.roleName,
      nodeSecurityGroupId: nodes.securityGroupId,
      nodeGroupName: nodes.name,
      nodeGroupArn: nodes.arn,
      autoScalingGroupName: nodes.autoScalingGroupName,
    };
    this.providers = [args.aws, provider];
    this.connectCommand = pulumi.interpolate`aws eks update-kubeconfig --region ${facts.region} --name ${facts.clusterName}${credentials.profile ? ` --profile ${credentials.profile}` : ""}`;
    this.registerOutputs({
      ...this.eks,
      kubeconfig: this.kubeconfig,
      connectCommand: this.connectCommand,
    });
  }

  private controlPlane(name: string, args: EksClusterArgs, network: Network): eks.Cluster {
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        description: "Lets EKS manage the cluster",
        assumeRolePolicy: JSON.stringify(serviceTrust("eks.amazonaws.com")),
      },
      { parent: this },
    );
    const policy = attachManagedPolicy(`${name}-role-policy`, role, "AmazonEKSClusterPolicy", this);
    const key = new aws.kms.Key(
      `${name}-secrets`,
      {
        description: `Secrets of the cluster ${args.clusterName}`,
        enableKeyRotation: true,
        deletionWindowInDays: 7,
      },
      { parent: this },
    );
    // EKS would make this group itself, keep it for ever and leave it behind.
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { name: `/aws/eks/${args.clusterName}/cluster`, retentionInDays: 7 },
      { parent: this },
    );
    const access = this.accessGroup(name, args, network);
    return new eks.Cluster(
      `${name}-eks`,
      {
        name: args.clusterName,
        version: args.kubernetesVersion,
        upgradePolicy: { supportType: "STANDARD" },
        authenticationMode: eks.AuthenticationMode.Api,
        serviceRole: role,
        vpcId: network.vpcId,
        publicSubnetIds: network.publicSubnetIds,
        privateSubnetIds: network.privateSubnetIds,
        clusterSecurityGroup: access,
        skipDefaultSecurityGroups: true,
        skipDefaultNodeGroup: true,
        createOidcProvider: true,
        // The nodes' way to the API server: without it the CIDR blocks would cut them off.
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
        publicAccessCidrs: [...args.allowedCidrs],
        enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        encryptionConfigKeyArn: key.arn,
        // VPC CNI, kube-proxy and CoreDNS are add-ons of ours, so EKS need not bring its own.
        bootstrapSelfManagedAddons: false,
        useDefaultVpcCni: true,
        corednsAddonOptions: { enabled: false },
        // As a child of the cluster it would hold back all that needs the cluster's outputs.
        kubeProxyAddonOptions: { enabled: false },
        providerCredentialOpts: credentialOptions(args.credentials),
      },
      // Named here too: Pulumi does not count a whole resource that is handed to such a component.
      { parent: this, dependsOn: [policy, logs, access], transforms: [secretAuthority] },
    );
  }

  /** Exercise 1, step 2: a security group that permits all traffic from your address only. */
  private accessGroup(name: string, args: EksClusterArgs, network: Network): aws.ec2.SecurityGroup {
    const group = new aws.ec2.SecurityGroup(
      `${name}-access`,
      {
        description: "All traffic, from your address only",
        vpcId: network.vpcId,
        revokeRulesOnDelete: true,
      },
      { parent: this, customTimeouts: { delete: "30m" } },
    );
    args.allowedCidrs.forEach(
      (cidrIpv4, i) =>
        new aws.vpc.SecurityGroupIngressRule(
          ruleName(`${name}-access`, cidrIpv4),
          {
            securityGroupId: group.id,
            description: "All traffic from your address",
            ipProtocol: "-1",
            cidrIpv4,
          },
          { parent: this, aliases: [{ name: `${name}-access-${i}` }] },
        ),
    );
    return group;
  }

  private clusterFacts(args: EksClusterArgs, cluster: eks.Cluster, network: Network) {
    return {
      clusterName: cluster.eksCluster.name,
      kubernetesVersion: pulumi.output(args.kubernetesVersion),
      region: aws.getRegionOutput({}, { parent: this }).region,
      vpcId: network.vpcId,
      oidcProviderArn: cluster.oidcProviderArn,
      oidcIssuer: cluster.oidcIssuer,
    };
  }

  private vpcCni(
    name: string,
    facts: Pick<EksClusterInfo, "clusterName" | "oidcProviderArn" | "oidcIssuer">,
    cluster: eks.Cluster,
  ): aws.eks.Addon {
    const role = new WorkloadRole(
      `${name}-vpc-cni`,
      {
        eks: facts,
        serviceAccount: { namespace: "kube-system", name: "aws-node" },
        managedPolicy: "AmazonEKS_CNI_Policy",
      },
      { parent: this },
    );
    return this.addon(name, "vpc-cni", facts, [cluster, ...role.dependencies], role.arn);
  }

  /** An add-on in the version that EKS holds to be the default for the cluster's; what is there is taken over. */
  private addon(
    name: string,
    addonName: string,
    facts: Pick<EksClusterInfo, "clusterName">,
    dependsOn: pulumi.Resource[],
    serviceAccountRoleArn?: pulumi.Input<string>,
  ): aws.eks.Addon {
    return new aws.eks.Addon(
      `${name}-${addonName}`,
      {
        addonName,
        clusterName: facts.clusterName,
        serviceAccountRoleArn,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
      },
      { parent: this, dependsOn },
    );
  }
}

/** What the provider within @pulumi/eks makes its tokens with. */
function credentialOptions(
  credentials: TokenCredentials = {},
): eks.types.input.KubeconfigOptionsArgs | undefined {
  const { profile, roleArn } = credentials;
  if (profile === undefined && roleArn === undefined) return undefined;
  return { profileName: profile, roleArn };
}

/**
 * Makes the authority's certificate a secret, and so all that @pulumi/eks makes of it: it keeps
 * kubeconfigs in its own state, and in that of a provider, which would be in plain text there.
 */
const secretAuthority: pulumi.ResourceTransform = ({ type, props, opts }) => {
  if (type !== "aws:eks/cluster:Cluster") return undefined;
  const additionalSecretOutputs = ["certificateAuthority"];
  return { props, opts: pulumi.mergeOptions(opts, { additionalSecretOutputs }) };
};
