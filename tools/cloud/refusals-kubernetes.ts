/** What Kubernetes refuses by what else is there: no namespace, a name or port taken, no nodes. */
import { eksClusters } from "./eks";
import type { CloudResource, Props, Surroundings } from "./types";
import { CloudError, demand, having, inPlace, metadataOf, nodesOf, T } from "./world";

/** Namespaces that every cluster has. */
const OWN_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

interface Port {
  readonly nodePort?: number;
}

/** The cluster that something is in. */
function clusterAt(around: Surroundings, place: string | undefined) {
  return eksClusters(around).find(({ facts }) => facts["arn"] === place);
}

/** Refuses when the cluster that something is in is there no more. */
export function demandReachable(around: Surroundings, place: string | undefined): void {
  const isKnown = place === undefined || !place.startsWith("arn:");
  demand(
    isKnown || clusterAt(around, place),
    "configured Kubernetes cluster is unreachable: unable to load schema information from the API server: no such host",
  );
}

/** What Kubernetes refuses. The resource is as it would be, with its ports and place. */
export function refuseInKubernetes(
  resource: CloudResource,
  around: Surroundings,
  isUpdate = false,
): void {
  const { type, place } = resource;
  demandReachable(around, place);
  namespaceMustExist(resource, around);
  nameMustBeFree(resource, around, isUpdate);
  if (type === T.service) nodePortsMustBeFree(resource, around);
  if (["kubernetes:core/v1:Pod", "kubernetes:apps/v1:Deployment", T.release].includes(type)) {
    const cluster = clusterAt(around, place);
    const isServed = !cluster || nodesOf(around, cluster.facts["name"]) > 0;
    demand(
      isServed,
      `timed out waiting for ${resource.id}: 0/0 nodes are available to schedule its pods`,
    );
  }
  if (makesBalancer(resource)) balancerMustFit(resource, around);
}

function namespaceOf({ type, inputs }: { type: string; inputs: Props }): string | undefined {
  if (type === T.namespace) return undefined;
  if (type === T.release) return (inputs["namespace"] as string | undefined) ?? "default";
  return metadataOf(inputs).namespace ?? "default";
}

function namespaceMustExist(resource: CloudResource, around: Surroundings): void {
  const namespace = namespaceOf(resource);
  if (namespace === undefined || OWN_NAMESPACES.includes(namespace)) return;
  if (resource.inputs["createNamespace"] === true) return;
  const isThere = inPlace(around, T.namespace, resource.place).some(({ id }) => id === namespace);
  demand(isThere, `namespaces "${namespace}" not found`);
}

/**
 * What is there already is not taken over, whoever made it: Pulumi's provider creates by POST since
 * its release 4.29, and fails as the API server does. An update finds itself.
 */
function nameMustBeFree(resource: CloudResource, around: Surroundings, isUpdate: boolean): void {
  const other = inPlace(around, resource.type, resource.place).find(({ id }) => id === resource.id);
  const isOwn = isUpdate && other?.urn === resource.urn;
  const name = metadataOf(resource.inputs).name ?? resource.id;
  const isClusters = resource.type === T.namespace && OWN_NAMESPACES.includes(name);
  if (isOwn || (!other && !isClusters)) return;
  if (resource.type === T.release)
    throw new CloudError("cannot re-use a name that is still in use");
  throw new CloudError(`${PLURALS[resource.type]} "${name}" already exists`);
}

/** The kinds as the API server names them: with their group, where they have one. */
const PLURALS: Readonly<Record<string, string>> = {
  [T.namespace]: "namespaces",
  [T.service]: "services",
  [T.ingress]: "ingresses.networking.k8s.io",
  "kubernetes:core/v1:Pod": "pods",
  "kubernetes:apps/v1:Deployment": "deployments.apps",
};

function portsOf(resource: CloudResource): number[] {
  const { ports = [] } = resource.outputs["spec"] as { ports?: Port[] };
  return ports.map(({ nodePort }) => nodePort ?? 0);
}

function nodePortsMustBeFree(resource: CloudResource, around: Surroundings): void {
  const taken = inPlace(around, T.service, resource.place)
    .filter(({ urn, id }) => urn !== resource.urn || id !== resource.id)
    .flatMap(portsOf);
  for (const [i, port] of portsOf(resource).entries()) {
    const isFree = port === 0 || !taken.includes(port);
    const { name } = metadataOf(resource.inputs);
    demand(
      isFree,
      `Service "${name}" is invalid: spec.ports[${i}].nodePort: Invalid value: ${port}: provided port is already allocated`,
    );
  }
}

/** Whether a controller makes a load balancer for an object. */
export function makesBalancer({ type, inputs, place }: CloudResource): boolean {
  if (!place?.startsWith("arn:")) return false;
  const spec = (inputs["spec"] ?? {}) as { type?: string; ingressClassName?: string };
  if (type === T.service) return spec.type === "LoadBalancer";
  return type === T.ingress && spec.ingressClassName === "alb";
}

/** Whether the AWS Load Balancer Controller runs, which serves Ingresses of class alb. */
export function hasAlbController(around: Surroundings, place: string | undefined): boolean {
  return inPlace(around, T.release, place).some(
    ({ inputs }) => inputs["chart"] === "aws-load-balancer-controller",
  );
}

function balancerMustFit(resource: CloudResource, around: Surroundings): void {
  const vpcId = vpcOf(around, resource.place);
  const pending = `timed out waiting for the load balancer of ${resource.id}: `;
  demand(
    publicSubnets(around, vpcId).length > 0,
    `${pending}could not find any suitable subnets: none has the tag kubernetes.io/role/elb`,
  );
  demand(
    resource.type !== T.ingress || hasAlbController(around, resource.place),
    `${pending}no controller serves the class alb`,
  );
}

/** The VPC of the cluster at a place. */
export function vpcOf(around: Surroundings, place: string | undefined): string | undefined {
  const cluster = clusterAt(around, place);
  return (cluster?.facts["vpcConfig"] as { vpcId?: string } | undefined)?.vpcId;
}

/** The subnets that Internet-facing load balancers are put into. */
export function publicSubnets(around: Surroundings, vpcId: string | undefined): CloudResource[] {
  return having(around, T.subnet, "vpcId", vpcId).filter(
    ({ inputs }) => (inputs["tags"] as Props | undefined)?.["kubernetes.io/role/elb"] === "1",
  );
}
