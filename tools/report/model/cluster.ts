/** Draws the network of a cluster, its control plane and its nodes. */
import type { RecordedResource } from "../../rehearse/records";
import { origin, type DiagramBuilder } from "./builder";
import { at, count, listAt, textAt, textsAt, type Recorded, type Recordings } from "./recordings";

/** The box of everything that runs on the nodes. */
export const NODES_GROUP = "group:nodes";
/** The machines of the node group, as one node. */
export const MACHINES = "machines";
export const CONTROL_PLANE = "control-plane";
export const INTERFACES = "control-plane-interfaces";
/** The box of public subnets, where load balancers are. */
export const PUBLIC_SUBNETS = "group:public-subnets";
const PRIVATE_SUBNETS = "group:private-subnets";
const VPC_GROUP = "group:vpc";

/** A security group's id in the picture. */
export const securityGroupId = ({ name }: RecordedResource) => `security-group:${name}`;

/** Draws the cluster. A cluster that no stack made (kind, minikube) is one box. */
export function drawCluster(recordings: Recordings, builder: DiagramBuilder): void {
  const [cluster] = recordings.of("eks:index:Cluster");
  if (!cluster) {
    builder.group("cluster", NODES_GROUP, "Existing cluster", {
      details: ["from a kubeconfig; no stack here made its nodes"],
      isForeign: true,
    });
    return;
  }
  drawNetwork(recordings, builder);
  for (const group of recordings.of("aws:ec2/securityGroup:SecurityGroup")) {
    const { resource } = group;
    const options = { group: VPC_GROUP, ...origin(group) };
    builder.node("securityGroup", securityGroupId(resource), resource.name, options);
  }
  drawControlPlane(cluster, recordings, builder);
  for (const group of recordings.of("eks:index:ManagedNodeGroup")) {
    drawNodes(group, recordings, builder);
  }
}

function drawNetwork(recordings: Recordings, builder: DiagramBuilder): void {
  const [vpc] = recordings.of("aws:ec2/vpc:Vpc");
  if (!vpc) return;
  const { inputs } = vpc.resource;
  builder.group("vpc", VPC_GROUP, `VPC ${textAt(inputs, "cidrBlock")}`, origin(vpc));
  const routes = internetRoutes(recordings);
  for (const isPublic of [true, false]) {
    const subnets = recordings
      .of("aws:ec2/subnet:Subnet")
      .map(({ resource }) => resource)
      .filter(({ id }) => routes.has(id) === isPublic);
    if (subnets.length === 0) continue;
    const table = isPublic ? [...routes.values()].flat() : [];
    builder.group(
      isPublic ? "publicSubnets" : "privateSubnets",
      isPublic ? PUBLIC_SUBNETS : PRIVATE_SUBNETS,
      count(subnets.length, isPublic ? "public subnet" : "private subnet"),
      {
        details: [
          subnets.map((subnet) => textAt(subnet.inputs, "availabilityZone")).join(", "),
          isPublic ? "a route to the Internet" : "no route to or from the Internet",
        ],
        group: VPC_GROUP,
        isForeign: vpc.isForeign,
        urns: [...subnets.map(({ urn }) => urn), ...new Set(table)],
      },
    );
  }
}

/** The subnets with a route to an Internet gateway, and the resources that make the route. */
function internetRoutes(recordings: Recordings): Map<string, string[]> {
  const routes = new Map<string, string[]>();
  for (const { resource: route } of recordings.of("aws:ec2/route:Route")) {
    const gateway = recordings.find(
      "aws:ec2/internetGateway:InternetGateway",
      route.inputs["gatewayId"],
    );
    const table = recordings.find("aws:ec2/routeTable:RouteTable", route.inputs["routeTableId"]);
    if (!gateway || !table) continue;
    const made = [route.urn, gateway.resource.urn, table.resource.urn];
    const type = "aws:ec2/routeTableAssociation:RouteTableAssociation";
    for (const { resource } of recordings.of(type)) {
      if (resource.inputs["routeTableId"] !== table.resource.id) continue;
      routes.set(textAt(resource.inputs, "subnetId"), [...made, resource.urn]);
    }
  }
  return routes;
}

function drawControlPlane(
  cluster: Recorded,
  recordings: Recordings,
  builder: DiagramBuilder,
): void {
  const { inputs } = cluster.resource;
  builder.node("controlPlane", CONTROL_PLANE, textAt(inputs, "name"), {
    details: [`Kubernetes ${textAt(inputs, "version")}, run by AWS`],
    ...origin(cluster),
  });
  const type = "aws:ec2/securityGroup:SecurityGroup";
  if (!recordings.find(type, inputs["clusterSecurityGroup"])) return;
  // EKS chooses among all subnets that a cluster names; its interfaces have no public address.
  const isAnywhere = listAt(inputs, "publicSubnetIds").length > 0;
  builder.node("interfaces", INTERFACES, "Control plane interfaces", {
    details: [
      "the nodes' way to the API server",
      `${isAnywhere ? "or in a public subnet; " : ""}no public address`,
    ],
    group: PRIVATE_SUBNETS,
    isForeign: cluster.isForeign,
  });
}

/** The launch template of a node group. */
function templateOf(group: RecordedResource, recordings: Recordings): Recorded | undefined {
  const type = "aws:ec2/launchTemplate:LaunchTemplate";
  return recordings.find(type, at(group.inputs, "launchTemplate", "id"));
}

function hopLimit(group: RecordedResource, recordings: Recordings): string {
  const template = templateOf(group, recordings)?.resource;
  return textAt(template?.inputs, "metadataOptions", "httpPutResponseHopLimit");
}

function drawNodes(group: Recorded, recordings: Recordings, builder: DiagramBuilder): void {
  const { inputs } = group.resource;
  const template = templateOf(group.resource, recordings)?.resource;
  const scaling = (key: string) => textAt(inputs, "scalingConfig", key);
  const routes = internetRoutes(recordings);
  const isPublic = textsAt(inputs, "subnetIds").some((id) => routes.has(id));
  const label = `Node group: ${scaling("desiredSize")} × ${textAt(template?.inputs, "instanceType")}`;
  builder.group("nodeGroup", NODES_GROUP, label, {
    details: [`${scaling("minSize")} to ${scaling("maxSize")} nodes`],
    group: isPublic ? PUBLIC_SUBNETS : PRIVATE_SUBNETS,
    ...origin(group),
  });
  const hops = hopLimit(group.resource, recordings);
  builder.node("machines", MACHINES, "The nodes", {
    details: [
      "started from a launch template",
      ...(hops === "" ? [] : [`metadata service: hop limit ${hops}`]),
    ],
    group: NODES_GROUP,
    isForeign: group.isForeign,
    urns: template ? [template.urn] : [],
  });
}

/** Whether a security group is on the nodes. */
export function isOnNodes(group: RecordedResource, recordings: Recordings): boolean {
  return recordings
    .of("aws:ec2/launchTemplate:LaunchTemplate")
    .some(({ resource }) => listAt(resource.inputs, "vpcSecurityGroupIds").includes(group.id));
}

/** Which pods the nodes' metadata service answers, by the hop limit of the launch template. */
export function podsThatReachMetadata(recordings: Recordings): string {
  const groups = recordings.of("eks:index:ManagedNodeGroup");
  const limits = groups.map(({ resource }) => hopLimit(resource, recordings));
  return limits.length > 0 && limits.every((limit) => limit === "1")
    ? "on the node's own network"
    : "on any network";
}
