import type { NodeTaint, TaintEffect } from "./node-options";

/** What a node must know to join its cluster. */
export interface NodeBootstrap {
  readonly clusterName: string;
  /** The API server's address, https://… */
  readonly endpoint: string;
  /** The cluster's certificate authority, PEM in base64. */
  readonly certificateAuthority: string;
  /** The addresses of the cluster's services, such as 172.20.0.0/16. */
  readonly serviceCidr: string;
  /** Labels with which the node registers. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Taints with which the node registers. */
  readonly taints?: readonly NodeTaint[];
}

const BOUNDARY = "==NODECONFIG==";

/**
 * User data for a node of AL2023: nodeadm's NodeConfig in a MIME message. EKS does not add its own
 * when the launch template names an AMI, so all four values are needed.
 * Source: awslabs/amazon-eks-ami, nodeadm, API node.eks.aws/v1alpha1.
 * @returns the text, not yet in base64
 */
export function nodeUserData(node: NodeBootstrap): string {
  return [
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${BOUNDARY}"`,
    "",
    `--${BOUNDARY}`,
    "Content-Type: application/node.eks.aws",
    "",
    "---",
    "apiVersion: node.eks.aws/v1alpha1",
    "kind: NodeConfig",
    "spec:",
    "  cluster:",
    `    name: ${node.clusterName}`,
    `    apiServerEndpoint: ${node.endpoint}`,
    `    certificateAuthority: ${node.certificateAuthority}`,
    `    cidr: ${node.serviceCidr}`,
    ...kubeletFlags(node),
    "",
    `--${BOUNDARY}--`,
    "",
  ].join("\n");
}

/**
 * EKS adds labels and taints of a managed node group half a minute after a node has joined, when
 * pods may be on it already (aws/containers-roadmap 1962). With flags the node has them from the
 * first.
 */
function kubeletFlags({ labels = {}, taints = [] }: NodeBootstrap): string[] {
  const texts = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const effects = taints.map(
    ({ key, value = "", effect }) => `${key}=${value}:${KUBERNETES_EFFECT[effect]}`,
  );
  const flags = [
    ...(texts.length > 0 ? [`      - --node-labels=${texts.join(",")}`] : []),
    ...(effects.length > 0 ? [`      - --register-with-taints=${effects.join(",")}`] : []),
  ];
  return flags.length > 0 ? ["  kubelet:", "    flags:", ...flags] : [];
}

/** The effects of EKS's API in the words of Kubernetes. */
const KUBERNETES_EFFECT: Readonly<Record<TaintEffect, string>> = {
  NO_SCHEDULE: "NoSchedule",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
  NO_EXECUTE: "NoExecute",
};

/**
 * The SSM parameter in which AWS publishes the id of the AMI of a version of Kubernetes.
 * @param release a release such as v20261101; without one, the one that AWS recommends today
 */
export function amiParameter(
  kubernetesVersion: string,
  release?: string,
  architecture: "arm64" | "x86_64" = "x86_64",
): string {
  const base = `/aws/service/eks/optimized-ami/${kubernetesVersion}/amazon-linux-2023/${architecture}/standard`;
  const image = release
    ? `amazon-eks-node-al2023-${architecture}-standard-${kubernetesVersion}-${release}`
    : "recommended";
  return `${base}/${image}/image_id`;
}
