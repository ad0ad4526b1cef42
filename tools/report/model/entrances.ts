/** The ways in: who may reach what from outside, and by whose leave. */
import { MY_ADDRESS } from "../../shared/network";
import {
  CONTROL_PLANE,
  INTERFACES,
  isOfNodes,
  MACHINES,
  NODES_GROUP,
  PUBLIC_SUBNETS,
  securityGroupId,
} from "./cluster";
import { at, listAt, textAt, textsAt, type Scene, type Seen } from "./scene";
import type { Sketch } from "./sketch";
import { namespaceGroup, placeOf, releaseId, serviceId } from "./workloads";

const EVERYONE = "0.0.0.0/0";
const SERVICE = "kubernetes:core/v1:Service";

/** Draws callers, what admits them, and where they enter. */
export function drawEntrances(scene: Scene, sketch: Sketch): void {
  for (const seen of scene.of(SERVICE)) drawNodePort(seen, scene, sketch);
  for (const seen of scene.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")) {
    drawRule(seen, scene, sketch);
  }
  for (const seen of scene.of("eks:index:Cluster")) drawEndpoint(seen, sketch);
  for (const seen of scene.of(SERVICE)) drawBalancer(seen, scene, sketch);
  for (const seen of scene.of("kubernetes:networking.k8s.io/v1:Ingress")) {
    drawIngress(seen, scene, sketch);
  }
}

function caller(cidr: string, isForeign: boolean, sketch: Sketch): string {
  const isEveryone = cidr === EVERYONE;
  const label = isEveryone
    ? "Anyone on the Internet"
    : cidr === `${MY_ADDRESS}/32`
      ? "Your address"
      : "Callers";
  const id = `caller:${cidr}`;
  return sketch.node({ id, kind: "caller", label, details: [cidr], isForeign, urns: [] });
}

const portOf = (service: Seen["resource"]) =>
  textAt(service.inputs, "spec", "ports", 0, "nodePort");
const nodePortId = (port: string) => `node-port:${port}`;

function drawNodePort({ resource, isForeign }: Seen, scene: Scene, sketch: Sketch): void {
  if (textAt(resource.inputs, "spec", "type") !== "NodePort") return;
  const port = portOf(resource) || textAt(resource.outputs, "spec", "ports", 0, "nodePort");
  const { namespace, name } = placeOf(resource);
  const id = sketch.node({
    id: nodePortId(port),
    kind: "nodePort",
    label: `NODE:${port}`,
    details: ["on each of the nodes"],
    group: NODES_GROUP,
    isForeign,
    urns: [],
  });
  const to = serviceId(namespace, name);
  const label = `port ${textAt(resource.inputs, "spec", "ports", 0, "port")}`;
  sketch.edge({ from: id, to, kind: "routes", label, isForeign, urns: [] });
  if (scene.of("eks:index:Cluster").length > 0) return;
  const from = sketch.node({
    id: "caller:unknown",
    kind: "caller",
    label: "Whoever reaches a node",
    details: ["the cluster's own network decides"],
    isForeign,
    urns: [],
  });
  sketch.edge({ from, to: id, kind: "reaches", label: `TCP ${port}`, isForeign, urns: [] });
}

function drawRule({ resource, isForeign }: Seen, scene: Scene, sketch: Sketch): void {
  const { inputs } = resource;
  const group = scene.find("aws:ec2/securityGroup:SecurityGroup", inputs["securityGroupId"]);
  const cidr = textAt(inputs, "cidrIpv4") || textAt(inputs, "cidrIpv6");
  if (!group || cidr === "") return;
  const from = caller(cidr, isForeign, sketch);
  const gate = securityGroupId(group.resource);
  const label = protocolOf(inputs);
  const isNodes = isOfNodes(group.resource, scene);
  const kind = isNodes ? "reaches" : "admits";
  const urns = [resource.urn];
  sketch.edge({ from, to: gate, kind, label, isForeign, urns });
  const target = isNodes ? entered(inputs, sketch) : INTERFACES;
  if (sketch.has(target)) {
    sketch.edge({ from: gate, to: target, kind, label: "", isForeign, urns });
  }
}

function entered(rule: Readonly<Record<string, unknown>>, sketch: Sketch): string {
  const port = nodePortId(textAt(rule, "fromPort"));
  return rule["fromPort"] === rule["toPort"] && sketch.has(port) ? port : MACHINES;
}

function protocolOf(rule: Readonly<Record<string, unknown>>): string {
  const protocol = textAt(rule, "ipProtocol");
  if (protocol === "-1") return "all traffic";
  const [from, to] = [textAt(rule, "fromPort"), textAt(rule, "toPort")];
  return `${protocol.toUpperCase()} ${from === to ? from : `${from} to ${to}`}`;
}

function drawEndpoint({ resource, isForeign }: Seen, sketch: Sketch): void {
  if (resource.inputs["endpointPublicAccess"] === false) return;
  const cidrs = textsAt(resource.inputs, "publicAccessCidrs");
  for (const cidr of cidrs.length > 0 ? cidrs : [EVERYONE]) {
    const from = caller(cidr, isForeign, sketch);
    const label = "kubectl: TCP 443";
    sketch.edge({ from, to: CONTROL_PLANE, kind: "reaches", label, isForeign, urns: [] });
  }
}

interface Balancer {
  readonly label: string;
  readonly detail: string;
  readonly callers: readonly string[];
  readonly port: string;
  readonly to: string;
  readonly way: string;
}

function balance(seen: Seen, balancer: Balancer, scene: Scene, sketch: Sketch): string {
  const { isForeign, resource } = seen;
  const id = sketch.node({
    id: `load-balancer:${placeOf(resource).name}`,
    kind: "loadBalancer",
    label: balancer.label,
    details: [balancer.detail],
    group: scene.of("eks:index:Cluster").length > 0 ? PUBLIC_SUBNETS : undefined,
    isForeign,
    urns: [],
  });
  for (const cidr of balancer.callers.length > 0 ? balancer.callers : [EVERYONE]) {
    const from = caller(cidr, isForeign, sketch);
    const label = `TCP ${balancer.port}`;
    sketch.edge({ from, to: id, kind: "reaches", label, isForeign, urns: [] });
  }
  const { to, way: label } = balancer;
  sketch.edge({ from: id, to, kind: "routes", label, isForeign, urns: [] });
  return id;
}

function drawBalancer(seen: Seen, scene: Scene, sketch: Sketch): void {
  const { inputs, outputs } = seen.resource;
  if (textAt(inputs, "spec", "type") !== "LoadBalancer") return;
  if (listAt(outputs, "status", "loadBalancer", "ingress").length === 0) return;
  const { namespace, name } = placeOf(seen.resource);
  const type = "service.beta.kubernetes.io/aws-load-balancer-type";
  const isNlb = at(inputs, "metadata", "annotations", type) === "nlb";
  const isEks = scene.of("eks:index:Cluster").length > 0;
  const balancer = {
    label: isNlb && isEks ? "Network Load Balancer" : "Load balancer",
    detail: `made for the Service ${name}`,
    callers: textsAt(inputs, "spec", "loadBalancerSourceRanges"),
    port: textAt(inputs, "spec", "ports", 0, "port"),
    to: serviceId(namespace, name),
    way: "a node port of its own",
  };
  balance(seen, balancer, scene, sketch);
}

function drawIngress(seen: Seen, scene: Scene, sketch: Sketch): void {
  const { resource, isForeign } = seen;
  const { namespace, name } = placeOf(resource);
  const className = textAt(resource.inputs, "spec", "ingressClassName");
  const id = sketch.node({
    id: `ingress:${namespace}/${name}`,
    kind: "ingress",
    label: name,
    details: [`class ${className}`],
    group: namespaceGroup(sketch, namespace),
    isForeign,
    urns: [resource.urn],
  });
  const controller = scene
    .of("kubernetes:helm.sh/v3:Release")
    .find((release) => resource.dependencies.includes(release.resource.urn));
  const from = controller && releaseId(controller.resource.inputs);
  if (from !== undefined) {
    sketch.edge({
      from: id,
      to: from,
      kind: "configures",
      label: "its rules",
      isForeign,
      urns: [],
    });
  }
  for (const rule of listAt(resource.inputs, "spec", "rules")) {
    for (const path of listAt(rule, "http", "paths")) {
      const to = serviceId(namespace, textAt(path, "backend", "service", "name"));
      if (!sketch.has(to)) continue;
      const label = `path ${textAt(path, "path")}`;
      if (className === "alb") drawAlb(seen, { to, way: label }, from, scene, sketch);
      else if (from !== undefined) {
        sketch.edge({ from, to, kind: "routes", label, isForeign, urns: [] });
      }
    }
  }
}

function drawAlb(
  seen: Seen,
  route: Pick<Balancer, "to" | "way">,
  controller: string | undefined,
  scene: Scene,
  sketch: Sketch,
): void {
  const annotation = "alb.ingress.kubernetes.io/inbound-cidrs";
  const cidrs = textAt(seen.resource.inputs, "metadata", "annotations", annotation);
  const balancer = {
    label: "Application Load Balancer",
    detail: `made for the Ingress ${placeOf(seen.resource).name}`,
    callers: cidrs.split(",").filter((cidr) => cidr !== ""),
    port: "80",
    ...route,
  };
  const to = balance(seen, balancer, scene, sketch);
  if (controller === undefined) return;
  const { isForeign } = seen;
  sketch.edge({ from: controller, to, kind: "configures", label: "makes it", isForeign, urns: [] });
}
