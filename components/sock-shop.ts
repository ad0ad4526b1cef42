import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { quantities, SOCK_SHOP, type Confinement, type SockShopService } from "./catalog";
import { allowNodeIngress, nodeUrl } from "./exposure";
import type { TargetCluster } from "./target-cluster";

/** Arguments of SockShop. */
export interface SockShopArgs {
  /** The cluster to put the shop on. */
  cluster: TargetCluster;
  /** Port of each node at which the front page answers, from 30000 to 32767. */
  nodePort: number;
  /** Who may reach it: IPv4 CIDR blocks. Meaningless on a cluster that is not EKS. */
  allowedCidrs: readonly string[];
}

/** The namespace of the shop, which other stacks' Ingress is put into as well. */
export const SOCK_SHOP_NAMESPACE = "sock-shop";

/**
 * SockShop, the chapter's microservice demo, brought up to current Kubernetes:
 *
 * 1. the namespace `sock-shop`;
 * 2. 13 Deployments of one replica, and 13 Services;
 * 3. on EKS, a rule that admits you, and nobody else, to the front page's node port.
 *
 * Costs nothing beyond the nodes.
 */
export class SockShop extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;
  /** Where the shop answers in a browser. */
  readonly url: pulumi.Output<string>;
  /** The front page's Service, for what routes to it. */
  readonly frontEnd: k8s.core.v1.Service;

  constructor(name: string, args: SockShopArgs, opts?: pulumi.ComponentResourceOptions) {
    const providers = args.cluster.providers;
    super("eks-exercises:components:SockShop", name, {}, { ...opts, providers });
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: SOCK_SHOP_NAMESPACE } },
      { parent: this },
    );
    this.namespace = namespace.metadata.name;
    for (const [service, spec] of Object.entries(SOCK_SHOP)) {
      this.deployment(`${name}-${service}`, service, spec);
    }
    const services = Object.entries(SOCK_SHOP).map(
      ([service, spec]) =>
        [service, this.service(`${name}-${service}`, service, spec, args.nodePort)] as const,
    );
    this.frontEnd = new Map(services).get("front-end")!;

    const { eks } = args.cluster;
    if (eks) {
      const description = "SockShop front page, from your address";
      const rule = { eks, port: args.nodePort, allowedCidrs: args.allowedCidrs, description };
      allowNodeIngress(`${name}-admit`, rule, this);
    }
    this.url = nodeUrl(eks, args.nodePort, this);
    this.registerOutputs({ namespace: this.namespace, url: this.url });
  }

  private deployment(name: string, service: string, spec: SockShopService): void {
    const labels = { name: service };
    new k8s.apps.v1.Deployment(
      name,
      {
        metadata: { name: service, namespace: this.namespace, labels },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              automountServiceAccountToken: false,
              nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" },
              containers: [
                {
                  name: service,
                  image: spec.image,
                  ports: [{ containerPort: spec.port }],
                  env: Object.entries(spec.env ?? {}).map(([key, value]) => ({ name: key, value })),
                  resources: { requests: quantities(spec.requests) },
                  securityContext: securityContext(spec.confinement),
                  volumeMounts: spec.tmp ? [{ name: "tmp", mountPath: "/tmp" }] : undefined,
                },
              ],
              // Of memory: the autoscaler would not move a pod with a volume on the node's disk.
              volumes: spec.tmp ? [{ name: "tmp", emptyDir: { medium: "Memory" } }] : undefined,
            },
          },
        },
      },
      { parent: this },
    );
  }

  private service(name: string, service: string, spec: SockShopService, nodePort: number) {
    const labels = { name: service };
    const isFrontEnd = service === "front-end";
    return new k8s.core.v1.Service(
      name,
      {
        metadata: { name: service, namespace: this.namespace, labels },
        spec: isFrontEnd
          ? {
              type: "NodePort",
              selector: labels,
              ports: [{ port: 80, targetPort: spec.port, nodePort }],
            }
          : {
              type: "ClusterIP",
              selector: labels,
              ports: [{ port: spec.port, targetPort: spec.port }],
            },
      },
      { parent: this },
    );
  }
}

/**
 * The confinement that the chapter's manifest gives each container. Privilege escalation is not
 * forbidden on top of it: the applications get port 80 as a file capability of their binary, which
 * that would take away.
 */
function securityContext(
  confinement: Confinement,
): k8s.types.input.core.v1.SecurityContext | undefined {
  const nonRoot = { runAsNonRoot: true, runAsUser: 10001, readOnlyRootFilesystem: true };
  const dropRoot = ["CHOWN", "SETGID", "SETUID"];
  switch (confinement) {
    case "application":
      return { ...nonRoot, capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } };
    case "unprivileged":
      return { ...nonRoot, capabilities: { drop: ["ALL"] } };
    case "database":
      return { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"], add: dropRoot } };
    case "broker":
      return {
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"], add: [...dropRoot, "DAC_OVERRIDE"] },
      };
    case "none":
      return undefined;
  }
}
