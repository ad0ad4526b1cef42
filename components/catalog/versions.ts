/**
 * Every pin of the project, in one place: Kubernetes, charts, images.
 * Sources: the release tags and Chart.yaml files of each project as of 2026-11-22; EKS dates from
 * the release calendar of the EKS user guide, as endoflife.date records it.
 */

/** What goes with one minor version of Kubernetes on EKS. */
export interface KubernetesRelease {
  /** Tag of registry.k8s.io/autoscaling/cluster-autoscaler: its minor is the cluster's. */
  readonly clusterAutoscaler: string;
  /** Last day of EKS standard support (ISO date); extended support costs six times as much. */
  readonly standardSupportUntil: string;
}

/** The versions of Kubernetes that this project knows, oldest first. */
export const KUBERNETES: Readonly<Record<string, KubernetesRelease>> = {
  "1.34": { clusterAutoscaler: "v1.34.5", standardSupportUntil: "2026-12-02" },
  "1.35": { clusterAutoscaler: "v1.35.2", standardSupportUntil: "2027-03-27" },
  "1.36": { clusterAutoscaler: "v1.36.1", standardSupportUntil: "2027-08-02" },
};

/** The version that `cluster.create` takes when it names none. */
export const DEFAULT_KUBERNETES = "1.36";

/** A Helm chart at a fixed version; `repository` is absent for a chart named by an OCI address. */
export interface ChartPin {
  readonly chart: string;
  readonly version: string;
  readonly repository?: string;
}

/** The Helm charts. */
export const CHARTS = {
  clusterAutoscaler: {
    chart: "cluster-autoscaler",
    version: "9.59.0",
    repository: "https://kubernetes.github.io/autoscaler",
  },
  nginx: { chart: "oci://ghcr.io/nginx/charts/nginx-ingress", version: "2.6.4" },
  "ingress-nginx": {
    chart: "ingress-nginx",
    version: "4.15.1",
    repository: "https://kubernetes.github.io/ingress-nginx",
  },
  alb: {
    chart: "aws-load-balancer-controller",
    version: "3.5.0",
    repository: "https://aws.github.io/eks-charts",
  },
} as const satisfies Record<string, ChartPin>;

/** Jenkins: a release with long-term support; the image runs as uid 1000. */
export const JENKINS_IMAGE = "jenkins/jenkins:2.568.2-lts-jdk21";

/** SockShop's images, as the chapter's manifest has them, with a tag where it had none. */
export const SOCK_SHOP_IMAGES = {
  mongo: "mongo:3.4.24",
  "user-db": "weaveworksdemos/user-db:0.4.0",
  carts: "weaveworksdemos/carts:0.4.8",
  orders: "weaveworksdemos/orders:0.4.7",
  shipping: "weaveworksdemos/shipping:0.4.8",
  catalogue: "weaveworksdemos/catalogue:0.3.5",
  "catalogue-db": "weaveworksdemos/catalogue-db:0.3.0",
  payment: "weaveworksdemos/payment:0.4.3",
  user: "weaveworksdemos/user:0.4.4",
  "queue-master": "weaveworksdemos/queue-master:0.3.1",
  rabbitmq: "rabbitmq:3.6.8",
  "front-end": "weaveworksdemos/front-end:0.3.12",
} as const;
