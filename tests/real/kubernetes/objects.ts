/** Small objects to make cases of. */
import type { KubernetesObject } from "../../support/cluster";

/** What is said in an object. */
export type Spec = Record<string, unknown>;
type Metadata = Record<string, unknown>;

/** The namespace that is there. */
export const PLACE = "place";

/** A service that is there already, at node port 32000. */
export const TAKEN: KubernetesObject = service({
  name: "first",
  type: "NodePort",
  ports: [{ port: 80, nodePort: 32000 }],
});

export function service(
  { name = "web", ...spec }: Spec,
  metadata: Metadata = {},
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: name as string, namespace: PLACE, ...metadata },
    spec: { selector: { app: "web" }, ports: [{ port: 80 }], ...spec },
  };
}

export const container = { name: "web", image: "nowhere/web:1" };

export function pod(spec: Spec, metadata: Metadata = {}): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: PLACE, ...metadata },
    spec: { containers: [container], ...spec },
  };
}

/** A pod of one container, with more said of it. */
export function contained(more: Spec): KubernetesObject {
  return pod({ containers: [{ ...container, ...more }] });
}

export function deployment(spec: Spec, metadata: Metadata = {}): KubernetesObject {
  const labels = { app: "web" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: PLACE, ...metadata },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
      ...spec,
    },
  };
}

export const backend = { service: { name: "web", port: { number: 80 } } };
export const path = { path: "/", pathType: "Prefix", backend };

export function ingress(spec: Spec, metadata: Metadata = {}): KubernetesObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web", namespace: PLACE, ...metadata },
    spec,
  };
}

/** An Ingress of one path, with something else said of it. */
export function routed(more: Spec): KubernetesObject {
  return ingress({ rules: [{ http: { paths: [{ ...path, ...more }] } }] });
}

export function namespace(name: string, metadata: Metadata = {}): KubernetesObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, ...metadata } };
}
