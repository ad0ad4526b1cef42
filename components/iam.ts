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

/** What the autoscaler's policy is about. */
export interface AutoscalerScope {
  readonly partition: string;
  readonly region: string;
  readonly clusterName: string;
  readonly nodeGroupArn: string;
}

/**
 * What the cluster autoscaler needs: to read about groups and instance types, which IAM can grant
 * only on `*`, and to resize the Auto Scaling groups that EKS tagged as this cluster's.
 * Source: the calls of cluster-autoscaler 1.34 to 1.36 (cloudprovider/aws/aws_wrapper.go), narrowed by
 * name and tag. DescribeAutoScalingInstances and DescribeTags of its documentation are never called.
 */
export function autoscalerPolicy(scope: AutoscalerScope): PolicyDocument {
  return document(
    {
      Sid: "ReadGroupsAndInstanceTypes",
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      Resource: "*",
    },
    {
      Sid: "ReadOwnNodeGroup",
      Effect: "Allow",
      Action: "eks:DescribeNodegroup",
      Resource: scope.nodeGroupArn,
    },
    {
      Sid: "ResizeOwnGroup",
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      // EKS names the group behind a managed node group eks-<node group>-<uuid>.
      Resource: `arn:${scope.partition}:autoscaling:${scope.region}:*:autoScalingGroup:*:autoScalingGroupName/eks-*`,
      Condition: {
        StringEquals: {
          [`aws:ResourceTag/k8s.io/cluster-autoscaler/${scope.clusterName}`]: "owned",
        },
      },
    },
  );
}
