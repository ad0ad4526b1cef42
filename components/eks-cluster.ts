import * as aws from "@pulumi/aws";
import type * as eks from "@pulumi/eks";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createAccessEntries } from "./access-entries";
import { createAddon, createAddons, createVpcCni } from "./addons";
import { componentType, withFormerType } from "./component-type";
import { createControlPlane } from "./control-plane";
import type { EksClusterArgs } from "./eks-cluster-args";
import { planCluster, type ClusterPlan, type PlannedNodes } from "./eks-cluster-plan";
import { takeNetwork } from "./existing-network";
import { kubeconfigFor } from "./kubeconfig";
import { Network, type ClusterNetwork } from "./network";
import { NodeGroup } from "./node-group";
import type { EksClusterInfo } from "./target-cluster";

/** What an EksCluster holds that is no output. */
interface InnerResources {
  readonly eksCluster: pulumi.Output<aws.eks.Cluster>;
  readonly vpc?: aws.ec2.Vpc;
  readonly kubernetes: k8s.Provider;
  readonly nodeGroups: ReadonlyMap<string, NodeGroup>;
  readonly addons: ReadonlyMap<string, aws.eks.Addon>;
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
 * AWS resources use the provider of `opts.provider` or `opts.providers`, else the default one. Wrong
 * arguments throw an ArgumentsError with all that is wrong, before anything is created. Children
 * inherit `protect` and `retainOnDelete`, and `opts.transforms` reach every one of them.
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

  // Resources are no outputs: Pulumi's schema of a component has no type for providers, nor for
  // components of this package, and one of AWS's needs the schema of the whole AWS provider.
  static readonly #inner = new WeakMap<EksCluster, InnerResources>();

  constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const plan = planCluster(name, args, opts);
    super(componentType("EksCluster"), name, {}, withFormerType("EksCluster", opts));
    const network = this.network(name, plan);
    const cluster = createControlPlane(name, plan, network, this);
    const facts = this.clusterFacts(plan, cluster, network);
    createAccessEntries(name, plan.accessEntries, { ...facts, tags: plan.tags }, this);
    const context = { name, cluster: facts, tags: plan.tags, parent: this };
    const vpcCni = createVpcCni(context, [cluster]);
    const kubeProxy = createAddon(context, { name: "kube-proxy" }, [cluster]);
    const nodeGroups = this.createNodes(name, plan, cluster, network, [vpcCni, kubeProxy]);
    createAddon(context, { name: "coredns" }, [...nodeGroups.values()]);
    const addons = createAddons(context, plan.addons, [...nodeGroups.values()]);
    this.kubeconfig = pulumi.secret(cluster.kubeconfigJson);
    const kubernetes = new k8s.Provider(
      `${name}-kubernetes`,
      {
        kubeconfig: kubeconfigFor(this.kubeconfig, plan.credentials),
        // A field that somebody changed by hand has another manager: `up --refresh` takes it back.
        enablePatchForce: true,
      },
      { parent: this, dependsOn: [...nodeGroups.values()] },
    );

    const nodes = nodeGroups.get("nodes")!;
    const { eksCluster } = cluster;
    EksCluster.#inner.set(this, { eksCluster, vpc: network.vpc, kubernetes, nodeGroups, addons });
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

  /** The EKS cluster itself. */
  get eksCluster(): pulumi.Output<aws.eks.Cluster> {
    return EksCluster.#inner.get(this)!.eksCluster;
  }

  /** The VPC of the component's own; undefined in an existing one. */
  get vpc(): aws.ec2.Vpc | undefined {
    return EksCluster.#inner.get(this)!.vpc;
  }

  /** The Kubernetes provider of the cluster; what uses it goes before the nodes do. */
  get kubernetesProvider(): k8s.Provider {
    return EksCluster.#inner.get(this)!.kubernetes;
  }

  /** The groups of nodes by name: `nodes`, and those of `nodeGroups`. */
  get nodeGroups(): ReadonlyMap<string, NodeGroup> {
    return EksCluster.#inner.get(this)!.nodeGroups;
  }

  /** The add-ons of `addons`, by name; what needs one depends on it. */
  get addons(): ReadonlyMap<string, aws.eks.Addon> {
    return EksCluster.#inner.get(this)!.addons;
  }

  /** The providers for what is put on the cluster: AWS's, if one was given, and Kubernetes'. */
  get providers(): pulumi.ProviderResource[] {
    const provider = this.getProvider("aws:index:Provider");
    return [...(provider ? [provider] : []), this.kubernetesProvider];
  }

  private network(name: string, plan: ClusterPlan): ClusterNetwork {
    const { component, clusterName, tags } = plan;
    if ("vpcId" in plan.network) return takeNetwork(component, plan.network, this);
    const args = { ...plan.network, clusterName, tags };
    return new Network(`${name}-network`, args, { parent: this });
  }

  /** The groups of nodes; the first is `nodes`, whose security group the others share. */
  private createNodes(
    name: string,
    plan: ClusterPlan,
    cluster: eks.Cluster,
    network: ClusterNetwork,
    addons: pulumi.Resource[],
  ): Map<string, NodeGroup> {
    const create = (
      group: string,
      nodes: PlannedNodes,
      securityGroupId?: pulumi.Input<string>,
    ): NodeGroup =>
      new NodeGroup(
        `${name}-${group}`,
        {
          ...nodes,
          cluster,
          kubernetesVersion: plan.kubernetesVersion,
          vpcId: network.vpcId,
          subnetIds: network.nodeSubnetIds(nodes.subnets, nodes.zones),
          // Nodes become ready by the VPC CNI; it must outlive them to give their interfaces back.
          // On destroy kube-proxy stays as long, so that Services work until the last pod is gone.
          dependencies: [...addons, ...network.routes],
          resourceTags: plan.tags,
          securityGroupId,
        },
        { parent: this },
      );
    const nodes = create("nodes", plan.nodes);
    // What a component opens is open on every node: a Service's node port is.
    const others = [...plan.nodeGroups].map(
      ([group, options]) => [group, create(group, options, nodes.securityGroupId)] as const,
    );
    return new Map([["nodes", nodes], ...others]);
  }

  private clusterFacts(plan: ClusterPlan, cluster: eks.Cluster, network: ClusterNetwork) {
    return {
      clusterName: cluster.eksCluster.name,
      kubernetesVersion: pulumi.output(plan.kubernetesVersion),
      region: aws.getRegionOutput({}, { parent: this }).region,
      vpcId: network.vpcId,
      oidcProviderArn: cluster.oidcProviderArn,
      oidcIssuer: cluster.oidcIssuer,
    };
  }
}
