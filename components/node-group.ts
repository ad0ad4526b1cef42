import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import { componentType, withFormerType } from "./component-type";
import { serviceTrust } from "./iam";
import { architectureOf } from "./node-checks";
import type { NodeSettings } from "./node-options";
import { amiParameter, nodeUserData } from "./node-user-data";
import type { Tags } from "./tags";
import { attachManagedPolicy } from "./workload-role";

/** Arguments of NodeGroup. */
export interface NodeGroupArgs extends NodeSettings {
  /** The cluster that the nodes join. */
  cluster: eks.Cluster;
  /** Minor version of Kubernetes of cluster and AMI. */
  kubernetesVersion: string;
  vpcId: pulumi.Input<string>;
  /** The subnets to be in, all public or all private. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** What nodes need to become ready, and until they are gone: the VPC CNI, ways to the Internet. */
  dependencies: pulumi.Resource[];
  /** Tags for the group's resources; `tags` are for what they launch. */
  resourceTags?: Tags;
  /** Security group of the nodes, besides the cluster's own. @default one of this group's own */
  securityGroupId?: pulumi.Input<string>;
}

/** All that a kubelet needs. The VPC CNI has a role of its own, so its policy is not here. */
const NODE_POLICIES = {
  worker: "AmazonEKSWorkerNodePolicy",
  registry: "AmazonEC2ContainerRegistryPullOnly",
};

/**
 * The nodes of a cluster:
 *
 * 1. the node role, with what a kubelet needs and nothing else;
 * 2. a security group of the nodes' own, unless one is given, closed until a component opens a port;
 * 3. a launch template: AMI of the cluster's version, nodeadm user data, IMDSv2 with a hop limit of
 *    one (so that no pod takes the node's credentials), an encrypted gp3 root volume;
 * 4. a managed node group from that template.
 *
 * The template's name carries the version of Kubernetes, and arm64: another version or architecture
 * makes a new template and group, with its AMI, before the old ones go. Within a version the AMI
 * stays as it is, unless `amiRelease` or `amiId` names another. Costs, for each node: the instance,
 * its volume, and in a public subnet its address.
 */
export class NodeGroup extends pulumi.ComponentResource {
  readonly roleName: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly autoScalingGroupName: pulumi.Output<string>;

  constructor(name: string, args: NodeGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentType("NodeGroup"), name, {}, withFormerType("NodeGroup", opts));
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        description: "What a kubelet needs, and nothing else",
        assumeRolePolicy: JSON.stringify(serviceTrust("ec2.amazonaws.com")),
        tags: args.resourceTags,
      },
      { parent: this },
    );
    const policies = Object.entries(NODE_POLICIES).map(([key, policy]) =>
      attachManagedPolicy(`${name}-${key}`, role, policy, this),
    );
    this.securityGroupId = pulumi.output(args.securityGroupId ?? this.firewall(name, args).id);
    const template = this.launchTemplate(name, args);
    const group = this.group(name, args, role, template, [...policies, ...args.dependencies]);

    this.roleName = role.name;
    this.name = group.nodeGroup.nodeGroupName;
    this.arn = group.nodeGroup.arn;
    // Not nodeGroup.resources: an Output has a method of that name, which hides the property.
    this.autoScalingGroupName = group.nodeGroup
      .apply((nodeGroup) => nodeGroup.resources)
      .apply((resources) => resources[0]?.autoscalingGroups[0]?.name ?? "");
    this.registerOutputs({
      roleName: this.roleName,
      securityGroupId: this.securityGroupId,
      name: this.name,
      arn: this.arn,
      autoScalingGroupName: this.autoScalingGroupName,
    });
  }

  private firewall(name: string, args: NodeGroupArgs): aws.ec2.SecurityGroup {
    return new aws.ec2.SecurityGroup(
      `${name}-firewall`,
      {
        description: "Nodes: closed, until a component admits a port",
        vpcId: args.vpcId,
        revokeRulesOnDelete: true,
        tags: args.resourceTags,
      },
      { parent: this, customTimeouts: { delete: "30m" } },
    );
  }

  private launchTemplate(name: string, args: NodeGroupArgs): aws.ec2.LaunchTemplate {
    const cluster = args.cluster.eksCluster;
    const { labels, taints } = args;
    const userData = pulumi
      .all([
        cluster.name,
        cluster.endpoint,
        cluster.certificateAuthority,
        cluster.kubernetesNetworkConfig,
      ])
      .apply(([clusterName, endpoint, { data }, { serviceIpv4Cidr }]) =>
        nodeUserData({
          clusterName,
          endpoint,
          certificateAuthority: data,
          serviceCidr: serviceIpv4Cidr,
          labels,
          taints,
        }),
      );
    const instanceTags = pulumi.all([cluster.name, args.tags]).apply(([clusterName, tags]) => ({
      ...tags,
      Name: `${clusterName}-node`,
    }));
    return new aws.ec2.LaunchTemplate(
      `${name}-${args.kubernetesVersion.replace(".", "-")}${architectureSuffix(args)}`,
      {
        description: `Nodes of Kubernetes ${args.kubernetesVersion}`,
        imageId: args.amiId ?? this.ami(args),
        // Several types are the group's to choose from.
        instanceType: args.instanceTypes.length === 1 ? args.instanceTypes[0] : undefined,
        userData: userData.apply((text) => Buffer.from(text).toString("base64")),
        // Naming any group stops EKS from adding its own, so both are named.
        vpcSecurityGroupIds: [cluster.vpcConfig.clusterSecurityGroupId, this.securityGroupId],
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          httpPutResponseHopLimit: 1,
        },
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            ebs: {
              volumeSize: args.diskSizeGiB,
              volumeType: "gp3",
              encrypted: "true",
              deleteOnTermination: "true",
            },
          },
        ],
        // The tags of a node group stop at the group; these reach what it launches.
        tagSpecifications: ["instance", "volume"].map((resourceType) => ({
          resourceType,
          tags: instanceTags,
        })),
        tags: args.resourceTags,
      },
      {
        parent: this,
        // "recommended" moves with every AMI that AWS publishes, and would roll the nodes on any up.
        ignoreChanges: (args.amiId ?? args.amiRelease) ? [] : ["imageId"],
      },
    );
  }

  /** The id of the EKS-optimised AMI for the architecture of the group's types. */
  private ami({ kubernetesVersion, amiRelease, instanceTypes }: NodeGroupArgs) {
    const parameter = (architecture: "arm64" | "x86_64") =>
      amiParameter(kubernetesVersion, amiRelease, architecture);
    const name = pulumi.output(instanceTypes[0]!).apply((type) => parameter(architectureOf(type)));
    return aws.ssm.getParameterOutput({ name }, { parent: this }).value;
  }

  private group(
    name: string,
    args: NodeGroupArgs,
    role: aws.iam.Role,
    template: aws.ec2.LaunchTemplate,
    dependsOn: pulumi.Resource[],
  ): eks.ManagedNodeGroup {
    return new eks.ManagedNodeGroup(
      `${name}-group`,
      {
        cluster: args.cluster,
        nodeRole: role,
        subnetIds: args.subnetIds,
        launchTemplate: {
          id: template.id,
          // Never $Latest: it differs from what AWS reports, on every preview.
          version: pulumi.interpolate`${template.latestVersion}`,
        },
        scalingConfig: {
          minSize: args.minSize,
          desiredSize: args.desiredSize,
          maxSize: args.maxSize,
        },
        instanceTypes: args.instanceTypes.length > 1 ? args.instanceTypes : undefined,
        capacityType: args.capacityType,
        // The autoscaler reads these to know nodes that it has not launched yet.
        labels: args.labels,
        taints: args.taints,
        tags: args.resourceTags,
        // Else an up would undo what the autoscaler did.
        ignoreScalingChanges: true,
      },
      { parent: this, dependsOn },
    );
  }
}

/** Part of a template's name: the AMI of another architecture is another template's. */
function architectureSuffix({ instanceTypes }: NodeGroupArgs): string {
  const [type] = instanceTypes;
  return typeof type === "string" && architectureOf(type) === "arm64" ? "-arm64" : "";
}
