/** What Kubernetes runs: namespaces, pods, Helm releases, add-ons, and the services before them. */
import type { Props } from "../../cloud";
import { NODES_GROUP } from "./cluster";
import { at, count, textAt, type Scene, type Seen } from "./scene";
import type { Sketch } from "./sketch";

/** Services that nothing is drawn to are told as one from this many on. */
const MANY = 4;

export const serviceId = (namespace: string, name: string) => `service:${namespace}/${name}`;
const podsId = (namespace: string, name: string) => `pods:${namespace}/${name}`;

/** A thing of Kubernetes, with the names that it goes by. */
export function placeOf({ inputs }: { inputs: Props }): { namespace: string; name: string } {
  return {
    namespace: textAt(inputs, "metadata", "namespace") || "default",
    name: textAt(inputs, "metadata", "name"),
  };
}

/** The box of a namespace, which others of the cluster may have made. */
export function namespaceGroup(sketch: Sketch, name: string, seen?: Seen): string {
  return sketch.group({
    id: `group:namespace:${name}`,
    kind: "namespace",
    label: `Namespace ${name}`,
    details: [],
    group: NODES_GROUP,
    isForeign: seen?.isForeign ?? true,
    urns: seen ? [seen.resource.urn] : [],
  });
}

/** Draws all that runs, and which pods each service passes its traffic to. */
export function drawWorkloads(scene: Scene, sketch: Sketch): void {
  for (const seen of scene.of("kubernetes:core/v1:Namespace")) {
    namespaceGroup(sketch, textAt(seen.resource.inputs, "metadata", "name"), seen);
  }
  for (const seen of scene.of("kubernetes:core/v1:Pod")) drawPods(seen, 1, sketch);
  for (const seen of scene.of("kubernetes:apps/v1:Deployment")) {
    drawPods(seen, Number(at(seen.resource.inputs, "spec", "replicas") ?? 1), sketch);
  }
  for (const seen of scene.of("kubernetes:helm.sh/v3:Release")) drawRelease(seen, sketch);
  for (const seen of scene.of("aws:eks/addon:Addon")) drawAddOn(seen, sketch);
  for (const seen of scene.of("kubernetes:core/v1:Service")) drawService(seen, scene, sketch);
}

function drawPods({ resource, isForeign }: Seen, replicas: number, sketch: Sketch): void {
  const { namespace, name } = placeOf(resource);
  const isBare = resource.type === "kubernetes:core/v1:Pod";
  sketch.node({
    id: podsId(namespace, name),
    kind: "pods",
    label: name,
    details: [
      isBare ? "a bare pod: nothing replaces it" : `${count(replicas, "pod")} of a Deployment`,
    ],
    group: namespaceGroup(sketch, namespace),
    isForeign,
    urns: [resource.urn],
  });
}

/** The id in the picture of a Helm release. */
export const releaseId = (inputs: Props) => `release:${textAt(inputs, "name")}`;

function drawRelease({ resource, isForeign }: Seen, sketch: Sketch): void {
  const { inputs } = resource;
  const chart = textAt(inputs, "chart").split("/").at(-1) ?? "";
  sketch.node({
    id: releaseId(inputs),
    kind: "release",
    label: textAt(inputs, "name"),
    details: [
      `chart ${chart} ${textAt(inputs, "version")}`,
      ...(at(inputs, "values", "hostNetwork") === true ? ["on the nodes' own network"] : []),
    ],
    group: namespaceGroup(sketch, textAt(inputs, "namespace") || "default"),
    isForeign,
    urns: [resource.urn],
  });
}

function drawAddOn({ resource, isForeign }: Seen, sketch: Sketch): void {
  const name = textAt(resource.inputs, "addonName");
  sketch.node({
    id: `add-on:${name}`,
    kind: "addOn",
    label: name,
    details: [],
    group: namespaceGroup(sketch, "kube-system"),
    isForeign,
    urns: [resource.urn],
  });
}

function drawService(seen: Seen, scene: Scene, sketch: Sketch): void {
  const { resource, isForeign } = seen;
  const { namespace, name } = placeOf(resource);
  const type = textAt(resource.inputs, "spec", "type") || "ClusterIP";
  const port = textAt(resource.inputs, "spec", "ports", 0, "port");
  const id = sketch.node({
    id: serviceId(namespace, name),
    kind: "service",
    label: name,
    details: [`${type}, port ${port}`],
    group: namespaceGroup(sketch, namespace),
    isForeign,
    urns: [resource.urn],
  });
  const target = textAt(resource.inputs, "spec", "ports", 0, "targetPort") || port;
  for (const to of behind(seen, scene)) {
    const label = target === "http" ? "port named http" : `port ${target}`;
    sketch.edge({ from: id, to, kind: "routes", label, isForeign, urns: [] });
  }
}

/** The pods that a service's selector takes in: of manifests by their labels, of charts by Helm's. */
function behind({ resource }: Seen, scene: Scene): string[] {
  const selector = Object.entries((at(resource.inputs, "spec", "selector") ?? {}) as Props);
  const { namespace } = placeOf(resource);
  const takes = (labels: unknown) =>
    selector.length > 0 && selector.every(([key, value]) => at(labels, key) === value);
  const of = (type: string, ...path: string[]) =>
    scene
      .of(type)
      .map(({ resource: workload }) => workload)
      .filter(({ inputs }) => takes(at(inputs, ...path)))
      .filter((workload) => placeOf(workload).namespace === namespace)
      .map((workload) => podsId(namespace, placeOf(workload).name));
  const releases = scene
    .of("kubernetes:helm.sh/v3:Release")
    .map(({ resource: release }) => release.inputs)
    .filter((inputs) => textAt(inputs, "namespace") === namespace)
    .filter(
      (inputs) => at(Object.fromEntries(selector), "app.kubernetes.io/instance") === inputs["name"],
    )
    .map(releaseId);
  return [
    ...of("kubernetes:core/v1:Pod", "metadata", "labels"),
    ...of("kubernetes:apps/v1:Deployment", "spec", "template", "metadata", "labels"),
    ...releases,
  ];
}

/**
 * Tells the services of a namespace as one to which nothing is drawn, with the pods behind them,
 * where there are many: a shop's databases and queues, say. To be called when all arrows are there.
 */
export function gatherOthers(sketch: Sketch): void {
  const hidden = sketch
    .all("service")
    .filter(({ id }) => sketch.edgesOf(id).every(({ to }) => to !== id));
  const groups = new Set(hidden.map(({ group }) => group));
  for (const group of groups) {
    const services = hidden.filter((service) => service.group === group);
    if (services.length < MANY) continue;
    const pods = services.flatMap(({ id }) => sketch.edgesOf(id).map(({ to }) => to));
    const [first] = services;
    sketch.replace([...services.map(({ id }) => id), ...new Set(pods)], {
      id: `others:${group?.replace("group:namespace:", "")}`,
      kind: "others",
      label: `${services.length} more services`,
      details: [`ClusterIP, with ${count(new Set(pods).size, "Deployment")} behind`],
      group,
      isForeign: first?.isForeign ?? false,
      urns: [],
    });
  }
}
