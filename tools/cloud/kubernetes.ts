import { autoName, hex } from "./ids";
import type { Handler, HandlerRequest, Props, Surroundings } from "./types";

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
}

function named({ seed, name, inputs }: HandlerRequest): { id: string; outputs: Props } {
  const metadata = (inputs["metadata"] ?? {}) as Metadata;
  const objectName = metadata.name ?? autoName(name, seed);
  const id = metadata.namespace ? `${metadata.namespace}/${objectName}` : objectName;
  return { id, outputs: { metadata: { ...metadata, name: objectName, uid: hex(seed, 32) } } };
}

/** What a load balancer is reached by: a host of AWS on EKS; nothing elsewhere. */
function balancerStatus(request: HandlerRequest, around: Surroundings, kind: "nlb" | "alb"): Props {
  const cluster = around.eksClusterOf(request.provider);
  if (!cluster) return { loadBalancer: {} };
  const region = (cluster.facts["arn"] as string).split(":")[3];
  const id = hex(request.seed, 16);
  const hostname =
    kind === "nlb" ? `a${id}.elb.${region}.amazonaws.com` : `k8s-${id}.${region}.elb.amazonaws.com`;
  return { loadBalancer: { ingress: [{ hostname }] } };
}

const service: Handler = (request, around) => {
  const { id, outputs } = named(request);
  const spec = (request.inputs["spec"] ?? {}) as { type?: string; ports?: Props[] };
  const hasNodePort = spec.type === "NodePort" || spec.type === "LoadBalancer";
  const ports = (spec.ports ?? []).map((port, i) =>
    hasNodePort
      ? {
          ...port,
          nodePort: port["nodePort"] ?? 30100 + (parseInt(hex(request.seed, 3), 16) % 1500) + i,
        }
      : port,
  );
  const isBalanced = spec.type === "LoadBalancer";
  return {
    id,
    outputs: {
      ...outputs,
      spec: { ...spec, ports, clusterIP: `172.20.${parseInt(hex(request.seed, 2), 16)}.10` },
      status: isBalanced ? balancerStatus(request, around, "nlb") : { loadBalancer: {} },
    },
  };
};

const ingress: Handler = (request, around) => {
  const { id, outputs } = named(request);
  return { id, outputs: { ...outputs, status: balancerStatus(request, around, "alb") } };
};

const release: Handler = ({ seed, name, inputs }) => {
  const releaseName = (inputs["name"] as string | undefined) ?? autoName(name, seed);
  const namespace = (inputs["namespace"] as string | undefined) ?? "default";
  const status = { name: releaseName, namespace, version: inputs["version"], status: "deployed" };
  return { id: `${namespace}/${releaseName}`, outputs: { name: releaseName, status } };
};

/** The resources of Kubernetes that the program uses. */
export const KUBERNETES_RESOURCES: Record<string, Handler> = {
  "kubernetes:core/v1:Namespace": named,
  "kubernetes:core/v1:Pod": named,
  "kubernetes:core/v1:Service": service,
  "kubernetes:apps/v1:Deployment": named,
  "kubernetes:networking.k8s.io/v1:Ingress": ingress,
  "kubernetes:helm.sh/v3:Release": release,
};
