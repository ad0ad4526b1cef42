/** Manifests, good and bad, on which the simulated cloud and a real API server must agree. */
import type { KubernetesObject } from "../../support/cluster";
import {
  backend,
  contained,
  container,
  deployment,
  ingress,
  namespace,
  path,
  PLACE,
  pod,
  routed,
  service,
  type Spec,
} from "./objects";

/** One manifest, by what is special about it. */
export interface Case {
  readonly what: string;
  readonly object: KubernetesObject;
}

const LONG = "a".repeat(64);
const LONGER = "a".repeat(254);
const tcp = (more: Spec) => ({ port: 80, ...more });

const SERVICES: Record<string, KubernetesObject> = {
  "of type ClusterIP": service({}),
  "of type NodePort": service({ type: "NodePort", ports: [tcp({ nodePort: 32001 })] }),
  "of type LoadBalancer, for some": service({
    type: "LoadBalancer",
    loadBalancerSourceRanges: ["203.0.113.7/32"],
  }),
  "with no selector": service({ selector: undefined }),
  "without an address, and without ports": service({ clusterIP: "None", ports: undefined }),
  "of the first node port": service({ type: "NodePort", ports: [tcp({ nodePort: 30000 })] }),
  "of the last node port": service({ type: "NodePort", ports: [tcp({ nodePort: 32767 })] }),
  "with two named ports": service({
    ports: [tcp({ name: "http" }), { port: 443, name: "https" }],
  }),
  "with a name that begins with a digit": service({ name: "1web" }),
  "below the node ports": service({ type: "NodePort", ports: [tcp({ nodePort: 29999 })] }),
  "above the node ports": service({ type: "NodePort", ports: [tcp({ nodePort: 32768 })] }),
  "with the node port of another": service({ type: "NodePort", ports: [tcp({ nodePort: 32000 })] }),
  "with the node port of another, second": service({
    type: "NodePort",
    ports: [tcp({ name: "a" }), { port: 81, name: "b", nodePort: 32000 }],
  }),
  "with a node port, and of type ClusterIP": service({ ports: [tcp({ nodePort: 32001 })] }),
  "without ports": service({ ports: undefined }),
  "of a type that there is not": service({ type: "Nodeport" }),
  "with the port 0": service({ ports: [{ port: 0 }] }),
  "with the port 70000": service({ ports: [{ port: 70000 }] }),
  "with two ports that have no names": service({ ports: [{ port: 80 }, { port: 81 }] }),
  "with the same port twice": service({
    ports: [tcp({ name: "a", targetPort: 80 }), tcp({ name: "b", targetPort: 81 })],
  }),
  "with two ports of one name": service({ ports: [tcp({ name: "a" }), { port: 81, name: "a" }] }),
  "with a port named wrongly": service({ ports: [tcp({ name: "HTTP" })] }),
  "with a target port of 0": service({ ports: [tcp({ targetPort: 0 })] }),
  "with a target port named wrongly": service({ ports: [tcp({ targetPort: "no_name" })] }),
  "with a protocol that there is not": service({ ports: [tcp({ protocol: "HTTP" })] }),
  "for callers that are no block": service({
    type: "LoadBalancer",
    loadBalancerSourceRanges: ["203.0.113.7"],
  }),
  "for some, and of type NodePort": service({
    type: "NodePort",
    loadBalancerSourceRanges: ["203.0.113.7/32"],
  }),
  "with a name of 64 characters": service({ name: LONG }),
  "with capitals in its name": service({ name: "Web" }),
  "with a wrong label": service({}, { labels: { app: "my web" } }),
  "with a wrong key of a label": service({}, { labels: { "my app": "web" } }),
  "with a label of 64 characters": service({}, { labels: { app: LONG } }),
  "with a wrong selector": service({ selector: { app: "my web" } }),
  "in no namespace that is there": service({}, { namespace: "nowhere" }),
  "of a name that is taken": service({ name: "first" }),
};

const PODS: Record<string, KubernetesObject> = {
  "with one container": pod({}),
  "with a name of 64 characters": pod({}, { name: LONG }),
  "with dots in its name": pod({}, { name: "web.one" }),
  "with requests below its limits": contained({
    resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "1", memory: "2Gi" } },
  }),
  "with a volume of memory": pod({
    containers: [{ ...container, volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] }],
    volumes: [{ name: "tmp", emptyDir: { medium: "Memory" } }],
  }),
  "without containers": pod({ containers: [] }),
  "with a container that has no name": contained({ name: undefined }),
  "with a container that has no image": contained({ image: undefined }),
  "with capitals in a container's name": contained({ name: "Web" }),
  "with two containers of one name": pod({ containers: [container, container] }),
  "with a name of 254 characters": pod({}, { name: LONGER }),
  "with capitals in its name": pod({}, { name: "Web" }),
  "with an underscore in its name": pod({}, { name: "my_web" }),
  "with a wrong label": pod({}, { labels: { app: "-web" } }),
  "with a container port of 0": contained({ ports: [{ containerPort: 0 }] }),
  "with a container port of 70000": contained({ ports: [{ containerPort: 70000 }] }),
  "with requests above its limits": contained({
    resources: { requests: { cpu: "2" }, limits: { cpu: "1" } },
  }),
  "with memory above its limit": contained({
    resources: { requests: { memory: "2Gi" }, limits: { memory: "1024Mi" } },
  }),
  "with a mount of no volume": contained({ volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] }),
  "with a restart policy that there is not": pod({ restartPolicy: "Sometimes" }),
  "with a pull policy that there is not": contained({ imagePullPolicy: "Perhaps" }),
  "with a variable that has no name": contained({ env: [{ name: "", value: "x" }] }),
  "with a wrong node selector": pod({ nodeSelector: { "kubernetes.io/os": "any thing" } }),
  "in no namespace that is there": pod({}, { namespace: "nowhere" }),
};

const DEPLOYMENTS: Record<string, KubernetesObject> = {
  "of one replica": deployment({}),
  "of none": deployment({ replicas: 0 }),
  "with a name of 64 characters": deployment({}, { name: LONG }),
  "whose selector is not its pods'": deployment({ selector: { matchLabels: { app: "shop" } } }),
  "without a selector": deployment({ selector: undefined }),
  "with an empty selector": deployment({ selector: {} }),
  "with a wrong selector": deployment({ selector: { matchLabels: { app: "my web" } } }),
  "of fewer than no replicas": deployment({ replicas: -1 }),
  "with a strategy that there is not": deployment({ strategy: { type: "Slowly" } }),
  "without containers": deployment({
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [] } },
  }),
  "with a container that has no image": deployment({
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web" }] } },
  }),
  "whose pods run once": deployment({
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [container], restartPolicy: "Never" },
    },
  }),
  "with capitals in its name": deployment({}, { name: "Web" }),
  "in no namespace that is there": deployment({}, { namespace: "nowhere" }),
};

const INGRESSES: Record<string, KubernetesObject> = {
  "of one path": routed({}),
  "of a class that there is not": ingress({
    ingressClassName: "nobody",
    rules: [{ http: { paths: [path] } }],
  }),
  "with a default backend only": ingress({ defaultBackend: backend }),
  "with a host only": ingress({ rules: [{ host: "shop.example.com" }] }),
  "for any host below one": ingress({
    rules: [{ host: "*.example.com", http: { paths: [path] } }],
  }),
  "to a service's port by name": routed({
    backend: { service: { name: "web", port: { name: "http" } } },
  }),
  "with nothing in it": ingress({}),
  "without paths": ingress({ rules: [{ http: { paths: [] } }] }),
  "without a backend": routed({ backend: undefined }),
  "with an empty backend": routed({ backend: {} }),
  "to no port": routed({ backend: { service: { name: "web" } } }),
  "to a port by number and by name": routed({
    backend: { service: { name: "web", port: { name: "http", number: 80 } } },
  }),
  "to the port 70000": routed({ backend: { service: { name: "web", port: { number: 70000 } } } }),
  "to a service without a name": routed({ backend: { service: { port: { number: 80 } } } }),
  "to a service named wrongly": routed({
    backend: { service: { name: "Web", port: { number: 80 } } },
  }),
  "without a type of path": routed({ pathType: undefined }),
  "with a type of path that there is not": routed({ pathType: "prefix" }),
  "with a path that does not begin with /": routed({ path: "shop" }),
  "with a path of type Prefix, and none": routed({ path: undefined }),
  "with // in its path": routed({ path: "/a//b" }),
  "for a host that is an address": ingress({
    rules: [{ host: "203.0.113.7", http: { paths: [path] } }],
  }),
  "for a host with capitals": ingress({
    rules: [{ host: "Shop.example.com", http: { paths: [path] } }],
  }),
  "with capitals in its class": ingress({
    ingressClassName: "NGINX",
    rules: [{ http: { paths: [path] } }],
  }),
  "with capitals in its name": ingress({ defaultBackend: backend }, { name: "Web" }),
  "in no namespace that is there": ingress({ defaultBackend: backend }, { namespace: "nowhere" }),
};

const NAMESPACES: Record<string, KubernetesObject> = {
  "of a name as the exercises have it": namespace("student-bc-svc"),
  "with a name of 63 characters": namespace("a".repeat(63)),
  "with a name of 64 characters": namespace(LONG),
  "with capitals in its name": namespace("Student"),
  "with dots in its name": namespace("student.bc"),
  "that ends in -": namespace("student-"),
  "with a wrong label": namespace("labelled", { labels: { owner: "me & you" } }),
  "of a name that is taken": namespace(PLACE),
  "of a name that every cluster has": namespace("kube-system"),
};

/** All of them. */
export const CASES: readonly Case[] = Object.entries({
  Service: SERVICES,
  Pod: PODS,
  Deployment: DEPLOYMENTS,
  Ingress: INGRESSES,
  Namespace: NAMESPACES,
}).flatMap(([kind, cases]) =>
  Object.entries(cases).map(([what, object]) => ({ what: `${kind} ${what}`, object })),
);
