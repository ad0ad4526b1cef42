/** The program's manifests, as the rehearsal recorded them. */
import type { Run } from "./harness";
import type { KubernetesObject } from "./cluster";
import { KIND } from "./kubeconfigs";
import { runOnSharedCluster, runStack, type Config } from "./harness";

/** Objects of one stack's Kubernetes resources, in the order of their registration; no charts. */
export function manifestsOf(run: Run): KubernetesObject[] {
  return run.resources
    .filter(({ type }) => type.startsWith("kubernetes:") && !isChart(type))
    .map(({ inputs }) => inputs as unknown as KubernetesObject);
}

/** A chart is rendered by Helm inside of Pulumi's provider, which the rehearsal does not have. */
function isChart(type: string): boolean {
  return type.startsWith("kubernetes:helm.sh/");
}

const ON_EKS: readonly Config[] = [
  ...["ClusterIP", "NodePort", "LoadBalancer", "none"].map((service) => ({ jenkins: { service } })),
  ...["nginx", "ingress-nginx", "alb"].map((controller) => ({ ingress: { controller } })),
  ...["irsa", "podIdentity", "nodeRole"].map((permissions) => ({ autoscaler: { permissions } })),
];

// kind's network: a load balancer there must name who may reach it.
const allowedCidrs = ["172.18.0.0/16"];

const ON_KIND: readonly Config[] = [
  ...["ClusterIP", "NodePort", "none"].map((service) => ({ jenkins: { service } })),
  { jenkins: { service: "LoadBalancer" }, allowedCidrs },
  ...["nginx", "ingress-nginx"].map((controller) => ({ sockShop: {}, ingress: { controller } })),
];

/** Every choice within a component, by name; on EKS, and on a kind cluster. */
export const VARIANTS: ReadonlyMap<string, () => Promise<Run>> = new Map([
  ...ON_EKS.map(
    (config) => [`EKS: ${JSON.stringify(config)}`, () => runOnSharedCluster(config)] as const,
  ),
  ...ON_KIND.map(
    (config) =>
      [`kind: ${JSON.stringify(config)}`, () => runStack({ ...KIND, ...config })] as const,
  ),
]);
