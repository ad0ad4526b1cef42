import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CHARTS } from "./catalog";
import { chartArgs } from "./chart";
import { loadBalancerAnnotations, loadBalancerHost, tagList } from "./exposure";
import { loadBalancerControllerPolicy } from "./iam-load-balancer-controller";
import { albValues, NGINX_CONTROLLERS, type IngressController } from "./ingress-controllers";
import type { SockShop } from "./sock-shop";
import { SOCK_SHOP_NAMESPACE } from "./sock-shop";
import type { EksClusterInfo, TargetCluster } from "./target-cluster";
import { WorkloadRole } from "./workload-role";

/** Arguments of IngressStack. */
export interface IngressStackArgs {
  /** The cluster to put it on. With `alb` it must be of EKS. */
  cluster: TargetCluster;
  /** Which controller. */
  controller: IngressController;
  /** The shop, where the same stack has it; otherwise it must be on the cluster already. */
  shop?: SockShop;
  /** Who may reach the load balancer: IPv4 CIDR blocks. */
  allowedCidrs: readonly string[];
  /** Tags for the load balancer, which no provider sees being made. */
  tags: Readonly<Record<string, string>>;
}

/**
 * Options of what must be deleted before its replacement is created. The provider creates the new
 * Release of another name first, and Helm refuses an IngressClass `nginx` that the old one still owns.
 */
const REPLACED_IN_PLACE = { deleteBeforeReplace: true };

/**
 * Exercise 6:
 *
 * 1. an ingress controller, by its Helm chart (with `alb`, a role for its service account too);
 * 2. the Service through which it is entered: on EKS a Network Load Balancer that admits you only,
 *    elsewhere a node port; none with `alb`, which makes its own load balancer;
 * 3. the Ingress `sock-shop-ingress`, that routes everything to the shop's front page.
 *
 * The Ingress goes before its controller does, which has to tidy up behind it. Costs a load
 * balancer: $0.0225 an hour, and its addresses.
 */
export class IngressStack extends pulumi.ComponentResource {
  /** The class that the Ingress names. */
  readonly ingressClassName: string;
  /** Where the shop answers. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: IngressStackArgs, opts?: pulumi.ComponentResourceOptions) {
    const providers = args.cluster.providers;
    super("eks-exercises:components:IngressStack", name, {}, { ...opts, providers });
    if (args.controller === "alb") {
      const controller = this.albController(name, args.cluster.eks!);
      this.ingressClassName = "alb";
      const ingress = this.ingress(name, args, controller, [], {
        "alb.ingress.kubernetes.io/scheme": "internet-facing",
        "alb.ingress.kubernetes.io/target-type": "ip",
        "alb.ingress.kubernetes.io/inbound-cidrs": args.allowedCidrs.join(","),
        "alb.ingress.kubernetes.io/tags": tagList(args.tags),
      });
      this.url = ingress.status.apply((status) => `http://${loadBalancerHost(status)}`);
    } else {
      const { release, controllerService } = this.nginxController(name, args, args.controller);
      this.ingressClassName = "nginx";
      const isEks = args.cluster.eks !== undefined;
      // Without a load balancer the Ingress gets no address, and Pulumi would wait for one.
      const annotations = isEks ? undefined : { "pulumi.com/skipAwait": "true" };
      this.ingress(name, args, release, [controllerService], annotations);
      this.url = isEks
        ? controllerService.status.apply((status) => `http://${loadBalancerHost(status)}`)
        : controllerService.spec.apply(
            (spec) => `http://NODE:${spec.ports[0]?.nodePort ?? "PORT"}`,
          );
    }
    this.registerOutputs({ ingressClassName: this.ingressClassName, url: this.url });
  }

  private nginxController(
    name: string,
    args: IngressStackArgs,
    kind: "nginx" | "ingress-nginx",
  ): { release: k8s.helm.v3.Release; controllerService: k8s.core.v1.Service } {
    if (kind === "ingress-nginx") {
      void pulumi.log.warn(
        "ingress.controller is ingress-nginx, which was retired in March 2026 and gets no more " +
          "fixes, not for security either. Use nginx (F5's, maintained) unless you want to see it.",
        this,
      );
    }
    const controller = NGINX_CONTROLLERS[kind];
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: controller.release } },
      { parent: this },
    );
    const serviceName = `${controller.release}-entrance`;
    const controllerService = this.controllerService(
      name,
      serviceName,
      controller.selector,
      namespace,
      args,
    );
    const release = new k8s.helm.v3.Release(
      `${name}-controller`,
      {
        ...chartArgs(controller.chart, controller.release, controller.release),
        values: controller.values(serviceName),
      },
      { parent: this, dependsOn: [namespace], ...REPLACED_IN_PLACE },
    );
    return { release, controllerService };
  }

  private controllerService(
    name: string,
    serviceName: string,
    selector: Readonly<Record<string, string>>,
    namespace: k8s.core.v1.Namespace,
    args: IngressStackArgs,
  ): k8s.core.v1.Service {
    const isEks = args.cluster.eks !== undefined;
    return new k8s.core.v1.Service(
      `${name}-entrance`,
      {
        metadata: {
          name: serviceName,
          namespace: namespace.metadata.name,
          annotations: isEks ? loadBalancerAnnotations(args.tags) : undefined,
        },
        spec: {
          type: isEks ? "LoadBalancer" : "NodePort",
          selector,
          ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
          loadBalancerSourceRanges: isEks ? [...args.allowedCidrs] : undefined,
        },
      },
      { parent: this, customTimeouts: { delete: "20m" } },
    );
  }

  private albController(name: string, eks: EksClusterInfo): k8s.helm.v3.Release {
    const { partition } = aws.getPartitionOutput({}, { parent: this });
    const { region, clusterName, vpcId } = eks;
    const serviceAccount = "aws-load-balancer-controller";
    const role = new WorkloadRole(
      `${name}-irsa`,
      {
        eks,
        serviceAccount: { namespace: "kube-system", name: serviceAccount },
        policy: pulumi
          .output({ partition, region, clusterName, vpcId })
          .apply(loadBalancerControllerPolicy),
      },
      { parent: this },
    );
    return new k8s.helm.v3.Release(
      `${name}-controller`,
      {
        ...chartArgs(CHARTS.alb, serviceAccount, "kube-system"),
        values: albValues({ clusterName, region, vpcId, roleArn: role.arn, serviceAccount }),
      },
      { parent: this, dependsOn: role.dependencies, ...REPLACED_IN_PLACE },
    );
  }

  /**
   * The Ingress takes its class from the controller's release, as a value: when another controller
   * replaces this one, the engine then deletes the Ingress first, while its controller still runs and
   * can remove the load balancer and the finalizer of an Ingress of class `alb`.
   */
  private ingress(
    name: string,
    args: IngressStackArgs,
    controller: k8s.helm.v3.Release,
    dependsOn: pulumi.Resource[],
    annotations: Record<string, string> | undefined,
  ): k8s.networking.v1.Ingress {
    return new k8s.networking.v1.Ingress(
      `${name}-ingress`,
      {
        metadata: {
          name: "sock-shop-ingress",
          namespace: args.shop?.namespace ?? SOCK_SHOP_NAMESPACE,
          annotations,
        },
        spec: {
          ingressClassName: controller.name.apply(() => this.ingressClassName),
          rules: [
            {
              http: {
                paths: [
                  {
                    path: "/",
                    pathType: "Prefix",
                    backend: { service: { name: "front-end", port: { number: 80 } } },
                  },
                ],
              },
            },
          ],
        },
      },
      {
        parent: this,
        dependsOn: [controller, ...dependsOn, ...(args.shop ? [args.shop.frontEnd] : [])],
        ...REPLACED_IN_PLACE,
        // The engine takes the whole of spec for unknown while the release is being replaced.
        replaceOnChanges: ["spec"],
        customTimeouts: { delete: "20m" },
      },
    );
  }
}
