import { judgeManaged } from "./managed-verdict";
import { isAwsManaged, policyName } from "./managed-policies";
import { finding, statementJson } from "./rules";
import { type Finding } from "./types";

export { isAwsManaged, policyName } from "./managed-policies";

/** The findings on a managed policy of AWS that is attached: by what it holds, not by its name. */
export function attachmentFindings(arn: string): Finding[] {
  const verdict = judgeManaged(arn);
  if (verdict === undefined) return [];
  const name = policyName(arn);
  const { rule, holds, actions, request } = verdict;
  return [
    finding(rule, {
      resources: [arn],
      actions,
      message: `${name} is attached${holds === "" ? "" : `, which holds ${holds}`}`,
      request,
      instead:
        "A policy of your own with the actions that the workload calls, on the ARNs that it calls them on.",
    }),
  ];
}

/** What a node needs to join its cluster and pull its images, and the agent that lets you in without SSH. */
const FOR_NODES = new Set([
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKSWorkerNodeMinimalPolicy",
  "AmazonEC2ContainerRegistryReadOnly",
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonSSMManagedInstanceCore",
]);

/** Whether a managed policy is what a node is known by. */
export function isNodePolicy(arn: string): boolean {
  return isAwsManaged(arn) && /^AmazonEKSWorkerNode(Minimal)?Policy$/.test(policyName(arn));
}

/** The lesson: why a policy on the node role is bad, and what to do instead. */
const LESSON =
  "A node's role is not one program's: every pod on the node, a hijacked web shop included, can ask the " +
  "instance metadata service (169.254.169.254) for the node's credentials and act with them. A role of " +
  "its own, by IRSA or EKS Pod Identity, goes to one service account only.";

const TRUST = `{
  "Effect": "Allow",
  "Principal": { "Federated": "arn:aws:iam::ACCOUNT:oidc-provider/ISSUER" },
  "Action": "sts:AssumeRoleWithWebIdentity",
  "Condition": {
    "StringEquals": {
      "ISSUER:sub": "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT",
      "ISSUER:aud": "sts.amazonaws.com"
    }
  }
}`;

/** The two writes that a cluster autoscaler calls. */
const NEEDED = [
  "autoscaling:SetDesiredCapacity",
  "autoscaling:TerminateInstanceInAutoScalingGroup",
];

/** What to allow of the writes that were found: those that the autoscaler needs, on its own groups. */
function autoscalerStatement(actions: readonly string[]): string {
  const needed = NEEDED.filter((action) => actions.includes(action));
  return statementJson({
    Sid: "ScaleOwnGroups",
    Effect: "Allow",
    Action: needed.length > 0 ? needed : actions,
    Resource: "arn:aws:autoscaling:REGION:ACCOUNT:autoScalingGroup:*:autoScalingGroupName/eks-*",
    Condition: {
      StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/CLUSTER_NAME": "owned" },
    },
  });
}

const OWN_ROLE = `A role for the one service account, with this trust, and the policy on it:\n${TRUST}`;

/** A managed policy on a node role. */
export function nodeAttachment(arn: string): Finding[] {
  const name = policyName(arn);
  if (isAwsManaged(arn) && FOR_NODES.has(name)) return [];
  const isCni = isAwsManaged(arn) && name === "AmazonEKS_CNI_Policy";
  return [
    finding(isCni ? "node-role-cni" : "node-role-extra-policy", {
      resources: [arn],
      message: `${name} is on a node role`,
      why: LESSON,
      request: isCni
        ? "ec2:DetachNetworkInterface by any pod of the node"
        : `every action of ${name} by any pod of the node`,
      instead: isCni
        ? "The add-on vpc-cni with a role of its own for kube-system/aws-node (serviceAccountRoleArn)."
        : OWN_ROLE,
    }),
  ];
}

/** An inline policy on a node role, whatever it says. */
export function nodeInline(name: string): Finding[] {
  return [
    finding("node-role-inline-policy", {
      message: `The inline policy ${name} is on a node role`,
      why: LESSON,
      request: "every action of the policy by any pod of the node",
      instead: OWN_ROLE,
    }),
  ];
}

/** Autoscaling writes on a node role, or on a role that is not known to be a workload's. */
export function nodeAutoscaling(actions: string[], where: string): Finding[] {
  return [
    finding("node-role-autoscaling", {
      actions,
      message: `${actions.join(", ")} ${where}`,
      why: LESSON,
      request:
        "autoscaling:TerminateInstanceInAutoScalingGroup on any node of the cluster's own group, by any pod of the node",
      instead: `The autoscaler's own role, by IRSA or EKS Pod Identity:\n${autoscalerStatement(actions)}\nand its trust, for IRSA:\n${TRUST}`,
    }),
  ];
}

/** A node role that is a workload's role as well. */
export function nodeWorkload(how: string): Finding[] {
  return [
    finding("node-role-workload", {
      message: `A node role ${how}`,
      why: LESSON,
      request: "the workload's own actions by any other pod of the node",
      instead: OWN_ROLE,
    }),
  ];
}
