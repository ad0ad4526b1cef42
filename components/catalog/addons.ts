/** An add-on whose controller calls AWS. */
export interface KnownAddon {
  /** The service account that the add-on creates for its controller. */
  readonly serviceAccount: { readonly namespace: string; readonly name: string };
  /** The policy that AWS manages for it, with its path. */
  readonly managedPolicy: string;
}

/**
 * Add-ons of which account and policy are known (EKS user guide, "AWS add-ons"). An add-on that is
 * not here gets a role only if its account and policy are given.
 */
export const KNOWN_ADDONS: Readonly<Record<string, KnownAddon>> = {
  "aws-ebs-csi-driver": {
    serviceAccount: { namespace: "kube-system", name: "ebs-csi-controller-sa" },
    managedPolicy: "service-role/AmazonEBSCSIDriverPolicy",
  },
  "aws-efs-csi-driver": {
    serviceAccount: { namespace: "kube-system", name: "efs-csi-controller-sa" },
    managedPolicy: "service-role/AmazonEFSCSIDriverPolicy",
  },
  "amazon-cloudwatch-observability": {
    serviceAccount: { namespace: "amazon-cloudwatch", name: "cloudwatch-agent" },
    managedPolicy: "CloudWatchAgentServerPolicy",
  },
};
