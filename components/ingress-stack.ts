import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CHARTS } from "./catalog";
import { chartArgs } from "./chart";
import { componentType, withFormerType } from "./component-type";
import { loadBalancerAnnotations, loadBalancerHost, MAX_RULES, tagList } from "./exposure";
import { loadBalancerControllerPolicy } from "./iam-load-balancer-controller";
import { albValues, IngressController, NGINX_CONTROLLERS } from "./ingress-controllers";
import { SOCK_SHOP_FRONT_END, type IngressBackend } from "./sock-shop";
import { readFact, requireFacts, type EksClusterInfo } from "./target-cluster";
import { Arguments } from "./validation";
import { WorkloadRole } from "./workload-role";

/** Arguments of IngressStack. */
export interface IngressStackArgs {
  /**
   * The EKS cluster: with `alb` it needs `clusterName`, `region`, `vpcId`, `oidcProviderArn` and
   * `oidcIssuer`, otherwise only to be given. Leave it out on a cluster that is not EKS, such as kind.
   */
  cluster?: pulumi.Input<EksClusterInfo>;
  /** The ingress controller: `nginx`, `ingress-nginx` or `alb`. Default: `nginx`. */
  controller?: IngressController;
  /**
   * The Service that the Ingress routes all requests to. Default: the front page of SockShop, port 80
   * of `front-end` in `sock-shop`.
   */
  backend?: IngressBackend;
  /**
   * IPv4 CIDR blocks that may reach the load balancer, such as ["203.0.113.7/32"] for one address.
   * Required on EKS; 0.0.0.0/0 admits everybody.
   */
  allowedCidrs?: pulumi.Input<string>[];
  /** Tags of the load balancer, which no provider tags. Default: none. */
  tags?: Record<string, pulumi.Input<string>>;
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

  constructor(name: string, args: IngressStackArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const component = `IngressStack "${name}"`;
    validate(component, args);
    super(componentType("IngressStack"), name, {}, withFormerType("IngressStack", opts));
    if (args.controller === "alb") {
      const controller = this.albController(component, name, args.cluster!);
      this.ingressClassName = "alb";
      const ingress = this.ingress(name, args, controller, [], {
        "alb.ingress.kubernetes.io/scheme": "internet-facing",
        "alb.ingress.kubernetes.io/target-type": "ip",
        "alb.ingress.kubernetes.io/inbound-cidrs": joined(args.allowedCidrs),
        "alb.ingress.kubernetes.io/tags": tagList(args.tags ?? {}),
      });
      this.url = ingress.status.apply((status) => `http://${loadBalancerHost(status)}`);
    } else {
      const { release, controllerService } = this.nginxController(
        name,
        args,
        args.controller ?? "nginx",
      );
      this.ingressClassName = "nginx";
      const isEks = args.cluster !== undefined;
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
        "controller is ingress-nginx, which was retired in March 2026 and gets no more " +
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
    const isEks = args.cluster !== undefined;
    return new k8s.core.v1.Service(
      `${name}-entrance`,
      {
        metadata: {
          name: serviceName,
          namespace: namespace.metadata.name,
          annotations: isEks ? loadBalancerAnnotations(args.tags ?? {}) : undefined,
        },
        spec: {
          type: isEks ? "LoadBalancer" : "NodePort",
          selector,
          ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
          loadBalancerSourceRanges: isEks ? args.allowedCidrs : undefined,
        },
      },
      { parent: this, customTimeouts: { delete: "20m" } },
    );
  }

  private albController(
    component: string,
    name: string,
    cluster: pulumi.Input<EksClusterInfo>,
  ): k8s.helm.v3.Release {
    const { partition } = aws.getPartitionOutput({}, { parent: this });
    const region = readFact(component, cluster, "region");
    const clusterName = readFact(component, cluster, "clusterName");
    const vpcId = readFact(component, cluster, "vpcId");
    const serviceAccount = "aws-load-balancer-controller";
    const role = new WorkloadRole(
      `${name}-irsa`,
      {
        cluster,
        serviceAccount: { namespace: "kube-system", name: serviceAccount },
        policy: pulumi.jsonStringify(
          pulumi
            .output({ partition, region, clusterName, vpcId })
            .apply(loadBalancerControllerPolicy),
        ),
      },
      { parent: this },
    );
    return new k8s.helm.v3.Release(
      `${name}-controller`,
      {
        ...chartArgs(CHARTS.alb, serviceAccount, "kube-system"),
        values: albValues({ clusterName, region, vpcId, roleArn: role.arn, serviceAccount }),
      },
      { parent: this, dependsOn: [role], ...REPLACED_IN_PLACE },
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
    annotations: Record<string, pulumi.Input<string>> | undefined,
  ): k8s.networking.v1.Ingress {
    const backend = args.backend ?? SOCK_SHOP_FRONT_END;
    return new k8s.networking.v1.Ingress(
      `${name}-ingress`,
      {
        metadata: {
          name: "sock-shop-ingress",
          namespace: backend.namespace,
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
                    backend: { service: { name: backend.service, port: { number: backend.port } } },
                  },
                ],
              },
            },
          ],
        },
      },
      {
        parent: this,
        dependsOn: [controller, ...dependsOn],
        ...REPLACED_IN_PLACE,
        // The engine takes the whole of spec for unknown while the release is being replaced.
        replaceOnChanges: ["spec"],
        customTimeouts: { delete: "20m" },
      },
    );
  }
}

function validate(component: string, args: IngressStackArgs): void {
  const check = new Arguments(component);
  const { cluster, controller, backend, allowedCidrs } = args;
  check.choice("controller", controller, Object.values(IngressController));
  if (controller === "alb") {
    const facts = ["clusterName", "region", "vpcId", "oidcProviderArn", "oidcIssuer"] as const;
    requireFacts(check, cluster, facts);
  }
  for (const part of ["namespace", "service", "port"] as const) {
    if (backend && backend[part] === undefined) {
      check.add(`backend.${part}`, undefined, `the ${part} of the Service`);
    }
  }
  check.wholeNumber("backend.port", backend?.port, 1, 65_535);
  if (cluster || controller === "alb") {
    check.callers("allowedCidrs", allowedCidrs, { most: MAX_RULES });
  }
  check.throwIfAny();
}

/** Joins blocks as the AWS Load Balancer Controller takes them in an annotation. */
function joined(allowedCidrs: pulumi.Input<string>[] = []): pulumi.Output<string> {
  return pulumi.all(allowedCidrs).apply((blocks) => blocks.join(","));
}
