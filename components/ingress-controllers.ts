/** The ingress controllers to choose from: what each is installed with, and how it is entered. */
import { CHARTS, INGRESS_CONTROLLER, quantities, type ChartPin } from "./catalog";

/** The ingress controllers. */
export const IngressController = {
  /** NGINX Ingress Controller of F5. */
  nginx: "nginx",
  /** Ingress NGINX of the Kubernetes community, retired in March 2026: no more fixes. */
  ingressNginx: "ingress-nginx",
  /** AWS Load Balancer Controller, on EKS only. */
  alb: "alb",
} as const;
export type IngressController = (typeof IngressController)[keyof typeof IngressController];

/** An ingress controller that runs in the cluster, behind a Service that we make. */
export interface NginxController {
  readonly chart: ChartPin;
  /** Name of the release and of its namespace. */
  readonly release: string;
  /** Labels of its pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** Values of the chart, given the name of the Service through which it is entered. */
  values(controllerService: string): Record<string, unknown>;
}

const requests = { requests: quantities(INGRESS_CONTROLLER) };

/** The class that both answer to. */
const NGINX_CLASS = "nginx";

/**
 * Both charts could make the Service themselves. Ours is one that Pulumi sees: it waits for the
 * load balancer, knows its address, and on destroy waits until AWS has accepted its deletion.
 */
export const NGINX_CONTROLLERS: Readonly<Record<"nginx" | "ingress-nginx", NginxController>> = {
  nginx: {
    chart: CHARTS.nginx,
    release: "nginx-ingress",
    selector: {
      "app.kubernetes.io/name": "nginx-ingress",
      "app.kubernetes.io/instance": "nginx-ingress",
    },
    values: (controllerService) => ({
      fullnameOverride: "nginx-ingress",
      controller: {
        ingressClass: { name: NGINX_CLASS, create: true, setAsDefaultIngress: false },
        // The chapter's Ingress names no host; this controller refuses such unless told.
        // (The chart passes this on only while its custom resources are enabled, their default.)
        allowEmptyIngressHost: true,
        // A hostless Ingress is this controller's default server, which has TLS: by default it
        // redirects every request to https, where nothing listens (ConfigMap key ssl-redirect).
        config: { entries: { "ssl-redirect": "false" } },
        service: { create: false },
        reportIngressStatus: { enable: true, externalService: controllerService },
        telemetryReporting: { enable: false },
        resources: requests,
      },
    }),
  },
  "ingress-nginx": {
    chart: CHARTS["ingress-nginx"],
    release: "ingress-nginx",
    selector: {
      "app.kubernetes.io/name": "ingress-nginx",
      "app.kubernetes.io/instance": "ingress-nginx",
      "app.kubernetes.io/component": "controller",
    },
    values: (controllerService) => ({
      fullnameOverride: "ingress-nginx",
      controller: {
        ingressClassResource: { name: NGINX_CLASS, enabled: true, default: false },
        service: { enabled: false },
        extraArgs: { "publish-service": `$(POD_NAMESPACE)/${controllerService}` },
        resources: requests,
      },
    }),
  },
};

/** Values of the AWS Load Balancer Controller's chart. */
export function albValues<T>(facts: {
  clusterName: T;
  region: T;
  vpcId: T;
  roleArn: T;
  serviceAccount: string;
}): Record<string, unknown> {
  return {
    fullnameOverride: "aws-load-balancer-controller",
    clusterName: facts.clusterName,
    // Otherwise asked of the metadata service, which does not answer pods.
    region: facts.region,
    vpcId: facts.vpcId,
    replicaCount: 1,
    serviceAccount: {
      create: true,
      name: facts.serviceAccount,
      annotations: { "eks.amazonaws.com/role-arn": facts.roleArn },
    },
    // Services of type LoadBalancer stay with EKS's own controller, as exercise 5 has them.
    enableServiceMutatorWebhook: false,
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    resources: requests,
  };
}
