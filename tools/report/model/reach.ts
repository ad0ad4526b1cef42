/** Draws who can reach what from outside, and which rule admits them. */
import { MY_ADDRESS } from "../../shared/network";
import { origin, type DiagramBuilder } from "./builder";
import {
  CONTROL_PLANE,
  INTERFACES,
  isOnNodes,
  MACHINES,
  NODES_GROUP,
  PUBLIC_SUBNETS,
  securityGroupId,
} from "./cluster";
import { at, listAt, textAt, textsAt, type Recorded, type Recordings } from "./recordings";
import { namespaceGroup, placeOf, podsId, releaseId, serviceId } from "./workloads";

const EVERYONE = "0.0.0.0/0";
const SERVICE = "kubernetes:core/v1:Service";

/** Draws callers, the rules that admit them, and where they enter. */
export function drawReach(recordings: Recordings, builder: DiagramBuilder): void {
  for (const service of recordings.of(SERVICE)) drawNodePort(service, recordings, builder);
  for (const rule of recordings.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")) {
    drawRule(rule, recordings, builder);
  }
  for (const cluster of recordings.of("eks:index:Cluster")) drawEndpoint(cluster, builder);
  for (const service of recordings.of(SERVICE)) drawLoadBalancer(service, recordings, builder);
  for (const ingress of recordings.of("kubernetes:networking.k8s.io/v1:Ingress")) {
    drawIngress(ingress, recordings, builder);
  }
  for (const jenkins of recordings.of("eks-exercises-components:index:JenkinsService")) {
    drawPortForward(jenkins, recordings, builder);
  }
}

function caller(cidr: string, isForeign: boolean, builder: DiagramBuilder): string {
  const named: Record<string, string> = {
    [EVERYONE]: "Anyone on the Internet",
    [`${MY_ADDRESS}/32`]: "Your address",
  };
  const options = { details: [cidr], isForeign };
  return builder.node("caller", `caller:${cidr}`, named[cidr] ?? "Callers", options);
}

const nodePortId = (port: string) => `node-port:${port}`;

function drawNodePort(service: Recorded, recordings: Recordings, builder: DiagramBuilder): void {
  const { isForeign, resource } = service;
  const { inputs, outputs } = resource;
  if (textAt(inputs, "spec", "type") !== "NodePort") return;
  const path = ["spec", "ports", 0, "nodePort"];
  const port = textAt(inputs, ...path) || textAt(outputs, ...path);
  const { namespace, name } = placeOf(resource);
  const options = { details: ["on each of the nodes"], group: NODES_GROUP, isForeign };
  const id = builder.node("nodePort", nodePortId(port), `NODE:${port}`, options);
  const label = `port ${textAt(inputs, "spec", "ports", 0, "port")}`;
  builder.edge("routes", id, serviceId(namespace, name), label, { isForeign });
  if (recordings.hasEks) return;
  const details = ["the cluster's own network decides"];
  const from = builder.node("caller", "caller:unknown", "Anyone who can reach a node", {
    details,
    isForeign,
  });
  builder.edge("reaches", from, id, `TCP ${port}`, { isForeign });
}

function drawRule(rule: Recorded, recordings: Recordings, builder: DiagramBuilder): void {
  const { inputs } = rule.resource;
  const group = recordings.find("aws:ec2/securityGroup:SecurityGroup", inputs["securityGroupId"]);
  const cidr = textAt(inputs, "cidrIpv4") || textAt(inputs, "cidrIpv6");
  if (!group || cidr === "") return;
  const from = caller(cidr, rule.isForeign, builder);
  const gate = securityGroupId(group.resource);
  const isNodes = isOnNodes(group.resource, recordings);
  const kind = isNodes ? "reaches" : "admits";
  builder.edge(kind, from, gate, protocolOf(inputs), origin(rule));
  const target = isNodes ? admittedTarget(inputs, builder) : INTERFACES;
  if (builder.has(target)) builder.edge(kind, gate, target, "", origin(rule));
}

function admittedTarget(rule: Readonly<Record<string, unknown>>, builder: DiagramBuilder): string {
  const port = nodePortId(textAt(rule, "fromPort"));
  return rule["fromPort"] === rule["toPort"] && builder.has(port) ? port : MACHINES;
}

function protocolOf(rule: Readonly<Record<string, unknown>>): string {
  const protocol = textAt(rule, "ipProtocol");
  if (protocol === "-1") return "all traffic";
  const [from, to] = [textAt(rule, "fromPort"), textAt(rule, "toPort")];
  return `${protocol.toUpperCase()} ${from === to ? from : `${from} to ${to}`}`;
}

/** The blocks that may reach the cluster's public endpoint; none if there is no such endpoint. */
function endpointCidrs({ inputs }: Recorded["resource"]): string[] {
  if (inputs["endpointPublicAccess"] === false) return [];
  const cidrs = textsAt(inputs, "publicAccessCidrs");
  return cidrs.length > 0 ? cidrs : [EVERYONE];
}

function drawEndpoint({ resource, isForeign }: Recorded, builder: DiagramBuilder): void {
  for (const cidr of endpointCidrs(resource)) {
    const from = caller(cidr, isForeign, builder);
    builder.edge("reaches", from, CONTROL_PLANE, "kubectl: TCP 443", { isForeign });
  }
}

/** `kubectl port-forward` goes to the API server, which passes it to the pod by way of the kubelet. */
function drawPortForward(jenkins: Recorded, recordings: Recordings, builder: DiagramBuilder): void {
  const command = textAt(jenkins.resource.registeredOutputs, "portForward");
  const port = /:(\d+)$/.exec(command)?.[1];
  const [pod] = recordings
    .of("kubernetes:core/v1:Pod")
    .filter(({ resource }) => resource.parent === jenkins.resource.urn);
  if (port === undefined || !pod) return;
  const { namespace, name } = placeOf(pod.resource);
  const to = podsId(namespace, name);
  const { isForeign } = jenkins;
  const [cluster] = recordings.of("eks:index:Cluster");
  if (!cluster) {
    const options = { details: ["kubectl and its kubeconfig"], isForeign };
    const from = builder.node("caller", "caller:kubectl", "Your machine", options);
    builder.edge("forwards", from, to, `kubectl port-forward ${port}`, { isForeign });
    return;
  }
  for (const cidr of endpointCidrs(cluster.resource)) {
    const from = caller(cidr, isForeign, builder);
    builder.edge("forwards", from, CONTROL_PLANE, "kubectl port-forward: TCP 443", { isForeign });
  }
  builder.edge("forwards", CONTROL_PLANE, to, `port ${port}`, { isForeign });
}

interface LoadBalancer {
  readonly label: string;
  readonly detail: string;
  readonly callers: readonly string[];
  readonly port: string;
  readonly to: string;
  readonly route: string;
}

function balance(
  source: Recorded,
  { label, detail, callers, port, to, route }: LoadBalancer,
  recordings: Recordings,
  builder: DiagramBuilder,
): string {
  const { isForeign, resource } = source;
  const id = builder.node("loadBalancer", `load-balancer:${placeOf(resource).name}`, label, {
    details: [detail],
    isForeign,
    ...(recordings.hasEks && { group: PUBLIC_SUBNETS }),
  });
  for (const cidr of callers.length > 0 ? callers : [EVERYONE]) {
    const from = caller(cidr, isForeign, builder);
    builder.edge("reaches", from, id, `TCP ${port}`, { isForeign });
  }
  builder.edge("routes", id, to, route, { isForeign });
  return id;
}

function drawLoadBalancer(
  service: Recorded,
  recordings: Recordings,
  builder: DiagramBuilder,
): void {
  const { inputs, outputs } = service.resource;
  if (textAt(inputs, "spec", "type") !== "LoadBalancer") return;
  if (listAt(outputs, "status", "loadBalancer", "ingress").length === 0) return;
  const { namespace, name } = placeOf(service.resource);
  const type = "service.beta.kubernetes.io/aws-load-balancer-type";
  const isNlb = recordings.hasEks && at(inputs, "metadata", "annotations", type) === "nlb";
  const loadBalancer = {
    label: isNlb ? "Network Load Balancer" : "Load balancer",
    detail: `made for the Service ${name}`,
    callers: textsAt(inputs, "spec", "loadBalancerSourceRanges"),
    port: textAt(inputs, "spec", "ports", 0, "port"),
    to: serviceId(namespace, name),
    route: "a node port of its own",
  };
  balance(service, loadBalancer, recordings, builder);
}

function drawIngress(ingress: Recorded, recordings: Recordings, builder: DiagramBuilder): void {
  const { resource, isForeign } = ingress;
  const { namespace, name } = placeOf(resource);
  const className = textAt(resource.inputs, "spec", "ingressClassName");
  const id = builder.node("ingress", `ingress:${namespace}/${name}`, name, {
    details: [`class ${className}`],
    group: namespaceGroup(builder, namespace),
    ...origin(ingress),
  });
  const release = recordings
    .of("kubernetes:helm.sh/v3:Release")
    .find(({ resource: { urn } }) => resource.dependencies.includes(urn));
  const controller = release && releaseId(release.resource.inputs);
  if (controller !== undefined) {
    builder.edge("configures", id, controller, "its rules", { isForeign });
  }
  const paths = listAt(resource.inputs, "spec", "rules").flatMap((r) => listAt(r, "http", "paths"));
  for (const path of paths) {
    const to = serviceId(namespace, textAt(path, "backend", "service", "name"));
    if (!builder.has(to)) continue;
    const route = `path ${textAt(path, "path")}`;
    if (className === "alb") drawAlb(ingress, { to, route }, controller, recordings, builder);
    else if (controller !== undefined) builder.edge("routes", controller, to, route, { isForeign });
  }
}

function drawAlb(
  ingress: Recorded,
  route: Pick<LoadBalancer, "to" | "route">,
  controller: string | undefined,
  recordings: Recordings,
  builder: DiagramBuilder,
): void {
  const { resource, isForeign } = ingress;
  const annotation = "alb.ingress.kubernetes.io/inbound-cidrs";
  const cidrs = textAt(resource.inputs, "metadata", "annotations", annotation);
  const loadBalancer = {
    label: "Application Load Balancer",
    detail: `made for the Ingress ${placeOf(resource).name}`,
    callers: cidrs.split(",").filter((cidr) => cidr !== ""),
    port: "80",
    ...route,
  };
  const to = balance(ingress, loadBalancer, recordings, builder);
  if (controller !== undefined) {
    builder.edge("configures", controller, to, "makes it", { isForeign });
  }
}
