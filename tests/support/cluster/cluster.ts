/**
 * A real Kubernetes control plane on loopback: etcd, kube-apiserver with the RBAC authoriser,
 * kube-controller-manager and kube-scheduler. Nodes and pods are simulated, by KWOK: no container
 * runs, and no packet goes through a Service.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { Api, type KubernetesObject } from "./api";
import { binary, kwokDefinitions } from "./installed";
import { STAGES } from "./kubelet";
import { Daemon, freePorts, Hopeless, until } from "./processes";

/** The address of every simulated node's kubelet. */
const LOCALHOST = "127.0.0.1";

type Five = [number, number, number, number, number];

interface Ports {
  readonly etcd: number;
  readonly peer: number;
  readonly server: number;
  readonly kubelet: number;
  readonly manager: number;
}

/** Options of a control plane. */
export interface PlaneOptions {
  /** Whether KWOK simulates every node and what runs on it. @default true */
  readonly isSimulated?: boolean;
  /** Tokens, each with its user and group, besides the administrator's. */
  readonly tokens?: readonly (readonly [token: string, user: string, group: string])[];
}

/** A running control plane. */
export class ControlPlane {
  readonly api: Api;
  /** The controller manager's own server, with its configuration at `/configz`. */
  readonly manager: Api;
  /** Kubeconfig of an administrator. */
  readonly kubeconfig: string;
  readonly certificate: string;
  readonly url: string;

  private constructor(
    /** Its own directory, removed with it. */
    readonly directory: string,
    token: string,
    private readonly daemons: ReadonlyMap<string, Daemon>,
    ports: Ports,
  ) {
    this.url = `https://${LOCALHOST}:${ports.server}`;
    this.certificate = readFileSync(join(directory, "apiserver.crt"), "utf8");
    this.api = new Api(this.url, token, this.certificate);
    this.manager = new Api(`https://${LOCALHOST}:${ports.manager}`, token, this.certificate);
    this.kubeconfig = this.writeKubeconfig("admin", token);
  }

  /** Starts a control plane, and waits until it is ready. @throws Error with the last output of what failed */
  static async start({
    isSimulated = true,
    tokens = [],
  }: PlaneOptions = {}): Promise<ControlPlane> {
    const directory = mkdtempSync(join(tmpdir(), "eks-exercises-live-"));
    process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
    const [etcd, peer, server, kubelet, manager] = (await freePorts(5)) as Five;
    const ports = { etcd, peer, server, kubelet, manager };
    const token = randomBytes(16).toString("hex");
    const daemons = new Map<string, Daemon>();
    const launch = (name: string, args: readonly string[]): Daemon => {
      const daemon = Daemon.start(name, binary(name), args, join(directory, `${name}.log`));
      daemons.set(name, daemon);
      return daemon;
    };
    try {
      const accounts = [[token, "admin", "system:masters"], ...tokens];
      const lines = accounts.map(([secret, user, group]) => `${secret},${user},${user},${group}\n`);
      writeFileSync(join(directory, "tokens"), lines.join(""), { mode: 0o600 });
      writeFileSync(join(directory, "sa.key"), signingKey());
      launch("etcd", etcdArgs(directory, ports));
      const apiServer = launch("kube-apiserver", apiServerArgs(directory, ports));
      await until("the server's certificate", () => {
        stillRunning(apiServer);
        return readFileSync(join(directory, "apiserver.crt"), "utf8") !== "";
      });
      const plane = new ControlPlane(directory, token, daemons, ports);
      await plane.ready(launch, ports, isSimulated);
      return plane;
    } catch (error) {
      await Promise.all([...daemons.values()].map((daemon) => daemon.stop()));
      throw error;
    }
  }

  /** One of its programs, for example to pause it. */
  daemon(name: "etcd" | "kube-apiserver" | "kube-controller-manager" | "kwok"): Daemon {
    return this.daemons.get(name)!;
  }

  /** Writes a kubeconfig file with one context, `live`. @returns its path */
  writeKubeconfig(name: string, token: string, server = this.url, serverName?: string): string {
    const path = join(this.directory, `${name}.kubeconfig`);
    const ca = Buffer.from(this.certificate).toString("base64");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "live",
      clusters: [
        {
          name: "live",
          cluster: {
            server,
            "certificate-authority-data": ca,
            ...(serverName && { "tls-server-name": serverName }),
          },
        },
      ],
      users: [{ name: "live", user: { token } }],
      contexts: [{ name: "live", context: { cluster: "live", user: "live" } }],
    };
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  }

  /** Ends all of it. */
  async stop(): Promise<void> {
    const inOrder = ["kwok", "kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd"];
    for (const name of inOrder) await this.daemons.get(name)?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async ready(
    launch: (name: string, args: readonly string[]) => Daemon,
    ports: Ports,
    isSimulated: boolean,
  ): Promise<void> {
    const { api, kubeconfig } = this;
    await until("the API server", async () => {
      for (const daemon of this.daemons.values()) stillRunning(daemon);
      return (await api.ask("GET", "/readyz")) === "ok";
    });
    const client = [`--kubeconfig=${kubeconfig}`, "--leader-elect=false"];
    launch("kube-controller-manager", [
      ...client,
      `--bind-address=${LOCALHOST}`,
      `--secure-port=${ports.manager}`,
      `--tls-cert-file=${join(this.directory, "apiserver.crt")}`,
      `--tls-private-key-file=${join(this.directory, "apiserver.key")}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      // KWOK's nodes send no heartbeat: by default they would be marked not ready within a minute.
      "--node-monitor-grace-period=24h",
      `--service-account-private-key-file=${join(this.directory, "sa.key")}`,
      `--root-ca-file=${join(this.directory, "apiserver.crt")}`,
      "--use-service-account-credentials=true",
      // Else the namespace controller takes seconds to go through all kinds of object.
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
    ]);
    launch("kube-scheduler", [...client, "--secure-port=0"]);
    if (isSimulated) await this.simulate(launch, ports);
    await until("the default service account", () => {
      for (const daemon of this.daemons.values()) stillRunning(daemon);
      return api.find({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
    });
  }

  /** Lets KWOK play every node's kubelet. */
  private async simulate(
    launch: (name: string, args: readonly string[]) => Daemon,
    ports: Ports,
  ): Promise<void> {
    const { api, kubeconfig } = this;
    for (const text of kwokDefinitions()) await api.create(parse(text) as KubernetesObject);
    const stages = join(this.directory, "stages.yaml");
    writeFileSync(stages, STAGES);
    await until("KWOK's kinds of object", () => api.list("kwok.x-k8s.io/v1alpha1", "Logs"));
    launch("kwok", [
      `--kubeconfig=${kubeconfig}`,
      `--config=${stages}`,
      "--manage-all-nodes=true",
      "--enable-crds=Logs,PortForward",
      `--node-ip=${LOCALHOST}`,
      `--node-port=${ports.kubelet}`,
      `--server-address=${LOCALHOST}:${ports.kubelet}`,
      "--cidr=10.0.0.1/16",
    ]);
  }
}

function etcdArgs(directory: string, ports: Ports): string[] {
  const client = `http://${LOCALHOST}:${ports.etcd}`;
  const peer = `http://${LOCALHOST}:${ports.peer}`;
  return [
    `--data-dir=${join(directory, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // What it holds goes with the tests.
    "--unsafe-no-fsync",
    "--log-level=warn",
  ];
}

function apiServerArgs(directory: string, ports: Ports): string[] {
  const key = join(directory, "sa.key");
  return [
    `--etcd-servers=http://${LOCALHOST}:${ports.etcd}`,
    `--bind-address=${LOCALHOST}`,
    `--advertise-address=${LOCALHOST}`,
    // No Endpoints may name a loopback address.
    "--endpoint-reconciler-type=none",
    `--secure-port=${ports.server}`,
    // It makes its own certificate there: apiserver.crt.
    `--cert-dir=${directory}`,
    `--token-auth-file=${join(directory, "tokens")}`,
    "--authorization-mode=Node,RBAC",
    "--service-cluster-ip-range=172.20.0.0/16",
    "--service-account-issuer=https://live.test",
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    // Its default is that nobody reads kubelets' certificates; KWOK's is its own.
    "--kubelet-preferred-address-types=InternalIP",
    "--allow-privileged=true",
  ];
}

function signingKey(): string {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  }).privateKey;
}

function stillRunning(daemon: Daemon): void {
  if (!daemon.isRunning) throw new Hopeless(`${daemon.name} ended:\n${daemon.lastWords}`);
}
