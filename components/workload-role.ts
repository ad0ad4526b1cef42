import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { irsaTrust, podIdentityTrust, type PolicyDocument, type ServiceAccount } from "./iam";
import type { EksClusterInfo } from "./target-cluster";

/** Arguments of WorkloadRole. */
export interface WorkloadRoleArgs {
  /** The cluster whose service account takes the role. */
  eks: Pick<EksClusterInfo, "clusterName" | "oidcProviderArn" | "oidcIssuer">;
  /** The service account. */
  serviceAccount: ServiceAccount;
  /**
   * By what the account takes the role: `irsa` (its token, checked against the cluster's issuer)
   * or `podIdentity` (an association, served by the agent on each node).
   * @default irsa
   */
  by?: "irsa" | "podIdentity";
  /** What the role may do; either this or `managedPolicy`. */
  policy?: pulumi.Input<PolicyDocument>;
  /** The name of a policy that AWS manages, such as AmazonEKS_CNI_Policy. */
  managedPolicy?: string;
}

/**
 * A fine-grained IAM role: for one service account of one cluster.
 *
 * 1. the role, with a trust that names the account;
 * 2. its policy, or the attachment of a managed one;
 * 3. with `podIdentity`, the association of account and role.
 *
 * Costs nothing.
 */
export class WorkloadRole extends pulumi.ComponentResource {
  /** ARN of the role, for the service account's annotation. */
  readonly arn: pulumi.Output<string>;
  /** What must be there before the role is of use, and until its user is gone. */
  readonly dependencies: pulumi.Resource[];

  constructor(name: string, args: WorkloadRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-exercises:components:WorkloadRole", name, {}, opts);
    const { eks, serviceAccount, by = "irsa" } = args;
    const trust =
      by === "irsa"
        ? pulumi
            .all([eks.oidcProviderArn, eks.oidcIssuer])
            .apply(([arn, issuer]) => irsaTrust(arn, issuer, serviceAccount))
        : podIdentityTrust();
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        description: `${serviceAccount.namespace}/${serviceAccount.name}, by ${by}`,
        assumeRolePolicy: pulumi.jsonStringify(trust),
      },
      { parent: this },
    );
    this.arn = role.arn;
    this.dependencies = [...this.grant(name, role, args), ...this.associate(name, role, args)];
    this.registerOutputs({ arn: this.arn });
  }

  private grant(name: string, role: aws.iam.Role, args: WorkloadRoleArgs): pulumi.Resource[] {
    const granted: pulumi.Resource[] = [];
    if (args.policy) {
      const policy = pulumi.jsonStringify(args.policy);
      granted.push(
        new aws.iam.RolePolicy(`${name}-policy`, { role: role.name, policy }, { parent: this }),
      );
    }
    if (args.managedPolicy) {
      granted.push(attachManagedPolicy(`${name}-policy`, role, args.managedPolicy, this));
    }
    return granted;
  }

  private associate(name: string, role: aws.iam.Role, args: WorkloadRoleArgs): pulumi.Resource[] {
    if (args.by !== "podIdentity") return [];
    const { namespace, name: serviceAccount } = args.serviceAccount;
    const clusterName = args.eks.clusterName;
    const association = new aws.eks.PodIdentityAssociation(
      `${name}-association`,
      { clusterName, namespace, serviceAccount, roleArn: role.arn },
      { parent: this },
    );
    return [association];
  }
}

/** Attaches a policy that AWS manages to a role, whatever the partition. */
export function attachManagedPolicy(
  name: string,
  role: aws.iam.Role,
  policy: string,
  parent: pulumi.Resource,
): aws.iam.RolePolicyAttachment {
  const { partition } = aws.getPartitionOutput({}, { parent });
  return new aws.iam.RolePolicyAttachment(
    name,
    { role: role.name, policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/${policy}` },
    { parent },
  );
}
