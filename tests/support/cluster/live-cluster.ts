/** The cluster in a test: nodes, pods, logs, port-forwards, accounts; and its cleanup. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { collectionPath, type Api, type KubernetesObject, type Reference } from "./api";
import { ControlPlane } from "./cluster";
import { HANDS_OFF } from "./kubelet";
import { until } from "./processes";
import { OWN_NAMESPACES, Tidying } from "./tidying";

/** A node to simulate. */
export interface NodeOptions {
  readonly labels?: Readonly<Record<string, string>>;
  /** Its external address, one of 127.0.0.0/8. @default none */
  readonly externalIp?: string;
  /** @default 2 and 7900Mi, as a t3.large */
  readonly capacity?: { readonly cpu: string; readonly memory: string };
  readonly taints?: readonly { key: string; value?: string; effect: string }[];
  readonly providerID?: string;
  /** @default true */
  readonly isReady?: boolean;
  /** @default the control plane's */
  readonly kubeletVersion?: string;
}

type Conditioned = KubernetesObject & {
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { type: string; status: string }[];
  };
};

/** One cluster for all tests of a run; `reset` removes what a test created. */
export class LiveCluster {
  readonly api: Api;
  /** Path of an administrator's kubeconfig; its context is `live`. */
  readonly kubeconfig: string;
  private readonly tidying: Tidying;

  private constructor(readonly plane: ControlPlane) {
    this.api = plane.api;
    this.tidying = new Tidying(plane.api);
    this.kubeconfig = plane.kubeconfig;
  }

  static async start(): Promise<LiveCluster> {
    const cluster = new LiveCluster(await ControlPlane.start());
    await cluster.tidying.remember();
    return cluster;
  }

  stop(): Promise<void> {
    return this.plane.stop();
  }

  /** Creates a namespace, and waits for its service account, which pods need. */
  async namespace(name: string): Promise<void> {
    if (!OWN_NAMESPACES.includes(name)) {
      await this.api.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    }
    const account = { name: "default", namespace: name };
    await until(`the service account of ${name}`, () =>
      this.api.find({ apiVersion: "v1", kind: "ServiceAccount", metadata: account }),
    );
  }

  /** Creates objects in their order; namespaces with what they need. */
  async create(...objects: readonly KubernetesObject[]): Promise<void> {
    for (const object of objects) {
      if (object.kind === "Namespace") await this.namespace(object.metadata.name);
      else await this.api.create(object);
    }
  }

  /** Creates a node, and waits until it has the requested state. */
  async node(name: string, options: NodeOptions = {}): Promise<void> {
    const { labels, externalIp, taints, providerID, isReady = true } = options;
    const addresses = [
      { type: "InternalIP", address: "127.0.0.1" },
      { type: "Hostname", address: name },
      ...(externalIp === undefined ? [] : [{ type: "ExternalIP", address: externalIp }]),
    ];
    const capacity = { cpu: "2", memory: "7900Mi", pods: "35", ...options.capacity };
    const { gitVersion } = await this.api.ask<{ gitVersion: string }>("GET", "/version");
    const nodeInfo = {
      architecture: "amd64",
      operatingSystem: "linux",
      kubeletVersion: options.kubeletVersion ?? gitVersion,
      ...Object.fromEntries(UNSAID.map((field) => [field, ""])),
    };
    const reference = { apiVersion: "v1", kind: "Node", metadata: { name } };
    const usual = { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" };
    await this.api.create({
      ...reference,
      metadata: { name, labels: { ...usual, "kubernetes.io/hostname": name, ...labels } },
      spec: { taints, providerID },
      status: { addresses, capacity, allocatable: capacity, nodeInfo },
    } as Reference);
    await until(`the node ${name}`, async () => isTrue(await this.api.get(reference), "Ready"));
    if (!isReady) await this.unready(name);
  }

  /** Makes a node's kubelet report not ready, until `reset`. */
  async unready(name: string): Promise<void> {
    const node: Reference = { apiVersion: "v1", kind: "Node", metadata: { name } };
    await this.api.patch(node, { metadata: { annotations: { [HANDS_OFF]: "true" } } });
    const { status } = await this.api.get<Conditioned>(node);
    const conditions = status?.conditions?.map((condition) =>
      condition.type === "Ready"
        ? { ...condition, status: "False", reason: "KubeletNotReady", message: "set by a test" }
        : condition,
    );
    await this.api.patch(node, { status: { conditions } }, "status");
  }

  /** Waits until a pod is ready. */
  async podReady(namespace: string, name: string): Promise<void> {
    const pod: Reference = { apiVersion: "v1", kind: "Pod", metadata: { namespace, name } };
    await until(`the pod ${namespace}/${name}`, async () =>
      isTrue(await this.api.find(pod), "Ready"),
    );
  }

  /** Waits until all pods of a Deployment are available. */
  async deploymentAvailable(namespace: string, name: string): Promise<void> {
    const metadata = { namespace, name };
    await until(`the deployment ${namespace}/${name}`, async () =>
      isTrue(
        await this.api.find({ apiVersion: "apps/v1", kind: "Deployment", metadata }),
        "Available",
      ),
    );
  }

  /** Sets what `kubectl logs` shows for all containers of a pod. */
  async logs(namespace: string, pod: string, lines: readonly string[]): Promise<void> {
    const logsFile = join(this.plane.directory, `${namespace}-${pod}.log`);
    // As a container runtime writes them.
    const now = new Date().toISOString();
    writeFileSync(logsFile, lines.map((line) => `${now} stdout F ${line}\n`).join(""));
    await this.kwok("Logs", namespace, pod, { logs: [{ logsFile, follow: false }] });
  }

  /** Sets where a port-forward to a pod ends: a test's server at 127.0.0.1. */
  async portForward(namespace: string, pod: string, port: number, target: number): Promise<void> {
    const forward = { ports: [port], target: { address: "127.0.0.1", port: target } };
    await this.kwok("PortForward", namespace, pod, { forwards: [forward] });
  }

  /**
   * Writes a service account's kubeconfig, and creates the account if it is missing.
   * @returns the file's path
   */
  async kubeconfigOf(namespace: string, name: string): Promise<string> {
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name } };
    if (!(await this.api.find(account))) await this.api.create(account);
    const { status } = await this.api.ask<{ status: { token: string } }>(
      "POST",
      `${collectionPath(account)}/${name}/token`,
      { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
    );
    return this.plane.writeKubeconfig(`${namespace}-${name}`, status.token);
  }

  /** Removes what was created since the start. */
  reset(): Promise<void> {
    return this.tidying.reset();
  }

  private async kwok(
    kind: "Logs" | "PortForward",
    namespace: string,
    name: string,
    spec: unknown,
  ): Promise<void> {
    const object = { apiVersion: "kwok.x-k8s.io/v1alpha1", kind, metadata: { namespace, name } };
    await this.api.delete(object);
    await this.api.create({ ...object, spec } as Reference);
  }
}

const UNSAID = [
  "bootID",
  "containerRuntimeVersion",
  "kernelVersion",
  "kubeProxyVersion",
  "machineID",
  "osImage",
  "systemUUID",
];

/** Whether a condition of an object's status holds. */
export function isTrue(object: KubernetesObject | undefined, type: string): boolean {
  const { status } = (object ?? {}) as Partial<Conditioned>;
  return status?.conditions?.find((c) => c.type === type)?.status === "True";
}
