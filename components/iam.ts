/**
 * IAM documents, as pure builders. Every statement has a Sid; ARNs carry the partition; actions
 * that write are narrowed to what the cluster owns.
 */

/** One statement of a policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** A policy document. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/** A document of these statements. */
export function document(...statements: Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** Lets a service of AWS take the role. */
export function serviceTrust(service: "eks.amazonaws.com" | "ec2.amazonaws.com"): PolicyDocument {
  return document({
    Sid: "ServiceTakesRole",
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
  });
}

/** A Kubernetes service account. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/**
 * IRSA: lets one service account of one cluster take the role, and nothing else. Without `sub`
 * every pod of the cluster could; without `aud` a token made for another audience would do.
 * @param issuer the cluster's OIDC issuer, without `https://`
 */
export function irsaTrust(
  oidcProviderArn: string,
  issuer: string,
  account: ServiceAccount,
): PolicyDocument {
  return document({
    Sid: "ServiceAccountTakesRole",
    Effect: "Allow",
    Principal: { Federated: oidcProviderArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${issuer}:sub`]: `system:serviceaccount:${account.namespace}:${account.name}`,
        [`${issuer}:aud`]: "sts.amazonaws.com",
      },
    },
  });
}

/** EKS Pod Identity: the service account is named by an association, not by the trust. */
export function podIdentityTrust(): PolicyDocument {
  return document({
    Sid: "PodIdentityTakesRole",
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
  });
}

/** The cluster of an autoscaler's policy. */
export interface AutoscalerScope {
  readonly partition: string;
  readonly region: string;
  readonly clusterName: string;
}

/**
 * Permissions of the cluster autoscaler: to read groups and instance types, which IAM grants only on
 * `*`, and to resize the Auto Scaling groups that EKS tagged as this cluster's.
 *
 * Source: every call in cluster-autoscaler/cloudprovider/aws of kubernetes/autoscaler at tags
 * cluster-autoscaler-1.34.5, 1.35.2 and 1.36.1. Of the actions in its README, two are left out.
 * DescribeAutoScalingInstances is in no code. DescribeLaunchConfigurations is called for groups with a
 * launch configuration only (getInstanceTypeByLaunchConfigNames); a managed node group has a launch
 * template.
 */
export function autoscalerPolicy(scope: AutoscalerScope): PolicyDocument {
  const { partition, region, clusterName } = scope;
  return document(
    {
      Sid: "ReadGroupsAndInstanceTypes",
      Effect: "Allow",
      Action: [
        // aws_wrapper.go: groups by tag, and by name.
        "autoscaling:DescribeAutoScalingGroups",
        // auto_scaling_groups.go, isNodeGroupAvailable: whether a group's launches fail.
        "autoscaling:DescribeScalingActivities",
        // aws_util.go, GenerateEC2InstanceTypes: all types, when the autoscaler starts.
        "ec2:DescribeInstanceTypes",
        // aws_wrapper.go, getInstanceTypesForAsgs: the type of a group by its launch template, and
        // of one that has requirements instead of types, by those and its image.
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeImages",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      Resource: "*",
    },
    {
      // managed_nodegroup_cache.go: labels and taints of a group that has no node.
      Sid: "ReadOwnNodeGroups",
      Effect: "Allow",
      Action: "eks:DescribeNodegroup",
      Resource: `arn:${partition}:eks:${region}:*:nodegroup/${clusterName}/*`,
    },
    {
      // auto_scaling_groups.go: setAsgSizeNoLock, DeleteInstances.
      Sid: "ResizeOwnGroup",
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      // EKS names the group behind a managed node group eks-<node group>-<uuid>.
      Resource: `arn:${partition}:autoscaling:${region}:*:autoScalingGroup:*:autoScalingGroupName/eks-*`,
      Condition: {
        StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`]: "owned" },
      },
    },
  );
}
