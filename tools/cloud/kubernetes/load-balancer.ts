/** Load balancers that controllers make for Services and Ingresses on EKS. */
import { awsId, hex } from "../ids";
import type { PriceContext, PricedItem, PricedResource } from "../model";
import { putInterface } from "../owned";
import { PRICES } from "../prices";
import { having, inPlace, keyOf, requireOrRefuse, T, vpcAt } from "../queries";
import type { CloudResource, CloudView, Effects, HandlerRequest, Props } from "../types";

/** Where the ways of AWS's controllers are known from. */
export const CONTROLLERS =
  "cloud-provider-aws 1.36.2 and AWS Load Balancer Controller 3.5.0, observed on moto";

/** Seconds that a load balancer takes, both ways. */
export const BALANCER_LATENCY = [120, 60] as const;

interface Spec {
  readonly type?: string;
  readonly ingressClassName?: string;
}

/** Whether an object asks for a load balancer of its own. */
export function asksForBalancer(type: string, inputs: Props): boolean {
  const spec = (inputs["spec"] ?? {}) as Spec;
  // Other classes of Ingress are served by the load balancer of their controller's Service.
  return type === T.service ? spec.type === "LoadBalancer" : spec.ingressClassName === "alb";
}

/** Whether a controller makes a load balancer for an object. */
export function makesBalancer({ type, inputs, place }: CloudResource): boolean {
  return Boolean(place?.startsWith("arn:")) && asksForBalancer(type, inputs);
}

/** What a load balancer is reached by: a host of AWS on EKS; nothing elsewhere. */
export function balancerStatus(
  request: HandlerRequest,
  view: CloudView,
  kind: "nlb" | "alb",
): Props {
  const cluster = view.eksClusterOf(request.provider);
  if (!cluster) return { loadBalancer: {} };
  const region = (cluster.facts["arn"] as string).split(":")[3];
  const id = hex(request.seed, 16);
  const hostname =
    kind === "nlb" ? `a${id}.elb.${region}.amazonaws.com` : `k8s-${id}.${region}.elb.amazonaws.com`;
  return { loadBalancer: { ingress: [{ hostname }] } };
}

/** Whether the AWS Load Balancer Controller runs, which serves Ingresses of class alb. */
export function hasAlbController(view: CloudView, place: string | undefined): boolean {
  return inPlace(view, T.release, place).some(
    ({ inputs }) => inputs["chart"] === "aws-load-balancer-controller",
  );
}

/** The subnets that Internet-facing load balancers are put into. */
function publicSubnets(view: CloudView, vpcId: string | undefined): CloudResource[] {
  return having(view, T.subnet, "vpcId", vpcId).filter(
    ({ inputs }) => (inputs["tags"] as Props | undefined)?.["kubernetes.io/role/elb"] === "1",
  );
}

/** Refuses an object whose load balancer would never come. */
export function requireBalancer(object: CloudResource, view: CloudView): void {
  if (!makesBalancer(object)) return;
  const pending = `timed out waiting for the load balancer of ${object.id}: `;
  requireOrRefuse(
    publicSubnets(view, vpcAt(view, object.place)).length > 0,
    `${pending}could not find any suitable subnets: none has the tag kubernetes.io/role/elb`,
  );
  requireOrRefuse(
    object.type !== T.ingress || hasAlbController(view, object.place),
    `${pending}no controller serves the class alb`,
  );
}

/** Makes an object's load balancer; with every update of the object again, under the same ids. */
export function makeBalancer(object: CloudResource, cloud: Effects): void {
  if (!makesBalancer(object)) return;
  const vpcId = vpcAt(cloud, object.place)!;
  const owner = keyOf(object);
  const group = awsId("sg", `${object.seed} balancer`);
  cloud.putHidden(T.hiddenBalancer, `k8s-${awsId("lb", object.seed)}`, { vpcId, owner });
  const { loadBalancerSourceRanges } = object.inputs["spec"] as Props;
  cloud.putHidden(T.hiddenGroup, group, { vpcId, owner, rules: loadBalancerSourceRanges });
  for (const { id: subnetId } of publicSubnets(cloud, vpcId)) {
    putInterface(cloud, `${object.seed} ${subnetId}`, {
      vpcId,
      subnetId,
      groups: [group],
      owner,
      isPublic: true,
      description: `interface of the load balancer of ${object.id}`,
    });
  }
}

/** A load balancer with an address in each zone, if the object got one. */
export function priceBalancer(
  { type, inputs, outputs }: PricedResource,
  { zones }: PriceContext,
): PricedItem[] {
  const status = outputs["status"] as { loadBalancer?: { ingress?: unknown[] } } | undefined;
  if (!status?.loadBalancer?.ingress?.length || !asksForBalancer(type, inputs)) return [];
  return [
    { item: "load balancer", quantity: 1, unitPerHour: PRICES.loadBalancer },
    {
      item: "public IPv4 address of a load balancer",
      quantity: zones,
      unitPerHour: PRICES.publicIpv4,
    },
  ];
}
