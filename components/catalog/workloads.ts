/**
 * What the chapter's pods ask of the nodes: the components take their requests from here, and the
 * settings are checked against the sum, so that a cluster too small for its pods is refused before
 * it is paid for.
 */
import { SOCK_SHOP_IMAGES } from "./versions";

/** Requests of one pod: processor in thousandths (millicores), memory in MiB. */
export interface Requests {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
}

/** Writes requests as Kubernetes quantities. */
export function quantities(requests: Requests): { cpu: string; memory: string } {
  return { cpu: `${requests.cpuMilli}m`, memory: `${requests.memoryMiB}Mi` };
}

/** How a SockShop container is confined. `database` starts as root and drops to its own user. */
export type Confinement = "application" | "unprivileged" | "database" | "broker" | "none";

/** One of SockShop's services: a Deployment of one replica and a Service of the same name. */
export interface SockShopService {
  readonly image: string;
  /** Port of the container. */
  readonly port: number;
  readonly confinement: Confinement;
  /** A memory-backed /tmp, for those whose root file system is read-only and that need one. */
  readonly tmp?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly requests: Requests;
}

const JAVA = {
  ZIPKIN: "zipkin.zipkin.svc.cluster.local",
  JAVA_OPTS:
    "-Xms64m -Xmx128m -XX:PermSize=32m -XX:MaxPermSize=64m -XX:+UseG1GC -Djava.security.egd=file:/dev/urandom",
};
const JVM: Requests = { cpuMilli: 100, memoryMiB: 256 };
const MONGO: Requests = { cpuMilli: 50, memoryMiB: 128 };
const GO: Requests = { cpuMilli: 50, memoryMiB: 64 };

function mongo(image: string): SockShopService {
  return { image, port: 27017, confinement: "database", tmp: true, requests: MONGO };
}

function java(image: string): SockShopService {
  return { image, port: 80, confinement: "application", tmp: true, env: JAVA, requests: JVM };
}

function go(image: string, env?: Record<string, string>): SockShopService {
  return { image, port: 80, confinement: "application", env, requests: GO };
}

/** The 13 services of SockShop, as the chapter's manifest has them, with requests added. */
export const SOCK_SHOP: Readonly<Record<string, SockShopService>> = {
  "carts-db": mongo(SOCK_SHOP_IMAGES.mongo),
  carts: java(SOCK_SHOP_IMAGES.carts),
  "catalogue-db": {
    image: SOCK_SHOP_IMAGES["catalogue-db"],
    port: 3306,
    confinement: "none",
    // Nobody needs root's password: the catalogue logs in with an account of its own. The pod draws one
    // from the kernel, as a file that the entrypoint reads once, so it is in no manifest, state or log.
    // MYSQL_RANDOM_ROOT_PASSWORD would print it to the pod's log. (docker-library/mysql 4dd3313 of
    // 2016-11-21 added *_FILE; the image is of 2016-12-23, on MySQL 5.7.17 of 2016-12-12.)
    env: {
      MYSQL_ROOT_PASSWORD_FILE: "/proc/sys/kernel/random/uuid",
      MYSQL_DATABASE: "socksdb",
    },
    requests: { cpuMilli: 100, memoryMiB: 256 },
  },
  catalogue: go(SOCK_SHOP_IMAGES.catalogue),
  "front-end": {
    image: SOCK_SHOP_IMAGES["front-end"],
    port: 8079,
    confinement: "unprivileged",
    requests: { cpuMilli: 100, memoryMiB: 100 },
  },
  "orders-db": mongo(SOCK_SHOP_IMAGES.mongo),
  orders: java(SOCK_SHOP_IMAGES.orders),
  payment: go(SOCK_SHOP_IMAGES.payment),
  "queue-master": {
    image: SOCK_SHOP_IMAGES["queue-master"],
    port: 80,
    confinement: "none",
    requests: JVM,
  },
  rabbitmq: {
    image: SOCK_SHOP_IMAGES.rabbitmq,
    port: 5672,
    confinement: "broker",
    requests: { cpuMilli: 100, memoryMiB: 128 },
  },
  shipping: java(SOCK_SHOP_IMAGES.shipping),
  user: go(SOCK_SHOP_IMAGES.user, { MONGO_HOST: "user-db:27017" }),
  "user-db": mongo(SOCK_SHOP_IMAGES["user-db"]),
};

/** Requests of the Jenkins pod; its limits are a full processor and twice the memory. */
export const JENKINS: Requests = { cpuMilli: 250, memoryMiB: 1024 };

/** Requests of the cluster autoscaler. */
export const CLUSTER_AUTOSCALER: Requests = { cpuMilli: 100, memoryMiB: 300 };

/** Requests of an ingress controller, whichever. */
export const INGRESS_CONTROLLER: Requests = { cpuMilli: 100, memoryMiB: 128 };

/** The two CoreDNS pods, with the requests that EKS's add-on gives each. */
const CORE_DNS: Requests = { cpuMilli: 100, memoryMiB: 70 };

/** What runs once on each node: VPC CNI, kube-proxy, the Pod Identity agent. */
const PER_NODE: readonly Requests[] = [
  { cpuMilli: 50, memoryMiB: 0 },
  { cpuMilli: 100, memoryMiB: 0 },
  { cpuMilli: 0, memoryMiB: 0 },
];

/** What the whole chapter asks of a cluster of so many nodes: pods, millicores, MiB. */
export function chapterDemand(nodes: number): Requests & { pods: number } {
  const pods = [
    ...Object.values(SOCK_SHOP).map((service) => service.requests),
    ...[JENKINS, CLUSTER_AUTOSCALER, INGRESS_CONTROLLER, CORE_DNS, CORE_DNS],
    ...Array.from({ length: nodes }, () => PER_NODE).flat(),
  ];
  return {
    pods: pods.length,
    cpuMilli: pods.reduce((sum, pod) => sum + pod.cpuMilli, 0),
    memoryMiB: pods.reduce((sum, pod) => sum + pod.memoryMiB, 0),
  };
}
