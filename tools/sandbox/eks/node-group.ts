import * as aws from "@pulumi/aws";
import type * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";

/** Inputs of eks:index:ManagedNodeGroup, as far as the sandbox has them. */
export interface ManagedNodeGroupInputs {
  readonly cluster: pulumi.Input<eks.Cluster>;
  readonly nodeRole?: pulumi.Input<aws.iam.Role>;
  readonly nodeRoleArn?: pulumi.Input<string>;
  readonly launchTemplate?: pulumi.Input<aws.types.input.eks.NodeGroupLaunchTemplate>;
  readonly ignoreScalingChanges?: boolean;
  readonly subnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  readonly scalingConfig?: pulumi.Input<aws.types.input.eks.NodeGroupScalingConfig>;
}

/** What must be inside a launch template, where there is one of one's own. */
const TEMPLATE_ONLY = [
  "kubeletExtraArgs",
  "bootstrapExtraArgs",
  "bottlerocketSettings",
  "nodeadmExtraOptions",
  "enableIMDSv2",
  "userData",
  "amiId",
  "enableEfaSupport",
];

/** Inputs that belong to the component, not to the node group of AWS that it makes. */
const OWN = ["cluster", "nodeRole", "nodeRoleArn", "ignoreScalingChanges"];

/** A managed node group: the node group of AWS, under the component's own name. */
export class ManagedNodeGroupComponent extends pulumi.ComponentResource {
  readonly state: pulumi.Inputs;

  constructor(name: string, args: ManagedNodeGroupInputs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:ManagedNodeGroup", name, args, opts);
    check(args);
    const core = pulumi.output(args.cluster).apply((cluster) => cluster.core);
    const others = Object.entries(args).filter(([key]) => !OWN.includes(key));
    const nodeGroup = new aws.eks.NodeGroup(
      name,
      {
        ...Object.fromEntries(others),
        clusterName: core.apply((found) => found.cluster.name),
        nodeRoleArn: args.nodeRoleArn ?? pulumi.output(args.nodeRole!).apply((role) => role.arn),
        scalingConfig: pulumi.output(args.scalingConfig).apply((config) => ({
          desiredSize: config?.desiredSize ?? 2,
          minSize: config?.minSize ?? 1,
          maxSize: config?.maxSize ?? 2,
        })),
        subnetIds: args.subnetIds as pulumi.Input<pulumi.Input<string>[]>,
      },
      {
        parent: this,
        ignoreChanges: args.ignoreScalingChanges ? ["scalingConfig.desiredSize"] : undefined,
      },
    );
    this.state = { nodeGroup, placementGroupName: "" };
    this.registerOutputs(this.state);
  }
}

function check(args: ManagedNodeGroupInputs): void {
  const errors: { propertyPath: string; reason: string }[] = [];
  const given = args as unknown as Record<string, unknown>;
  if (args.nodeRole && args.nodeRoleArn) {
    const reason = "You cannot specify both nodeRole and nodeRoleArn.";
    errors.push({ propertyPath: "nodeRole", reason });
  }
  if (!args.nodeRole && !args.nodeRoleArn) {
    const reason = "An IAM role, or role ARN must be provided to create a managed node group";
    errors.push({ propertyPath: "nodeRole", reason });
  }
  if (args.launchTemplate && TEMPLATE_ONLY.some((key) => given[key] !== undefined)) {
    const reason = `With a custom launch template, none of ${TEMPLATE_ONLY.join(", ")} can be given: they belong in the template.`;
    errors.push({ propertyPath: "launchTemplate", reason });
  }
  if (errors.length > 0) {
    const message = "The input properties for the managed node group are invalid.";
    throw new pulumi.InputPropertiesError({ message, errors });
  }
}
