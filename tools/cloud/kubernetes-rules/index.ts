/**
 * What the API server of Kubernetes 1.36 refuses of an object by itself, and what cannot change in
 * place. tests/real/kubernetes holds these rules against a real one.
 */
import type { Failure, Rules } from "../rules";
import type { Props } from "../types";
import { Field } from "./field";
import { ingressFailures } from "./ingress";
import { dnsLabel, dnsSubdomain, labelValue, metadata } from "./names";
import { serviceFailures } from "./service";
import { deploymentFailures, podFailures } from "./workload";

const METADATA = ["metadata.name", "metadata.namespace"];

function object(
  name: (field: Field) => Failure[],
  immutable: readonly string[],
  check: (object: Field) => Failure[],
): Rules {
  return {
    immutable: [...METADATA, ...immutable],
    deleteFirst: true,
    check: (inputs: Props) => {
      const field = Field.of(inputs);
      return [...metadata(field, name), ...check(field)];
    },
  };
}

/** A namespace has its name as a label too. */
function namespaceFailures(namespace: Field): Failure[] {
  const { name } = (namespace.at("metadata").value ?? {}) as { name?: string };
  return name === undefined ? [] : labelValue(namespace.at("metadata").at("labels"), name);
}

/** The rules of the resources of Kubernetes. */
export const KUBERNETES_RULES: Readonly<Record<string, Rules>> = {
  "kubernetes:core/v1:Namespace": object(dnsLabel, [], namespaceFailures),
  // Only a few fields of a pod can change; Pulumi's provider replaces it for the others.
  "kubernetes:core/v1:Pod": object(dnsSubdomain, ["spec"], (pod) =>
    podFailures(pod.at("spec"), ["Always", "OnFailure", "Never"]),
  ),
  "kubernetes:core/v1:Service": object(dnsLabel, ["spec.clusterIP"], serviceFailures),
  "kubernetes:apps/v1:Deployment": object(dnsSubdomain, ["spec.selector"], deploymentFailures),
  "kubernetes:networking.k8s.io/v1:Ingress": object(dnsSubdomain, [], ingressFailures),
  "kubernetes:helm.sh/v3:Release": {
    required: ["chart"],
    immutable: ["name", "namespace"],
    deleteFirst: true,
  },
};
