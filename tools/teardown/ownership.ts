/** Decides whether a resource in AWS belongs to a cluster of this project, by names and tags alone. */

/** What tells one cluster's resources from all others. The state is not needed: a destroy empties it. */
export interface Owner {
  /** Name of the cluster in AWS; another cluster's may begin with it. */
  readonly clusterName: string;
  /** Region of the cluster. */
  readonly region: string;
  /** Profile of AWS, from `aws:profile`. @default the usual chain of credentials */
  readonly profile?: string;
  /** The tag Project. */
  readonly project: string;
  /** The tag Owner. */
  readonly owner: string;
  /** The stacks on this cluster: values of the tag Exercise. */
  readonly stacks: readonly string[];
  /** Whether the cluster's own stack is up: then only what carries the tags of `stacks` is left. */
  readonly isUp?: boolean;
}

/** Tags of a resource, by key. */
export type Tags = Readonly<Record<string, string>>;

/**
 * Tags whose value is the name of a cluster: of EKS, of the VPC CNI and of the load balancer controller.
 */
const CLUSTER_NAME_TAGS = [
  "aws:eks:cluster-name",
  "eks:cluster-name",
  "cluster.k8s.amazonaws.com/name",
  "elbv2.k8s.aws/cluster",
];

/** Key of the tag that Kubernetes' cloud providers write, up to the name of the cluster. */
const CLUSTER_TAG = "kubernetes.io/cluster/";

/** Names of the clusters that a resource's tags name. */
function clustersIn({ project }: Owner, tags: Tags): Set<string> {
  const names = CLUSTER_NAME_TAGS.flatMap((key) => tags[key] ?? []);
  // The program's own; elsewhere a tag of that name may mean anything.
  if (tags["Project"] === project && tags["Cluster"] !== undefined) names.push(tags["Cluster"]);
  const keys = Object.keys(tags).filter((key) => key.startsWith(CLUSTER_TAG));
  return new Set([...names, ...keys.map((key) => key.slice(CLUSTER_TAG.length))]);
}

/** Whether the tags name another cluster, and not this one. */
export function belongsToAnother(owner: Owner, tags: Tags): boolean {
  const clusters = clustersIn(owner, tags);
  return clusters.size > 0 && !clusters.has(owner.clusterName);
}

/**
 * Whether a resource is this cluster's: its tags name the cluster, or else, as those of version 0.1 do
 * not, are Project, Owner and Exercise of the program, all three.
 */
export function isOwned(owner: Owner, tags: Tags): boolean {
  const clusters = clustersIn(owner, tags);
  if (clusters.size > 0 && !clusters.has(owner.clusterName)) return false;
  if (clusters.size > 0 && !owner.isUp) return true;
  return (
    tags["Project"] === owner.project &&
    tags["Owner"] === owner.owner &&
    owner.stacks.includes(tags["Exercise"] ?? "")
  );
}

/** Tags as the APIs of AWS list them. */
export function tagsOf(
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Tags {
  return Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}
