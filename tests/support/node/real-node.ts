/** A real node: kubelet, kube-proxy, containerd and runc on a machine of its own, running containers. */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, connect, type Server } from "node:net";
import { join } from "node:path";
import { stringify } from "yaml";
import { until } from "../cluster/processes";
import { ControlPlane } from "../cluster/cluster";
import { binary, program } from "../cluster/installed";
import { isTrue } from "../cluster/live-cluster";
import { imageArchive, PAUSE_IMAGE } from "./images";
import { Machine } from "./machine";

const NODE = "node";
/** Pods have addresses of their own, behind the node. */
const POD_NETWORK = "10.232.0.0/24";
const RUNTIME = "/run/containerd/containerd.sock";

/** Options of the node. */
export interface NodeOptions {
  /** The instance that it claims to be. @default aws:///us-east-1a/i-0123456789abcdef0 */
  readonly providerID?: string;
}

/** A control plane with one node, which runs containers. */
export class NodeCluster {
  private constructor(
    readonly plane: ControlPlane,
    readonly machine: Machine,
    private readonly gate: Server,
  ) {}

  /** Starts it, and waits until the node is ready. @throws Error with the last output of what failed */
  static async start(options: NodeOptions = {}): Promise<NodeCluster> {
    const archive = await imageArchive();
    const [nodeToken, proxyToken] = [token(), token()];
    const plane = await ControlPlane.start({
      isSimulated: false,
      tokens: [
        [nodeToken, `system:node:${NODE}`, "system:nodes"],
        [proxyToken, "system:kube-proxy", "system:node-proxier"],
      ],
    });
    let machine: Machine | undefined;
    let gate: Server | undefined;
    try {
      machine = await Machine.start(
        join(plane.directory, "node"),
        ({ hostAddress, address, cgroup }) => {
          const server = `https://${hostAddress}:${new URL(plane.url).port}`;
          const kubeconfig = (name: string, secret: string): string =>
            plane.writeKubeconfig(name, secret, server, "kubernetes.default.svc");
          const files = writeConfiguration(plane.directory, { address, cgroup, ...options });
          return [
            `${program("containerd", "containerd")} --config ${files.containerd}`,
            [
              `${binary("kubelet")} --config ${files.kubelet} --hostname-override ${NODE}`,
              `--kubeconfig ${kubeconfig("kubelet", nodeToken)} --node-ip ${address}`,
              "--node-labels topology.kubernetes.io/zone=us-east-1a,topology.kubernetes.io/region=us-east-1",
            ].join(" "),
            [
              `${binary("kube-proxy")} --kubeconfig ${kubeconfig("kube-proxy", proxyToken)}`,
              `--hostname-override ${NODE} --proxy-mode iptables --cluster-cidr ${POD_NETWORK}`,
              "--conntrack-max-per-core 0 --conntrack-tcp-timeout-established 0s",
              "--conntrack-tcp-timeout-close-wait 0s --iptables-min-sync-period 100ms",
            ].join(" "),
          ];
        },
      );
      gate = await openGate(machine.hostAddress, plane.url);
      const cluster = new NodeCluster(plane, machine, gate);
      await cluster.ready(archive);
      return cluster;
    } catch (error) {
      gate?.close();
      const words = machine?.lastWords ?? "";
      await machine?.stop();
      await plane.stop();
      throw new Error(`${(error as Error).message}\n${words}`, { cause: error });
    }
  }

  /** The URL of a port of the node. */
  url(port: number, path = "/"): string {
    return `http://${this.machine.address}:${port}${path}`;
  }

  async stop(): Promise<void> {
    this.gate.close();
    await this.machine.stop();
    await this.plane.stop();
  }

  private async ready(archive: string): Promise<void> {
    const { machine, plane } = this;
    const ctr = ["--address", RUNTIME, "--namespace", "k8s.io", "images"];
    const client = program("containerd", "ctr");
    await until("containerd", () => machine.run(client, ...ctr, "list"));
    await machine.run(client, ...ctr, "import", "--no-unpack", archive);
    await plane.api.create(endpointSlice(machine.hostAddress, Number(new URL(plane.url).port)));
    await until("the node", async () => {
      if (!machine.isRunning) throw new Error("the machine ended");
      const node = { apiVersion: "v1", kind: "Node", metadata: { name: NODE } };
      return isTrue(await plane.api.find(node), "Ready");
    });
  }
}

function token(): string {
  return randomBytes(16).toString("hex");
}

/** Lets the node, and nobody else, reach the API server: it listens at the link between the two. */
function openGate(address: string, url: string): Promise<Server> {
  const port = Number(new URL(url).port);
  const gate = createServer((socket) => {
    const onward = connect(port, "127.0.0.1");
    const end = (): void => void [socket.destroy(), onward.destroy()];
    for (const each of [socket, onward]) each.on("error", end).on("close", end);
    socket.pipe(onward).pipe(socket);
    socket.unref();
    onward.unref();
  });
  gate.unref();
  return new Promise((resolve, reject) => {
    gate.on("error", reject);
    gate.listen(port, address, () => resolve(gate));
  });
}

/** Where pods find the API server: no reconciler names it, since its own address is a loopback one. */
function endpointSlice(address: string, port: number) {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "kubernetes.io/service-name": "kubernetes" },
    },
    addressType: "IPv4",
    ports: [{ name: "https", port, protocol: "TCP" }],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  };
}

interface Facts extends NodeOptions {
  readonly address: string;
  readonly cgroup: string;
}

/** Writes the configuration of the runtime, of its network and of the kubelet. */
function writeConfiguration(directory: string, facts: Facts) {
  const networks = join(directory, "cni");
  mkdirSync(networks);
  const containerd = join(directory, "containerd.toml");
  const kubelet = join(directory, "kubelet.yaml");
  writeFileSync(
    join(networks, "pods.conflist"),
    JSON.stringify({
      cniVersion: "1.0.0",
      name: "pods",
      plugins: [
        {
          // Point to point: every packet passes kube-proxy's rules, also between pods of this node. Masked:
          // this machine has no way back to pods.
          type: "ptp",
          ipMasq: true,
          ipam: {
            type: "host-local",
            ranges: [[{ subnet: POD_NETWORK }]],
            routes: [{ dst: "0.0.0.0/0" }],
          },
        },
      ],
    }),
  );
  writeFileSync(
    containerd,
    `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "${RUNTIME}"
[plugins."io.containerd.cri.v1.images"]
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "${PAUSE_IMAGE}"
[plugins."io.containerd.cri.v1.runtime"]
  # Without CAP_SYS_RESOURCE, as in some CI, no process can lower its own score.
  restrict_oom_score_adj = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["/usr/lib/cni"]
    conf_dir = "${networks}"
`,
  );
  writeFileSync(
    kubelet,
    stringify({
      apiVersion: "kubelet.config.k8s.io/v1beta1",
      kind: "KubeletConfiguration",
      // It is reached over the link only, and the API server has no certificate for it.
      authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
      authorization: { mode: "AlwaysAllow" },
      cgroupDriver: "cgroupfs",
      cgroupRoot: `/${facts.cgroup}`,
      containerRuntimeEndpoint: `unix://${RUNTIME}`,
      enforceNodeAllocatable: ["none"],
      evictionHard: {
        "memory.available": "100Mi",
        "nodefs.available": "1%",
        "imagefs.available": "1%",
      },
      failCgroupV1: false,
      failSwapOn: false,
      imageGCHighThresholdPercent: 100,
      makeIPTablesUtilChains: true,
      nodeStatusUpdateFrequency: "5s",
      providerID: facts.providerID ?? "aws:///us-east-1a/i-0123456789abcdef0",
      resolvConf: "",
    }),
  );
  return { containerd, kubelet };
}
