/** A plain client of a Kubernetes API server, for tests: JSON in, JSON out, nothing hidden. */
import { Agent, request } from "node:https";

/** A Kubernetes object. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** The server's refusal: a Status object. */
export interface Status {
  readonly kind: "Status";
  readonly reason: string;
  readonly message: string;
  readonly code: number;
  /** The problems of an invalid object. */
  readonly details?: {
    readonly kind?: string;
    readonly group?: string;
    readonly causes?: readonly { field: string; message: string }[];
  };
}

/** A refusal of the API server. */
export class ApiError extends Error {
  constructor(readonly status: Status) {
    super(status.message);
  }
}

/** Paths of the requested kinds, below the server's root; `true` for namespaced kinds. */
const KINDS: Readonly<Record<string, readonly [plural: string, isNamespaced: boolean]>> = {
  Namespace: ["namespaces", false],
  Node: ["nodes", false],
  Pod: ["pods", true],
  Service: ["services", true],
  ServiceAccount: ["serviceaccounts", true],
  ConfigMap: ["configmaps", true],
  Secret: ["secrets", true],
  Event: ["events", true],
  PersistentVolumeClaim: ["persistentvolumeclaims", true],
  Deployment: ["deployments", true],
  ReplicaSet: ["replicasets", true],
  Ingress: ["ingresses", true],
  IngressClass: ["ingressclasses", false],
  EndpointSlice: ["endpointslices", true],
  PodDisruptionBudget: ["poddisruptionbudgets", true],
  Role: ["roles", true],
  RoleBinding: ["rolebindings", true],
  ClusterRole: ["clusterroles", false],
  ClusterRoleBinding: ["clusterrolebindings", false],
  CustomResourceDefinition: ["customresourcedefinitions", false],
  SubjectAccessReview: ["subjectaccessreviews", false],
  SelfSubjectAccessReview: ["selfsubjectaccessreviews", false],
  Logs: ["logs", true],
  PortForward: ["portforwards", true],
};

/** Identifies an object: the parts of its API path. */
export type Reference = Pick<KubernetesObject, "apiVersion" | "kind"> & {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
};

/** The path of the collection that an object is in. */
export function collectionPath({ apiVersion, kind, metadata }: Reference): string {
  const known = KINDS[kind];
  if (!known) throw new Error(`tests/support/cluster/api.ts does not know the kind ${kind}`);
  const [plural, isNamespaced] = known;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = isNamespaced ? `/namespaces/${metadata?.namespace ?? "default"}` : "";
  return `${root}${place}/${plural}`;
}

/** Options of a request that changes something. */
export interface Writing {
  /** The server checks everything, and keeps nothing. */
  readonly dryRun?: boolean;
  /** A PATCH is a server-side apply. */
  readonly isApply?: boolean;
  /** Impersonates a user, such as `system:serviceaccount:NAMESPACE:NAME`. */
  readonly as?: string;
  /** Impersonates a group as well, such as `system:nodes`. */
  readonly asGroup?: string;
}

/** A server, and the token to call it with. */
export class Api {
  private readonly agent: Agent;

  constructor(
    /** Such as https://127.0.0.1:6443 */
    readonly server: string,
    private readonly token: string,
    certificate: string,
  ) {
    this.agent = new Agent({ ca: certificate, keepAlive: false });
  }

  /** Sends a request. @throws ApiError if the answer is not 2xx */
  ask<T>(method: string, path: string, body?: unknown, more: Writing = {}): Promise<T> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.token}` };
    if (body !== undefined) {
      const patch = more.isApply ? "apply-patch+yaml" : "merge-patch+json";
      headers["content-type"] = `application/${method === "PATCH" ? patch : "json"}`;
    }
    if (more.as) headers["impersonate-user"] = more.as;
    if (more.asGroup) headers["impersonate-group"] = more.asGroup;
    return new Promise((resolve, reject) => {
      const asked = request(`${this.server}${path}`, { method, headers, agent: this.agent });
      asked.on("error", reject);
      asked.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("error", reject);
        response.on("end", () => {
          const code = response.statusCode ?? 0;
          if (code < 300) return resolve(parsed(text) as T);
          const status = parsed(text) as Partial<Status> | string;
          if (typeof status !== "object") reject(new Error(`${method} ${path}: ${code} ${text}`));
          else reject(new ApiError(status as Status));
        });
      });
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Creates an object. The server refuses unknown and duplicate fields. */
  create<T = KubernetesObject>(object: Reference, options: Writing = {}): Promise<T> {
    return this.ask("POST", `${collectionPath(object)}?${writing(options)}`, object, options);
  }

  get<T = KubernetesObject>(object: Reference): Promise<T> {
    return this.ask("GET", pathOf(object));
  }

  /** An object; undefined if it does not exist. */
  async find<T = KubernetesObject>(object: Reference): Promise<T | undefined> {
    try {
      return await this.get<T>(object);
    } catch (error) {
      if (error instanceof ApiError && error.status.code === 404) return undefined;
      throw error;
    }
  }

  /** All objects of a kind: in a namespace, or everywhere. */
  async list<T = KubernetesObject>(
    apiVersion: string,
    kind: string,
    namespace?: string,
  ): Promise<T[]> {
    const path = collectionPath({ apiVersion, kind, metadata: { namespace } });
    const everywhere = namespace === undefined ? path.replace("/namespaces/default", "") : path;
    const { items } = await this.ask<{ items: T[] }>("GET", everywhere);
    return items;
  }

  replace<T = KubernetesObject>(object: KubernetesObject, options: Writing = {}): Promise<T> {
    return this.ask("PUT", `${pathOf(object)}?${writing(options)}`, object, options);
  }

  /** Applies an object as its only field manager, by force. */
  apply<T = KubernetesObject>(object: KubernetesObject, options: Writing = {}): Promise<T> {
    const query = `fieldManager=test&force=true&${writing(options)}`;
    return this.ask("PATCH", `${pathOf(object)}?${query}`, object, { ...options, isApply: true });
  }

  /** Merges a change into an object, or into its subresource, such as `status`. */
  patch<T = KubernetesObject>(object: Reference, change: unknown, subresource = ""): Promise<T> {
    const path = subresource ? `${pathOf(object)}/${subresource}` : pathOf(object);
    return this.ask("PATCH", path, change);
  }

  /** Deletes an object at once; a missing object counts as deleted. */
  async delete(object: Reference): Promise<void> {
    try {
      await this.ask("DELETE", `${pathOf(object)}?gracePeriodSeconds=0`);
    } catch (error) {
      if (!(error instanceof ApiError && error.status.code === 404)) throw error;
    }
  }
}

function writing({ dryRun }: Writing): string {
  return `fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
}

function pathOf(object: Reference): string {
  return `${collectionPath(object)}/${object.metadata?.name}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
