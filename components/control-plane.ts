import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { ClusterPlan } from "./eks-cluster-plan";
import { ruleName } from "./exposure";
import { serviceTrust } from "./iam";
import type { TokenCredentials } from "./kubeconfig";
import type { ClusterNetwork } from "./network";
import { attachManagedPolicy } from "./workload-role";

/** The control plane of a cluster: cluster role, key, log group, access group, EKS cluster. */
export function createControlPlane(
  name: string,
  plan: ClusterPlan,
  network: ClusterNetwork,
  parent: pulumi.Resource,
): eks.Cluster {
  const { tags } = plan;
  // The cluster role does not place the control plane's network interfaces: EKS's service-linked
  // role does (EKS user guide, "Using service-linked roles").
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      description: "Lets EKS manage the cluster",
      assumeRolePolicy: JSON.stringify(serviceTrust("eks.amazonaws.com")),
      tags,
    },
    { parent },
  );
  const policy = attachManagedPolicy(`${name}-role-policy`, role, "AmazonEKSClusterPolicy", parent);
  const keyArn = plan.secretsKeyArn ?? createKey(name, plan, parent);
  // EKS would create this group itself, keep its logs for ever, and leave it behind.
  const logs = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    {
      name: pulumi.interpolate`/aws/eks/${plan.clusterName}/cluster`,
      retentionInDays: plan.logRetentionDays,
      tags,
    },
    { parent, import: plan.importLogGroup },
  );
  const access = createAccessGroup(name, plan, network, parent);
  return new eks.Cluster(
    `${name}-eks`,
    {
      name: plan.clusterName,
      version: plan.kubernetesVersion,
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
      endpointPublicAccess: plan.endpointPublicAccess,
      publicAccessCidrs: plan.endpointPublicAccess ? [...plan.allowedCidrs] : undefined,
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      encryptionConfigKeyArn: keyArn,
      // VPC CNI, kube-proxy and CoreDNS are add-ons of this component, so EKS need not add its own.
      bootstrapSelfManagedAddons: false,
      useDefaultVpcCni: true,
      corednsAddonOptions: { enabled: false },
      // As a child of the cluster it would hold back all that needs the cluster's outputs.
      kubeProxyAddonOptions: { enabled: false },
      providerCredentialOpts: credentialOptions(plan.credentials),
      deletionProtection: plan.deletionProtection,
      tags,
    },
    // Named here too: Pulumi does not count a whole resource that is handed to such a component.
    { parent, dependsOn: [policy, logs, access], transforms: secretTransforms() },
  );
}

function createKey(
  name: string,
  { clusterName, tags }: ClusterPlan,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const key = new aws.kms.Key(
    `${name}-secrets`,
    {
      description: pulumi.interpolate`Secrets of the cluster ${clusterName}`,
      enableKeyRotation: true,
      deletionWindowInDays: 7,
      tags,
    },
    { parent },
  );
  return key.arn;
}

/**
 * Exercise 1, step 2: a security group that permits all traffic from your address only. It guards the
 * control plane's interfaces in the VPC, which callers reach through a VPN or a peered network. It
 * does not guard the public endpoint, which `publicAccessCidrs` does, nor the nodes, which have
 * groups of their own.
 */
function createAccessGroup(
  name: string,
  plan: ClusterPlan,
  network: ClusterNetwork,
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    `${name}-access`,
    {
      description: "All traffic, from your address only",
      vpcId: network.vpcId,
      revokeRulesOnDelete: true,
      tags: plan.tags,
    },
    { parent, customTimeouts: { delete: "30m" } },
  );
  plan.allowedCidrs.forEach(
    (cidrIpv4, i) =>
      new aws.vpc.SecurityGroupIngressRule(
        ruleName(`${name}-access`, cidrIpv4, i),
        {
          securityGroupId: group.id,
          description: "All traffic from your address",
          ipProtocol: "-1",
          cidrIpv4,
          tags: plan.tags,
        },
        { parent, aliases: [{ name: `${name}-access-${i}` }] },
      ),
  );
  return group;
}

/** Credentials of the provider within @pulumi/eks. */
function credentialOptions({
  profile,
  roleArn,
}: TokenCredentials): eks.types.input.KubeconfigOptionsArgs | undefined {
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

/** Pulumi's mocks refuse transforms, and create nothing within @pulumi/eks that could be a secret. */
function secretTransforms(): pulumi.ResourceTransform[] | undefined {
  return pulumi.runtime.getMonitor() instanceof MockMonitor ? undefined : [secretAuthority];
}
