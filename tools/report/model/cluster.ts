/** The network of a cluster, its control plane and its nodes. */
import type { RecordedResource } from "../../rehearse/records";
import { at, count, listAt, textAt, textsAt, type Scene, type Seen } from "./scene";
import type { Sketch } from "./sketch";

const SUBNET = "aws:ec2/subnet:Subnet";

/** The box of the things that Kubernetes runs, whatever is known of the machines below. */
export const NODES_GROUP = "group:nodes";
/** The machines of the node group: one node for all of them. */
export const MACHINES = "machines";
export const CONTROL_PLANE = "control-plane";
export const INTERFACES = "control-plane-interfaces";
/** The box of public subnets, where load balancers stand. */
export const PUBLIC_SUBNETS = "group:public-subnets";
const VPC_GROUP = "group:vpc";

/** The id in the picture of a security group. */
export const securityGroupId = ({ name }: RecordedResource) => `security-group:${name}`;

/** Draws the cluster. Where none was recorded (kind, minikube), a box stands for it. */
export function drawCluster(scene: Scene, sketch: Sketch): void {
  const [cluster] = scene.of("eks:index:Cluster");
  if (!cluster) {
    sketch.group({
      id: NODES_GROUP,
      kind: "cluster",
      label: "A cluster that is there already",
      details: ["named by a kubeconfig; its nodes are not this stack's"],
      isForeign: true,
      urns: [],
    });
    return;
  }
  drawNetwork(scene, sketch);
  for (const { resource, isForeign } of scene.of("aws:ec2/securityGroup:SecurityGroup")) {
    sketch.node({
      id: securityGroupId(resource),
      kind: "securityGroup",
      label: resource.name,
      details: [],
      group: VPC_GROUP,
      isForeign,
      urns: [resource.urn],
    });
  }
  drawControlPlane(cluster, scene, sketch);
  for (const group of scene.of("eks:index:ManagedNodeGroup")) drawNodes(group, scene, sketch);
}

function drawNetwork(scene: Scene, sketch: Sketch): void {
  const [vpc] = scene.of("aws:ec2/vpc:Vpc");
  if (!vpc) return;
  sketch.group({
    id: VPC_GROUP,
    kind: "vpc",
    label: `VPC ${textAt(vpc.resource.inputs, "cidrBlock")}`,
    details: [],
    isForeign: vpc.isForeign,
    urns: [vpc.resource.urn],
  });
  const ways = waysToTheInternet(scene);
  for (const isPublic of [true, false]) {
    const subnets = scene.of(SUBNET).filter(({ resource }) => ways.has(resource.id) === isPublic);
    if (subnets.length === 0) continue;
    const table = isPublic ? [...ways.values()].flat() : [];
    sketch.group({
      id: isPublic ? PUBLIC_SUBNETS : "group:private-subnets",
      kind: isPublic ? "publicSubnets" : "privateSubnets",
      label: count(subnets.length, isPublic ? "public subnet" : "private subnet"),
      details: [
        subnets.map(({ resource }) => textAt(resource.inputs, "availabilityZone")).join(", "),
        isPublic ? "a route to the Internet" : "no route to or from the Internet",
      ],
      group: VPC_GROUP,
      isForeign: vpc.isForeign,
      urns: [...subnets.map(({ resource }) => resource.urn), ...new Set(table)],
    });
  }
}

/** The subnets that have a route to an Internet gateway, each with the resources that make it. */
function waysToTheInternet(scene: Scene): Map<string, string[]> {
  const ways = new Map<string, string[]>();
  for (const { resource: route } of scene.of("aws:ec2/route:Route")) {
    const gateway = scene.find(
      "aws:ec2/internetGateway:InternetGateway",
      route.inputs["gatewayId"],
    );
    const table = scene.find("aws:ec2/routeTable:RouteTable", route.inputs["routeTableId"]);
    if (!gateway || !table) continue;
    const made = [route.urn, gateway.resource.urn, table.resource.urn];
    const type = "aws:ec2/routeTableAssociation:RouteTableAssociation";
    for (const { resource } of scene.of(type)) {
      if (resource.inputs["routeTableId"] !== table.resource.id) continue;
      ways.set(textAt(resource.inputs, "subnetId"), [...made, resource.urn]);
    }
  }
  return ways;
}

function drawControlPlane({ resource, isForeign }: Seen, scene: Scene, sketch: Sketch): void {
  sketch.node({
    id: CONTROL_PLANE,
    kind: "controlPlane",
    label: textAt(resource.inputs, "name"),
    details: [`Kubernetes ${textAt(resource.inputs, "version")}, run by AWS`],
    isForeign,
    urns: [resource.urn],
  });
  const access = scene.find(
    "aws:ec2/securityGroup:SecurityGroup",
    resource.inputs["clusterSecurityGroup"],
  );
  if (!access) return;
  sketch.node({
    id: INTERFACES,
    kind: "interfaces",
    label: "Interfaces of the control plane",
    details: ["the nodes' way to the API server", ...whereElse(resource)],
    group: "group:private-subnets",
    isForeign,
    urns: [],
  });
}

/** EKS chooses among all subnets that a cluster names. Its interfaces have no public address. */
function whereElse({ inputs }: RecordedResource): string[] {
  return listAt(inputs, "publicSubnetIds").length > 0
    ? ["or in a public subnet; no public address"]
    : ["no public address"];
}

/** The launch template of a node group. */
export function templateOf(group: RecordedResource, scene: Scene): Seen | undefined {
  const type = "aws:ec2/launchTemplate:LaunchTemplate";
  return scene.find(type, at(group.inputs, "launchTemplate", "id"));
}

function drawNodes({ resource, isForeign }: Seen, scene: Scene, sketch: Sketch): void {
  const template = templateOf(resource, scene);
  const scaling = (key: string) => textAt(resource.inputs, "scalingConfig", key);
  const instanceType = textAt(template?.resource.inputs, "instanceType");
  const subnets = textsAt(resource.inputs, "subnetIds");
  const ways = waysToTheInternet(scene);
  const inPublic = subnets.some((id) => ways.has(id));
  sketch.group({
    id: NODES_GROUP,
    kind: "nodeGroup",
    label: `Node group: ${scaling("desiredSize")} × ${instanceType}`,
    details: [`${scaling("minSize")} nodes at least, ${scaling("maxSize")} at most`],
    group: inPublic ? PUBLIC_SUBNETS : "group:private-subnets",
    isForeign,
    urns: [resource.urn],
  });
  const hops = textAt(template?.resource.inputs, "metadataOptions", "httpPutResponseHopLimit");
  sketch.node({
    id: MACHINES,
    kind: "machines",
    label: "The nodes",
    details: [
      "made from a launch template",
      ...(hops === "" ? [] : [`metadata service: up to ${count(Number(hops), "hop")} away`]),
    ],
    group: NODES_GROUP,
    isForeign,
    urns: template ? [template.resource.urn] : [],
  });
}

/** Whether a security group is one of the nodes' own. */
export function isOfNodes(group: RecordedResource, scene: Scene): boolean {
  return scene
    .of("aws:ec2/launchTemplate:LaunchTemplate")
    .some(({ resource }) => listAt(resource.inputs, "vpcSecurityGroupIds").includes(group.id));
}
