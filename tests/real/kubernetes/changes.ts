/** Changes of objects: in place, or by another object. */
import { backend, container, deployment, ingress, namespace, pod, service } from "./objects";
import type { Case } from "./verdicts";

/** A change of an object that is there: a merge patch. */
export interface Change extends Case {
  readonly change: Record<string, unknown>;
}

const other = { ...container, image: "nowhere/web:2" };

/** Changes that go in place, and changes that need another object. */
export const CHANGES: readonly Change[] = [
  { what: "Service's type", object: service({}), change: { spec: { type: "NodePort" } } },
  { what: "Service's port", object: service({}), change: { spec: { ports: [{ port: 81 }] } } },
  { what: "Service's selector", object: service({}), change: { spec: { selector: { app: "x" } } } },
  { what: "Service's label", object: service({}), change: { metadata: { labels: { a: "b" } } } },
  {
    what: "Service's node port",
    object: service({ type: "NodePort", ports: [{ port: 80, nodePort: 32001 }] }),
    change: { spec: { ports: [{ port: 80, nodePort: 32002 }] } },
  },
  {
    what: "Service's address",
    object: service({}),
    change: { spec: { clusterIP: "172.20.99.99", clusterIPs: ["172.20.99.99"] } },
  },
  { what: "Deployment's number", object: deployment({}), change: { spec: { replicas: 2 } } },
  {
    what: "Deployment's image",
    object: deployment({}),
    change: { spec: { template: { spec: { containers: [other] } } } },
  },
  {
    what: "Deployment's selector",
    object: deployment({}),
    change: {
      spec: {
        selector: { matchLabels: { tier: "web" } },
        template: { metadata: { labels: { tier: "web" } } },
      },
    },
  },
  {
    what: "Pod's environment",
    object: pod({}),
    change: { spec: { containers: [{ ...container, env: [{ name: "A", value: "b" }] }] } },
  },
  {
    what: "Pod's port",
    object: pod({}),
    change: { spec: { containers: [{ ...container, ports: [{ containerPort: 80 }] }] } },
  },
  { what: "Pod's node selector", object: pod({}), change: { spec: { nodeSelector: { a: "b" } } } },
  { what: "Pod's label", object: pod({}), change: { metadata: { labels: { a: "b" } } } },
  {
    what: "Ingress's class",
    object: ingress({ defaultBackend: backend }),
    change: { spec: { ingressClassName: "nginx" } },
  },
  {
    what: "Ingress's backend",
    object: ingress({ defaultBackend: backend }),
    change: { spec: { defaultBackend: { service: { name: "x", port: { number: 80 } } } } },
  },
  {
    what: "Namespace's label",
    object: namespace("other"),
    change: { metadata: { labels: { a: "b" } } },
  },
];
