/** Removes from a cluster what tests created. */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type Api, type KubernetesObject } from "./api";
import { until } from "./processes";

/** How long the namespace controller takes for all kinds of object, and some more, in milliseconds. */
const NAMESPACE_CONTROLLER_PASS = 500;

/** The cluster's own namespaces. */
export const OWN_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** Kinds that tests create; another kind needs a line here and in api.ts. */
const KINDS: readonly [apiVersion: string, kind: string][] = [
  ["apps/v1", "Deployment"],
  ["apps/v1", "ReplicaSet"],
  ["v1", "Pod"],
  ["v1", "Service"],
  ["v1", "ConfigMap"],
  ["v1", "Secret"],
  ["v1", "ServiceAccount"],
  ["v1", "Event"],
  ["v1", "PersistentVolumeClaim"],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
  ["v1", "Node"],
  ["discovery.k8s.io/v1", "EndpointSlice"],
  ["networking.k8s.io/v1", "Ingress"],
  ["networking.k8s.io/v1", "IngressClass"],
  ["policy/v1", "PodDisruptionBudget"],
  ["rbac.authorization.k8s.io/v1", "Role"],
  ["rbac.authorization.k8s.io/v1", "RoleBinding"],
  ["rbac.authorization.k8s.io/v1", "ClusterRole"],
  ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
  ["kwok.x-k8s.io/v1alpha1", "Logs"],
  ["kwok.x-k8s.io/v1alpha1", "PortForward"],
];

/** Remembers what a new cluster has. */
export class Tidying {
  private own = new Set<string>();

  constructor(private readonly api: Api) {}

  /** Waits until the control plane has created its own objects, and remembers them. */
  async remember(): Promise<void> {
    await until("the cluster's own objects", async () => {
      const before = this.own.size;
      const now = await this.everything();
      this.own = new Set(now.map(keyOf));
      // The controller manager's controllers have an account each.
      const accounts = now.filter(({ kind }) => kind === "ServiceAccount").length;
      return before === this.own.size && accounts > 20;
    });
  }

  /** Removes everything else. */
  async reset(): Promise<void> {
    let hadNamespaces = false;
    await until("the cluster to be empty", async () => {
      const left = (await this.everything()).filter((object) => !this.own.has(keyOf(object)));
      // First, so that nothing is recreated in a namespace that is being deleted.
      const namespaces = left.filter(({ kind }) => kind === "Namespace");
      hadNamespaces ||= namespaces.length > 0;
      await Promise.all(namespaces.map((namespace) => this.api.delete(namespace)));
      const inside = left.filter(({ kind }) => kind !== "Namespace");
      await Promise.all(inside.map((object) => this.api.delete(object)));
      if (inside.length === 0) await Promise.all(namespaces.map((ns) => this.finalize(ns)));
      return left.length === 0;
    });
    // The namespace controller deletes by the namespace's name, and may still be at it: what the next
    // test makes in a namespace of the same name would go too.
    if (hadNamespaces) await sleep(NAMESPACE_CONTROLLER_PASS);
  }

  /** Finalizes an empty namespace now: the namespace controller would wait five seconds. */
  private async finalize(namespace: KubernetesObject): Promise<void> {
    const finalized = { ...namespace, spec: { finalizers: [] } };
    const path = `/api/v1/namespaces/${namespace.metadata.name}/finalize`;
    await this.api.ask("PUT", path, finalized).catch((error: unknown) => {
      if (!(error instanceof ApiError && [404, 409].includes(error.status.code))) throw error;
    });
  }

  async everything(kinds = KINDS): Promise<KubernetesObject[]> {
    const listed = async (apiVersion: string, kind: string): Promise<KubernetesObject[]> =>
      (await this.api.list(apiVersion, kind)).map((object) => ({ ...object, apiVersion, kind }));
    const lists = await Promise.all(kinds.map(([version, kind]) => listed(version, kind)));
    const namespaces = await listed("v1", "Namespace");
    const staying = namespaces
      .filter(({ metadata }) => !metadata["deletionTimestamp"])
      .map(({ metadata }) => metadata.name);
    return [...lists.flat(), ...namespaces].filter(({ kind, metadata }) => {
      // Kubernetes recreates these as long as the namespace exists.
      const isMadeAnew =
        (kind === "ServiceAccount" && metadata.name === "default") ||
        (kind === "ConfigMap" && metadata.name === "kube-root-ca.crt");
      return !isMadeAnew || !staying.includes(metadata.namespace ?? "");
    });
  }
}

/** A cluster's objects of the kinds that tests create, as `KIND NAMESPACE/NAME`, without KWOK's. */
export async function inventory(api: Api): Promise<string[]> {
  const kinds = KINDS.filter(([apiVersion]) => !apiVersion.startsWith("kwok."));
  return (await new Tidying(api).everything(kinds)).map(keyOf);
}

function keyOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}
