import { unless, type Failure, type Rules } from "./rules";
import type { Props } from "./types";

interface ServiceSpec {
  type?: string;
  ports?: { port?: number; nodePort?: number }[];
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const METADATA = ["metadata.name", "metadata.namespace"];

function nameFailures(inputs: Props): Failure[] {
  const { name } = (inputs["metadata"] ?? {}) as { name?: string };
  const reason = `Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 label has at most 63 lower case letters, digits and -`;
  return unless(name === undefined || LABEL.test(name), "metadata.name", reason);
}

function containerFailures(path: string, spec: unknown): Failure[] {
  const { containers } = (spec ?? {}) as { containers?: { name?: string; image?: string }[] };
  if (!containers?.length) return [{ property: `${path}.containers`, reason: "Required value" }];
  return containers.flatMap(({ name }, i) =>
    unless(
      name === undefined || LABEL.test(name),
      `${path}.containers[${i}].name`,
      `Invalid value: ${name}`,
    ),
  );
}

function serviceFailures(inputs: Props): Failure[] {
  const { type = "ClusterIP", ports = [] } = (inputs["spec"] ?? {}) as ServiceSpec;
  return ports.flatMap(({ nodePort }, i) => {
    const property = `spec.ports[${i}].nodePort`;
    if (nodePort === undefined) return [];
    return [
      ...unless(
        type !== "ClusterIP",
        property,
        "Forbidden: may not be used when `type` is 'ClusterIP'",
      ),
      ...unless(
        nodePort >= 30000 && nodePort <= 32767,
        property,
        `Invalid value: ${nodePort}: provided port is not in the valid range. The range of valid ports is 30000-32767`,
      ),
    ];
  });
}

function deploymentFailures(inputs: Props): Failure[] {
  const { selector, template } = (inputs["spec"] ?? {}) as {
    selector?: { matchLabels?: Record<string, string> };
    template?: { metadata?: { labels?: Record<string, string> }; spec?: unknown };
  };
  const labels = template?.metadata?.labels ?? {};
  const isMatched = Object.entries(selector?.matchLabels ?? {}).every(
    ([key, value]) => labels[key] === value,
  );
  const reason = "`selector` does not match template `labels`";
  return [
    ...unless(isMatched, "spec.template.metadata.labels", reason),
    ...containerFailures("spec.template.spec", template?.spec),
  ];
}

const object: Rules = { immutable: METADATA, deleteFirst: true, check: nameFailures };

/** The rules of the resources of Kubernetes. */
export const KUBERNETES_RULES: Readonly<Record<string, Rules>> = {
  "kubernetes:core/v1:Namespace": object,
  "kubernetes:core/v1:Pod": {
    ...object,
    // Only a few fields of a pod can change; Pulumi's provider replaces it for the others.
    immutable: [...METADATA, "spec"],
    check: (inputs) => [...nameFailures(inputs), ...containerFailures("spec", inputs["spec"])],
  },
  "kubernetes:core/v1:Service": {
    ...object,
    immutable: [...METADATA, "spec.clusterIP"],
    check: (inputs) => [...nameFailures(inputs), ...serviceFailures(inputs)],
  },
  "kubernetes:apps/v1:Deployment": {
    ...object,
    immutable: [...METADATA, "spec.selector"],
    check: (inputs) => [...nameFailures(inputs), ...deploymentFailures(inputs)],
  },
  "kubernetes:networking.k8s.io/v1:Ingress": object,
  "kubernetes:helm.sh/v3:Release": {
    required: ["chart"],
    immutable: ["name", "namespace"],
    deleteFirst: true,
  },
};
