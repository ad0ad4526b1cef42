import { document, type PolicyDocument } from "./iam";

/** What the AWS Load Balancer Controller's policy is about. */
export interface LoadBalancerScope {
  readonly partition: string;
  readonly region: string;
  readonly clusterName: string;
  readonly vpcId: string;
}

/**
 * What the AWS Load Balancer Controller needs to make Application Load Balancers for Ingresses.
 * Source: the controller's docs/install/iam_policy.json (3.5), narrowed: only this region, only
 * ALBs, only what carries this cluster's tag, security groups of this VPC only; no WAF, Shield,
 * Cognito or certificates, which the release switches off or does not use.
 */
export function loadBalancerControllerPolicy(scope: LoadBalancerScope): PolicyDocument {
  const tag = "elbv2.k8s.aws/cluster";
  const ec2 = (resource: string) => `arn:${scope.partition}:ec2:${scope.region}:*:${resource}`;
  const elb = (resource: string) =>
    `arn:${scope.partition}:elasticloadbalancing:${scope.region}:*:${resource}`;
  const groups = ec2("security-group/*");
  const balancers = [elb("loadbalancer/app/*/*"), elb("targetgroup/*/*")];
  const listeners = [elb("listener/app/*/*/*"), elb("listener-rule/app/*/*/*/*")];
  const requested = { [`aws:RequestTag/${tag}`]: scope.clusterName };
  const owned = { [`aws:ResourceTag/${tag}`]: scope.clusterName };
  // A tag that says whose it is may not be given or taken afterwards.
  const leavesOwnership = { Null: { [`aws:RequestTag/${tag}`]: "true" } };

  return document(
    {
      Sid: "CreateServiceLinkedRole",
      Effect: "Allow",
      Action: "iam:CreateServiceLinkedRole",
      Resource: `arn:${scope.partition}:iam::*:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`,
      Condition: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
    },
    { Sid: "ReadNetworkAndBalancers", Effect: "Allow", Action: READ_ACTIONS, Resource: "*" },
    {
      Sid: "CreateSecurityGroups",
      Effect: "Allow",
      Action: "ec2:CreateSecurityGroup",
      Resource: groups,
      Condition: { StringEquals: requested },
    },
    {
      Sid: "CreateSecurityGroupsInVpc",
      Effect: "Allow",
      Action: "ec2:CreateSecurityGroup",
      Resource: ec2(`vpc/${scope.vpcId}`),
    },
    {
      Sid: "TagNewSecurityGroups",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: groups,
      Condition: { StringEquals: { "ec2:CreateAction": "CreateSecurityGroup", ...requested } },
    },
    {
      Sid: "RetagOwnSecurityGroups",
      Effect: "Allow",
      Action: ["ec2:CreateTags", "ec2:DeleteTags"],
      Resource: groups,
      Condition: { StringEquals: owned, ...leavesOwnership },
    },
    {
      // The nodes' groups are not the controller's own, but it has to let its balancers in.
      Sid: "AdmitWithinVpc",
      Effect: "Allow",
      Action: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
      Resource: groups,
      Condition: { ArnLike: { "ec2:Vpc": ec2(`vpc/${scope.vpcId}`) } },
    },
    {
      Sid: "DeleteOwnSecurityGroups",
      Effect: "Allow",
      Action: "ec2:DeleteSecurityGroup",
      Resource: groups,
      Condition: { StringEquals: owned },
    },
    {
      Sid: "CreateBalancers",
      Effect: "Allow",
      Action: ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"],
      Resource: balancers,
      Condition: { StringEquals: requested },
    },
    {
      Sid: "TagNewBalancers",
      Effect: "Allow",
      Action: "elasticloadbalancing:AddTags",
      Resource: balancers,
      Condition: {
        StringEquals: {
          "elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"],
          ...requested,
        },
      },
    },
    {
      Sid: "RetagOwnBalancers",
      Effect: "Allow",
      Action: ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
      Resource: balancers,
      Condition: { StringEquals: owned, ...leavesOwnership },
    },
    {
      Sid: "AddListenersToOwnBalancers",
      Effect: "Allow",
      Action: "elasticloadbalancing:CreateListener",
      Resource: elb("loadbalancer/app/*/*"),
      Condition: { StringEquals: owned },
    },
    {
      Sid: "AddToNewListeners",
      Effect: "Allow",
      Action: [
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:CreateRule",
        "elasticloadbalancing:RemoveTags",
      ],
      Resource: listeners,
    },
    {
      // The controller tags listeners and rules as this cluster's (its feature gate ListenerRulesTagging).
      Sid: "ChangeOwnListeners",
      Effect: "Allow",
      Action: LISTENER_ACTIONS,
      Resource: listeners,
      Condition: { StringEquals: owned },
    },
    {
      Sid: "ChangeOwnBalancers",
      Effect: "Allow",
      Action: CHANGE_ACTIONS,
      Resource: balancers,
      Condition: { StringEquals: owned },
    },
  );
}

const READ_ACTIONS = [
  "ec2:DescribeAccountAttributes",
  "ec2:DescribeAddresses",
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeInstances",
  "ec2:DescribeInternetGateways",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeTags",
  "ec2:DescribeVpcPeeringConnections",
  "ec2:DescribeVpcs",
  "ec2:GetSecurityGroupsForVpc",
  "elasticloadbalancing:DescribeCapacityReservation",
  "elasticloadbalancing:DescribeListenerAttributes",
  "elasticloadbalancing:DescribeListenerCertificates",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeLoadBalancerAttributes",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeRules",
  "elasticloadbalancing:DescribeSSLPolicies",
  "elasticloadbalancing:DescribeTags",
  "elasticloadbalancing:DescribeTargetGroupAttributes",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
  "elasticloadbalancing:DescribeTrustStores",
];

const LISTENER_ACTIONS = [
  "elasticloadbalancing:DeleteListener",
  "elasticloadbalancing:DeleteRule",
  "elasticloadbalancing:ModifyListener",
  "elasticloadbalancing:ModifyListenerAttributes",
  "elasticloadbalancing:ModifyRule",
  "elasticloadbalancing:SetRulePriorities",
];

const CHANGE_ACTIONS = [
  "elasticloadbalancing:DeleteLoadBalancer",
  "elasticloadbalancing:DeleteTargetGroup",
  "elasticloadbalancing:DeregisterTargets",
  "elasticloadbalancing:ModifyLoadBalancerAttributes",
  "elasticloadbalancing:ModifyTargetGroup",
  "elasticloadbalancing:ModifyTargetGroupAttributes",
  "elasticloadbalancing:RegisterTargets",
  "elasticloadbalancing:SetIpAddressType",
  "elasticloadbalancing:SetSecurityGroups",
  "elasticloadbalancing:SetSubnets",
];
