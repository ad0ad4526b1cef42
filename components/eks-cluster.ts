import * as aws from "@pulumi/aws";
import type * as eks from "@pulumi/eks";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createControlPlane } from "./control-plane";
import type { EksClusterArgs } from "./eks-cluster-args";
import { planCluster, type ClusterPlan } from "./eks-cluster-plan";
import { kubeconfigFor } from "./kubeconfig";
import { Network } from "./network";
import { NodeGroup } from "./node-group";
import type { EksClusterInfo } from "./target-cluster";
import { WorkloadRole } from "./workload-role";

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
 * AWS resources use the provider of `opts.provider` or `opts.providers`, else the default one. Wrong
 * arguments throw an ArgumentsError with all that is wrong, before anything is created.
 *
 * About 15 minutes to create. Costs $0.10 an hour for the control plane, $1 a month for the key,
 * and the nodes.
 *
 * @example
 * new EksCluster("shop", { allowedCidrs: ["203.0.113.7/32"] });
 */
export class EksCluster extends pulumi.ComponentResource {
  /** The cluster, for other components. */
  readonly eks: EksClusterInfo;
  /** Configuration of kubectl; a secret, though it holds no credentials of its own. */
  readonly kubeconfig: pulumi.Output<string>;
  /** The command that connects kubectl. */
  readonly connectCommand: pulumi.Output<string>;

  // Providers are no outputs: Pulumi's schema of a component has no type for them.
  static readonly #kubernetes = new WeakMap<EksCluster, k8s.Provider>();

  constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const plan = planCluster(name, args, opts);
    super("eks-exercises:components:EksCluster", name, {}, opts);
    const network = new Network(`${name}-network`, plan, { parent: this });
    const cluster = createControlPlane(name, plan, network, this);
    const facts = this.clusterFacts(plan, cluster, network);
    const vpcCni = this.vpcCni(name, facts, cluster);
    const kubeProxy = this.addon(name, "kube-proxy", facts, [cluster]);
    const nodes = new NodeGroup(
      `${name}-nodes`,
      {
        ...plan.nodes,
        cluster,
        kubernetesVersion: plan.kubernetesVersion,
        vpcId: network.vpcId,
        // One zone: an Auto Scaling group evens out its zones, and nobody can tell that of a managed
        // node group not to (aws/containers-roadmap 1453). In two zones, of three nodes the lone one
        // may be the one that the autoscaler ends; the group then launches another.
        subnetIds: network.publicSubnetIds.slice(0, 1),
        // Nodes become ready by the VPC CNI; it must outlive them to give their interfaces back. On
        // destroy kube-proxy stays as long, so that Services work until the last pod is gone.
        dependencies: [vpcCni, kubeProxy, ...network.routes],
      },
      { parent: this },
    );
    this.addon(name, "coredns", facts, [nodes]);
    this.kubeconfig = pulumi.secret(cluster.kubeconfigJson);
    const kubernetes = new k8s.Provider(
      `${name}-kubernetes`,
      { kubeconfig: kubeconfigFor(this.kubeconfig, plan.credentials) },
      { parent: this, dependsOn: [nodes] },
    );
    EksCluster.#kubernetes.set(this, kubernetes);

    this.eks = {
      ...facts,
      nodeRoleName: nodes.roleName,
      nodeSecurityGroupId: nodes.securityGroupId,
      nodeGroupName: nodes.name,
      nodeGroupArn: nodes.arn,
      autoScalingGroupName: nodes.autoScalingGroupName,
    };
    const profile = pulumi.output(plan.credentials.profile);
    this.connectCommand = pulumi.interpolate`aws eks update-kubeconfig --region ${facts.region} --name ${facts.clusterName}${profile.apply((text) => (text ? ` --profile ${text}` : ""))}`;
    this.registerOutputs({
      ...this.eks,
      kubeconfig: this.kubeconfig,
      connectCommand: this.connectCommand,
    });
  }

  /** The Kubernetes provider of the cluster; what uses it goes before the nodes do. */
  get kubernetesProvider(): k8s.Provider {
    return EksCluster.#kubernetes.get(this)!;
  }

  /** The providers for what is put on the cluster: AWS's, if one was given, and Kubernetes'. */
  get providers(): pulumi.ProviderResource[] {
    const provider = this.getProvider("aws:index:Provider");
    return [...(provider ? [provider] : []), this.kubernetesProvider];
  }

  private clusterFacts(plan: ClusterPlan, cluster: eks.Cluster, network: Network) {
    return {
      clusterName: cluster.eksCluster.name,
      kubernetesVersion: pulumi.output(plan.kubernetesVersion),
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
        cluster: facts,
        serviceAccount: { namespace: "kube-system", name: "aws-node" },
        managedPolicy: "AmazonEKS_CNI_Policy",
      },
      { parent: this },
    );
    return this.addon(name, "vpc-cni", facts, [cluster, role], role.arn);
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
