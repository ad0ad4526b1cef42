import type { Props } from "../cloud";
import { HOURS_PER_MONTH, PRICES } from "./prices";
import type { RecordedResource } from "./records";

/** One position of an estimate. */
export interface CostLine {
  readonly item: string;
  readonly quantity: number;
  /** For one, for an hour. */
  readonly unitPerHour: number;
  readonly perHour: number;
}

/** What a stack costs while it is up, for an hour. */
export interface Cost {
  readonly perHour: number;
  readonly currency: string;
  readonly lines: readonly CostLine[];
}

/**
 * Estimates what a stack's own resources cost.
 * @param zones how many zones the cluster's load balancers stand in, each with an address
 */
export function estimate(resources: readonly RecordedResource[], zones: number): Cost {
  const count = (test: (resource: RecordedResource) => boolean) => resources.filter(test).length;
  const isType = (type: string) => (resource: RecordedResource) => resource.type === type;
  const nodes = resources.filter(isType("eks:index:ManagedNodeGroup")).flatMap((group) => {
    const template = templateOf(group, resources);
    const { desiredSize } = group.inputs["scalingConfig"] as { desiredSize: number };
    return nodeLines(desiredSize, template);
  });
  const balancers = count(makesLoadBalancer);
  const lines = [
    line("EKS control plane", count(isType("eks:index:Cluster")), PRICES.controlPlane),
    ...nodes,
    line("load balancer", balancers, PRICES.loadBalancer),
    line("public IPv4 address of a load balancer", balancers * zones, PRICES.publicIpv4),
    line("KMS key", count(isType("aws:kms/key:Key")), PRICES.keyMonth / HOURS_PER_MONTH),
  ].filter(({ quantity }) => quantity > 0);
  const perHour = lines.reduce((sum, { perHour }) => sum + perHour, 0);
  return { perHour: round(perHour), currency: PRICES.currency, lines };
}

function nodeLines(nodes: number, template: Props): CostLine[] {
  const instanceType = template["instanceType"] as string;
  const price = PRICES.instances[instanceType];
  if (price === undefined) throw new Error(`no price is known for ${instanceType}`);
  const [volume] = template["blockDeviceMappings"] as { ebs: { volumeSize: number } }[];
  const gigabytes = volume?.ebs.volumeSize ?? 0;
  return [
    line(`node ${instanceType}`, nodes, price),
    line(
      `node volume gp3, ${gigabytes} GB`,
      nodes,
      (gigabytes * PRICES.gp3GbMonth) / HOURS_PER_MONTH,
    ),
    line("public IPv4 address of a node", nodes, PRICES.publicIpv4),
  ];
}

function templateOf(group: RecordedResource, resources: readonly RecordedResource[]): Props {
  const urns = group.propertyDependencies["launchTemplate"] ?? [];
  const template = resources.find(
    ({ urn, type }) => urns.includes(urn) && type === "aws:ec2/launchTemplate:LaunchTemplate",
  );
  if (!template) throw new Error(`${group.name} has no launch template to estimate its cost by`);
  return template.inputs;
}

function makesLoadBalancer({ type, inputs, outputs }: RecordedResource): boolean {
  const status = outputs["status"] as { loadBalancer?: { ingress?: unknown[] } } | undefined;
  if (!status?.loadBalancer?.ingress?.length) return false;
  const spec = inputs["spec"] as { type?: string; ingressClassName?: string };
  // Other classes of Ingress are served by the load balancer of their controller's Service.
  return type === "kubernetes:core/v1:Service"
    ? spec.type === "LoadBalancer"
    : spec.ingressClassName === "alb";
}

function line(item: string, quantity: number, unitPerHour: number): CostLine {
  return {
    item,
    quantity,
    unitPerHour: round(unitPerHour),
    perHour: round(quantity * unitPerHour),
  };
}

/** Four digits behind the point: what AWS's own price list has. */
function round(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
