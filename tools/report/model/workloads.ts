/** Draws what Kubernetes runs: namespaces, pods, Helm releases, add-ons, and their services. */
import type { Props } from "../../cloud";
import { origin, type DiagramBuilder } from "./builder";
import { NODES_GROUP } from "./cluster";
import { at, count, textAt, type Recorded, type Recordings } from "./recordings";

/** From this many on, services that no arrow leads to are drawn as one. */
const MANY = 4;

export const serviceId = (namespace: string, name: string) => `service:${namespace}/${name}`;
export const podsId = (namespace: string, name: string) => `pods:${namespace}/${name}`;
/** A Helm release's id in the picture. */
export const releaseId = (inputs: Props) => `release:${textAt(inputs, "name")}`;

/** The namespace and name of a Kubernetes object. */
export function placeOf({ inputs }: { inputs: Props }): { namespace: string; name: string } {
  return {
    namespace: textAt(inputs, "metadata", "namespace") || "default",
    name: textAt(inputs, "metadata", "name"),
  };
}

/** The box of a namespace; without a recorded namespace, another stack or Kubernetes made it. */
export function namespaceGroup(builder: DiagramBuilder, name: string, made?: Recorded): string {
  const options = { group: NODES_GROUP, ...(made ? origin(made) : { isForeign: true }) };
  return builder.group("namespace", `group:namespace:${name}`, `Namespace ${name}`, options);
}

/** Draws everything that runs, and the pods that each service passes its traffic to. */
export function drawWorkloads(recordings: Recordings, builder: DiagramBuilder): void {
  for (const namespace of recordings.of("kubernetes:core/v1:Namespace")) {
    namespaceGroup(builder, placeOf(namespace.resource).name, namespace);
  }
  for (const pod of recordings.of("kubernetes:core/v1:Pod")) {
    drawPods(pod, "a bare pod: nothing replaces it", builder);
  }
  for (const deployment of recordings.of("kubernetes:apps/v1:Deployment")) {
    const replicas = Number(at(deployment.resource.inputs, "spec", "replicas") ?? 1);
    drawPods(deployment, `${count(replicas, "pod")} of a Deployment`, builder);
  }
  for (const release of recordings.of("kubernetes:helm.sh/v3:Release")) {
    drawRelease(release, builder);
  }
  for (const addOn of recordings.of("aws:eks/addon:Addon")) {
    const name = textAt(addOn.resource.inputs, "addonName");
    const options = { group: namespaceGroup(builder, "kube-system"), ...origin(addOn) };
    builder.node("addOn", `add-on:${name}`, name, options);
  }
  for (const service of recordings.of("kubernetes:core/v1:Service")) {
    drawService(service, recordings, builder);
  }
}

function drawPods(workload: Recorded, detail: string, builder: DiagramBuilder): void {
  const { namespace, name } = placeOf(workload.resource);
  builder.node("pods", podsId(namespace, name), name, {
    details: [detail],
    group: namespaceGroup(builder, namespace),
    ...origin(workload),
  });
}

function drawRelease(release: Recorded, builder: DiagramBuilder): void {
  const { inputs } = release.resource;
  const chart = textAt(inputs, "chart").split("/").at(-1) ?? "";
  builder.node("release", releaseId(inputs), textAt(inputs, "name"), {
    details: [
      `chart ${chart} ${textAt(inputs, "version")}`,
      ...(at(inputs, "values", "hostNetwork") === true ? ["on the nodes' own network"] : []),
    ],
    group: namespaceGroup(builder, textAt(inputs, "namespace") || "default"),
    ...origin(release),
  });
}

function drawService(service: Recorded, recordings: Recordings, builder: DiagramBuilder): void {
  const { namespace, name } = placeOf(service.resource);
  const { inputs } = service.resource;
  const port = textAt(inputs, "spec", "ports", 0, "port");
  const id = builder.node("service", serviceId(namespace, name), name, {
    details: [`${textAt(inputs, "spec", "type") || "ClusterIP"}, port ${port}`],
    group: namespaceGroup(builder, namespace),
    ...origin(service),
  });
  const target = textAt(inputs, "spec", "ports", 0, "targetPort") || port;
  const label = target === "http" ? "port named http" : `port ${target}`;
  for (const to of selectedBy(service, recordings)) {
    builder.edge("routes", id, to, label, { isForeign: service.isForeign });
  }
}

/** The pods that a service selects: by the labels of manifests, or by the instance label of a chart. */
function selectedBy({ resource }: Recorded, recordings: Recordings): string[] {
  const selector = Object.entries((at(resource.inputs, "spec", "selector") ?? {}) as Props);
  const { namespace } = placeOf(resource);
  const matches = (labels: unknown) =>
    selector.length > 0 && selector.every(([key, value]) => at(labels, key) === value);
  const pods = (type: string, ...labels: string[]) =>
    recordings
      .of(type)
      .map(({ resource: workload }) => workload)
      .filter(({ inputs }) => matches(at(inputs, ...labels)))
      .filter((workload) => placeOf(workload).namespace === namespace)
      .map((workload) => podsId(namespace, placeOf(workload).name));
  const instance = at(resource.inputs, "spec", "selector", "app.kubernetes.io/instance");
  const releases = recordings
    .of("kubernetes:helm.sh/v3:Release")
    .map(({ resource: { inputs } }) => inputs)
    .filter((inputs) => textAt(inputs, "namespace") === namespace && inputs["name"] === instance);
  return [
    ...pods("kubernetes:core/v1:Pod", "metadata", "labels"),
    ...pods("kubernetes:apps/v1:Deployment", "spec", "template", "metadata", "labels"),
    ...releases.map(releaseId),
  ];
}

/** Merges the services of a namespace that no arrow leads to, with their pods. Called last. */
export function mergeUnreachedServices(builder: DiagramBuilder): void {
  const unreached = builder
    .all("service")
    .filter(({ id }) => builder.edgesOf(id).every(({ to }) => to !== id));
  for (const group of new Set(unreached.map((service) => service.group))) {
    const services = unreached.filter((service) => service.group === group);
    const [first] = services;
    if (!first || services.length < MANY) continue;
    const pods = services.flatMap(({ id }) => builder.edgesOf(id).map(({ to }) => to));
    const urns = builder.take([...services.map(({ id }) => id), ...new Set(pods)]);
    const id = `others:${group?.replace("group:namespace:", "")}`;
    builder.node("others", id, `${services.length} more services`, {
      details: [`ClusterIP, with ${count(new Set(pods).size, "Deployment")}`],
      isForeign: first.isForeign,
      urns,
      ...(group !== undefined && { group }),
    });
  }
}
