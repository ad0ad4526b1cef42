import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { componentType, withFormerType } from "./component-type";
import { irsaTrust, podIdentityTrust } from "./iam";
import type { Tags } from "./tags";
import { readFact, requireFacts, type EksClusterInfo } from "./target-cluster";
import { Arguments } from "./validation";

/** How a service account takes a role. */
export const WorkloadIdentity = {
  /** IAM roles for service accounts: IAM checks the account's token against the cluster's issuer. */
  irsa: "irsa",
  /** EKS Pod Identity: the add-on eks-pod-identity-agent serves an association on each node. */
  podIdentity: "podIdentity",
} as const;
export type WorkloadIdentity = (typeof WorkloadIdentity)[keyof typeof WorkloadIdentity];

/** A Kubernetes service account. */
export interface ServiceAccountArgs {
  /** Namespace of the service account. */
  namespace: pulumi.Input<string>;
  /** Name of the service account. */
  name: pulumi.Input<string>;
}

/** Arguments of WorkloadRole. */
export interface WorkloadRoleArgs {
  /**
   * The cluster of the service account. With `irsa` it needs `oidcProviderArn` and `oidcIssuer`,
   * with `podIdentity` only `clusterName`.
   */
  cluster: pulumi.Input<EksClusterInfo>;
  /** The one service account that may take the role. */
  serviceAccount: ServiceAccountArgs;
  /**
   * How the account takes the role: `irsa` or `podIdentity`. With `irsa`, annotate the service
   * account with `eks.amazonaws.com/role-arn` and the role's ARN. Default: `irsa`.
   */
  by?: WorkloadIdentity;
  /** The permissions of the role, an IAM policy document in JSON; either this or `managedPolicy`. */
  policy?: pulumi.Input<string>;
  /**
   * The permissions of the role: the name of a policy that AWS manages, such as
   * AmazonEKS_CNI_Policy, or the ARN of any managed policy; either this or `policy`.
   */
  managedPolicy?: pulumi.Input<string>;
  /** Tags of the role. Default: none. */
  tags?: Tags;
}

/**
 * An IAM role for one service account of one EKS cluster:
 *
 * 1. the role, with a trust policy that admits this account only;
 * 2. its inline policy, or the attachment of a managed one;
 * 3. with `podIdentity`, the association of account and role.
 *
 * A workload with `dependsOn: [role]` starts after the permissions are there, and ends before they
 * go. Costs nothing.
 */
export class WorkloadRole extends pulumi.ComponentResource {
  /** ARN of the role, for the service account's annotation. */
  readonly arn: pulumi.Output<string>;
  /** Name of the role, to attach further policies to. */
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: WorkloadRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    const component = `WorkloadRole "${name}"`;
    validate(component, args);
    super(componentType("WorkloadRole"), name, {}, withFormerType("WorkloadRole", opts));
    const { namespace, name: account } = args.serviceAccount;
    const by = args.by ?? "irsa";
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        description: pulumi.interpolate`${namespace}/${account}, by ${by}`,
        assumeRolePolicy: pulumi.jsonStringify(trust(component, args)),
        tags: args.tags,
      },
      { parent: this },
    );
    this.grant(name, role, args);
    if (by === "podIdentity") {
      const clusterName = readFact(component, args.cluster, "clusterName");
      new aws.eks.PodIdentityAssociation(
        `${name}-association`,
        {
          clusterName,
          namespace,
          serviceAccount: account,
          roleArn: role.arn,
          tags: args.tags,
        },
        { parent: this },
      );
    }
    this.arn = role.arn;
    this.name = role.name;
    this.registerOutputs({ arn: this.arn, name: this.name });
  }

  private grant(name: string, role: aws.iam.Role, args: WorkloadRoleArgs): void {
    if (args.managedPolicy !== undefined) {
      attachManagedPolicy(`${name}-policy`, role, args.managedPolicy, this);
    } else {
      const policy = args.policy!;
      new aws.iam.RolePolicy(`${name}-policy`, { role: role.name, policy }, { parent: this });
    }
  }
}

function validate(component: string, args: WorkloadRoleArgs): void {
  const check = new Arguments(component);
  check.choice("by", args.by, Object.values(WorkloadIdentity));
  requireFacts(
    check,
    args.cluster,
    args.by === "podIdentity" ? ["clusterName"] : ["oidcProviderArn", "oidcIssuer"],
  );
  for (const part of ["namespace", "name"] as const) {
    const value = args.serviceAccount?.[part];
    const allowed = `the ${part} of the service account`;
    if (value === undefined) check.add(`serviceAccount.${part}`, undefined, allowed);
    // A wildcard would let every account of the namespace, or of the cluster, take the role.
    else check.check(`serviceAccount.${part}`, value, isName, `${allowed}, without wildcards`);
  }
  const { policy, managedPolicy } = args;
  if ((policy === undefined) === (managedPolicy === undefined)) {
    const given = policy === undefined ? undefined : "policy and managedPolicy";
    check.add("policy", given, "either policy or managedPolicy");
  }
  check.check("policy", policy, isDocument, 'an IAM policy document in JSON, with a "Statement"');
  check.throwIfAny();
}

/** Whether a text is a name of a Kubernetes namespace or service account (a DNS subdomain). */
function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text);
}

function isDocument(text: string): boolean {
  try {
    return (JSON.parse(text) as { Statement?: unknown }).Statement !== undefined;
  } catch {
    return false;
  }
}

function trust(component: string, args: WorkloadRoleArgs) {
  if (args.by === "podIdentity") return pulumi.output(podIdentityTrust());
  const arn = readFact(component, args.cluster, "oidcProviderArn");
  const issuer = readFact(component, args.cluster, "oidcIssuer");
  return pulumi
    .all([arn, issuer, args.serviceAccount.namespace, args.serviceAccount.name])
    .apply(([providerArn, url, namespace, name]) =>
      irsaTrust(providerArn, url.replace(/^https:\/\//, ""), { namespace, name }),
    );
}

/**
 * Attaches a managed policy to a role.
 * @param policy name of a policy that AWS manages, in whatever partition, or an ARN
 */
export function attachManagedPolicy(
  name: string,
  role: aws.iam.Role,
  policy: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.iam.RolePolicyAttachment {
  const { partition } = aws.getPartitionOutput({}, { parent });
  const policyArn = pulumi
    .all([partition, policy])
    .apply(([own, text]) =>
      text.startsWith("arn:") ? text : `arn:${own}:iam::aws:policy/${text}`,
    );
  return new aws.iam.RolePolicyAttachment(name, { role: role.name, policyArn }, { parent });
}
