import { simulateNodeGroup } from "../aws/node-group";
import type { PriceContext, PricedItem, PricedResource, ResourceModel } from "../model";
import { HOURS_PER_MONTH, PRICES } from "../prices";
import { T } from "../queries";
import type { Props } from "../types";

function findTemplate(group: PricedResource, { resources }: PriceContext): Props {
  const urns = group.propertyDependencies["launchTemplate"] ?? [];
  const template = resources.find(({ urn, type }) => urns.includes(urn) && type === T.template);
  if (!template) throw new Error(`${group.name} has no launch template to estimate its cost by`);
  return template.inputs;
}

function hasPublicAddresses(group: PricedResource, { resources }: PriceContext): boolean {
  const urns = group.propertyDependencies["subnetIds"] ?? [];
  const subnets = resources.filter(({ urn, type }) => urns.includes(urn) && type === T.subnet);
  return subnets.every(({ inputs }) => inputs["mapPublicIpOnLaunch"] === true);
}

/** Nodes by their type, with their disks and addresses. */
function priceNodes(group: PricedResource, context: PriceContext): PricedItem[] {
  const template = findTemplate(group, context);
  const { desiredSize: quantity } = group.inputs["scalingConfig"] as { desiredSize: number };
  // Of several types, the first is preferred.
  const [preferred] = (group.inputs["instanceTypes"] ?? []) as string[];
  const instanceType = (template["instanceType"] ?? preferred) as string;
  const price = PRICES.instances[instanceType];
  if (price === undefined) throw new Error(`no price is known for ${instanceType}`);
  const [volume] = template["blockDeviceMappings"] as { ebs: { volumeSize: number } }[];
  const gigabytes = volume?.ebs.volumeSize ?? 0;
  return [
    { item: `node ${instanceType}`, quantity, unitPerHour: price },
    {
      item: `node volume gp3, ${gigabytes} GB`,
      quantity,
      unitPerHour: (gigabytes * PRICES.gp3GbMonth) / HOURS_PER_MONTH,
    },
    ...(hasPublicAddresses(group, context)
      ? [{ item: "public IPv4 address of a node", quantity, unitPerHour: PRICES.publicIpv4 }]
      : []),
  ];
}

/** The component of @pulumi/eks in one piece, as the rehearsal sees it: without its children. */
export const managedNodeGroup: ResourceModel = {
  type: "eks:index:ManagedNodeGroup",
  sources: { price: "AWS's price list, as the Karpenter project records it" },
  simulate: (request, view) => {
    const owner = view.byUrn(request.inputs["cluster"] as string);
    const facts = owner?.outputs["eksCluster"] as { name: string } | undefined;
    const inputs = { ...request.inputs, clusterName: facts?.name ?? "" };
    const { id, outputs } = simulateNodeGroup({ ...request, inputs }, view);
    return { id, outputs: { nodeGroup: outputs } };
  },
  price: priceNodes,
};
