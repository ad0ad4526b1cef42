import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { quantities, SOCK_SHOP, type Confinement, type SockShopService } from "./catalog";
import { componentType, withFormerType } from "./component-type";
import { allowNodeIngress, MAX_NODE_PORT, MIN_NODE_PORT, nodeUrl, takeNodeRules } from "./exposure";
import { readFact, requireFacts, type EksClusterInfo } from "./target-cluster";
import { Arguments } from "./validation";

/** Arguments of SockShop. */
export interface SockShopArgs {
  /**
   * The EKS cluster: `clusterName` and `nodeSecurityGroupId`, and for the URL `nodeGroupName`. Leave
   * it out on a cluster that is not EKS, such as kind.
   */
  cluster?: pulumi.Input<EksClusterInfo>;
  /**
   * Port of each node at which the front page answers, from 30000 to 32767. Default: 30001, as the
   * chapter's manifest has it.
   */
  nodePort?: pulumi.Input<number>;
  /**
   * IPv4 CIDR blocks that may reach the node port, such as ["203.0.113.7/32"] for one address.
   * Required on EKS; 0.0.0.0/0 admits everybody.
   */
  allowedCidrs?: pulumi.Input<string>[];
}

/** A Service that an Ingress routes to. */
export interface IngressBackend {
  /** Namespace of the Service. The Ingress is created in it. */
  namespace: pulumi.Input<string>;
  /** Name of the Service. */
  service: pulumi.Input<string>;
  /** Port of the Service. */
  port: pulumi.Input<number>;
}

/** The front page of a SockShop, wherever it was created: an IngressStack routes to it by default. */
export const SOCK_SHOP_FRONT_END = { namespace: "sock-shop", service: "front-end", port: 80 };

const DEFAULT_NODE_PORT = 30001;

/**
 * SockShop, the chapter's microservice demo, on current Kubernetes:
 *
 * 1. the namespace `sock-shop`;
 * 2. 13 Deployments of one replica, and 13 Services;
 * 3. on EKS, a rule for each allowed block, on the front page's node port.
 *
 * Costs nothing beyond the nodes.
 */
export class SockShop extends pulumi.ComponentResource {
  /** Name of the namespace. */
  readonly namespace: pulumi.Output<string>;
  /** URL of the front page at a node. */
  readonly url: pulumi.Output<string>;
  /** The front page's Service, for an IngressStack. */
  readonly frontEnd: IngressBackend;

  constructor(name: string, args: SockShopArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const component = `SockShop "${name}"`;
    validate(component, args);
    super(componentType("SockShop"), name, {}, withFormerType("SockShop", opts));
    const { cluster, nodePort = DEFAULT_NODE_PORT, allowedCidrs = [] } = args;
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: SOCK_SHOP_FRONT_END.namespace } },
      { parent: this },
    );
    this.namespace = namespace.metadata.name;
    for (const [service, spec] of Object.entries(SOCK_SHOP)) {
      this.deployment(`${name}-${service}`, service, spec);
    }
    const services = Object.entries(SOCK_SHOP).map(
      ([service, spec]) =>
        [service, this.service(`${name}-${service}`, service, spec, nodePort)] as const,
    );
    const frontEnd = new Map(services).get(SOCK_SHOP_FRONT_END.service)!;
    this.frontEnd = {
      namespace: this.namespace,
      service: frontEnd.metadata.name,
      port: SOCK_SHOP_FRONT_END.port,
    };

    if (cluster) {
      const nodeSecurityGroupId = readFact(component, cluster, "nodeSecurityGroupId");
      const description = "SockShop front page, from your address";
      const rule = { nodeSecurityGroupId, port: nodePort, allowedCidrs, description };
      allowNodeIngress(`${name}-admit`, rule, this);
    }
    this.url = nodeUrl(component, cluster, nodePort, this);
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

  private service(
    name: string,
    service: string,
    spec: SockShopService,
    nodePort: pulumi.Input<number>,
  ) {
    const labels = { name: service };
    const isFrontEnd = service === SOCK_SHOP_FRONT_END.service;
    return new k8s.core.v1.Service(
      name,
      {
        metadata: { name: service, namespace: this.namespace, labels },
        spec: isFrontEnd
          ? {
              type: "NodePort",
              selector: labels,
              ports: [{ port: SOCK_SHOP_FRONT_END.port, targetPort: spec.port, nodePort }],
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

function validate(component: string, args: SockShopArgs): void {
  const check = new Arguments(component);
  check.wholeNumber("nodePort", args.nodePort, MIN_NODE_PORT, MAX_NODE_PORT);
  if (args.cluster) {
    requireFacts(check, args.cluster, ["clusterName", "nodeSecurityGroupId"]);
    const limits = takeNodeRules(args.cluster, args.allowedCidrs);
    check.callers("allowedCidrs", args.allowedCidrs, limits);
  }
  check.throwIfAny();
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
