/**
 * The rights of the cluster autoscaler within the cluster, as facts: what its chart grants, and what
 * its program does. The chart itself is no package of any registry, so it cannot be rendered here;
 * who changes its version reads these again.
 */

/** Rights to some kinds of object of one API group; with `names`, to objects of these names only. */
export interface Rights {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly names?: readonly string[];
}

const SEEN = ["get", "list", "watch"];
const OWN_NAME = ["cluster-autoscaler"];

function rights(
  group: string,
  resources: string,
  verbs: readonly string[],
  names?: string[],
): Rights {
  return { group, resources: resources.split(" "), verbs, ...(names && { names }) };
}

/** The chart and its version that these were read in. */
export const READ_IN = { chart: "9.59.0", autoscaler: "v1.36.1" };

/** templates/clusterrole.yaml, with the values that the component sets (cloudProvider aws). */
export const CLUSTER_ROLE: readonly Rights[] = [
  rights("", "events endpoints", ["create", "patch"]),
  rights("", "pods/eviction", ["create"]),
  rights("", "pods/status", ["update"]),
  rights("", "endpoints", ["get", "update"], OWN_NAME),
  rights("", "nodes", [...SEEN, "update"]),
  rights("", "podtemplates", [...SEEN, "create", "update", "patch"]),
  rights("", "namespaces pods services replicationcontrollers", SEEN),
  rights("", "persistentvolumeclaims persistentvolumes configmaps", SEEN),
  rights("resource.k8s.io", "resourceslices deviceclasses resourceclaims", SEEN),
  rights("batch", "jobs cronjobs", SEEN),
  rights("batch", "jobs", ["patch"]),
  rights("extensions", "jobs", [...SEEN, "patch"]),
  rights("extensions", "replicasets daemonsets", SEEN),
  rights("policy", "poddisruptionbudgets", ["list", "watch"]),
  rights("apps", "daemonsets deployments replicasets statefulsets", SEEN),
  rights("storage.k8s.io", "storageclasses csinodes csidrivers csistoragecapacities", SEEN),
  rights("storage.k8s.io", "volumeattachments", SEEN),
  rights("coordination.k8s.io", "leases", ["create"]),
  rights("coordination.k8s.io", "leases", ["get", "update"], OWN_NAME),
  rights("autoscaling.x-k8s.io", "provisioningrequests provisioningrequests/status", [
    ...SEEN,
    "update",
    "patch",
  ]),
  rights("autoscaling.x-k8s.io", "capacitybuffers capacityquotas", SEEN),
  rights("autoscaling.x-k8s.io", "capacityquotas/status capacitybuffers/status", [
    "update",
    "patch",
  ]),
];

/** templates/role.yaml: in the release's namespace; without the expander of priorities. */
export const ROLE: readonly Rights[] = [
  rights("", "configmaps", ["create"]),
  rights("", "configmaps", ["delete", "get", "update"], ["cluster-autoscaler-status"]),
];

/**
 * What the program does with the flags that the component sets: what it keeps a list of (its
 * utils/kubernetes/listers.go, and what the scheduler's plugins ask for in
 * simulator/framework/handle.go), and what it writes.
 */
export const NEEDED: readonly Rights[] = [
  rights("", "nodes pods namespaces services replicationcontrollers", ["list", "watch"]),
  rights("", "persistentvolumeclaims persistentvolumes", ["list", "watch"]),
  rights("apps", "daemonsets replicasets statefulsets", ["list", "watch"]),
  rights("batch", "jobs", ["list", "watch"]),
  rights("policy", "poddisruptionbudgets", ["list", "watch"]),
  rights("storage.k8s.io", "storageclasses csinodes csidrivers csistoragecapacities", [
    "list",
    "watch",
  ]),
  rights("storage.k8s.io", "volumeattachments", ["list", "watch"]),
  rights("resource.k8s.io", "resourceslices deviceclasses resourceclaims", ["list", "watch"]),
  // Taints a node before it goes (utils/taints), and empties it (core/scaledown/actuation).
  rights("", "nodes", ["get", "update"]),
  rights("", "pods", ["get"]),
  rights("", "pods/eviction", ["create"]),
  rights("", "events", ["create", "patch"]),
  // Its election (main.go).
  rights("coordination.k8s.io", "leases", ["create"]),
  rights("coordination.k8s.io", "leases", ["get", "update"], OWN_NAME),
];

/** Of its own namespace: its status (clusterstate/utils/status.go). */
export const NEEDED_AT_HOME: readonly Rights[] = [
  rights("", "configmaps", ["create"]),
  rights("", "configmaps", ["delete", "get", "update"], ["cluster-autoscaler-status"]),
];

/** What the chart grants beyond the need of this project, in the whole cluster; known, and why. */
export const BEYOND: Readonly<Record<string, string>> = {
  "configmaps get list watch":
    "for expanders with a configuration; it reads those of all namespaces",
  "cronjobs.batch get list watch": "not used",
  "deployments.apps get list watch": "for capacity buffers, which are off",
  "endpoints create patch": "elections of releases before leases",
  "jobs.batch patch": "not used",
  "pods/status update": "not used any more",
  "podtemplates create get list patch update watch": "for provisioning requests, which are off",
};
