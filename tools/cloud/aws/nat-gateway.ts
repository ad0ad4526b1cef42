import { awsId } from "../ids";
import { awsProvider, OBSERVED, type ResourceModel } from "../model";
import { putInterface } from "../owned";
import { PRICES } from "../prices";
import { having, keyOf, requireOrRefuse, T } from "../queries";
import { EC2_ERRORS, requireSubnet } from "../refusals";

/** A NAT gateway in a zone, with a network interface in its subnet. */
export const natGateway: ResourceModel = {
  type: T.nat,
  sources: {
    schema: awsProvider("ec2/vpc_nat_gateway"),
    create: EC2_ERRORS,
    effects: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
    latency: OBSERVED,
    price: "https://aws.amazon.com/vpc/pricing/",
  },
  immutable: ["allocationId", "connectivityType", "privateIp", "subnetId"],
  taggable: true,
  simulate: ({ seed }) => ({ id: awsId("nat", seed) }),
  refuseCreate({ inputs: { allocationId, connectivityType, subnetId } }, view) {
    const subnet = requireSubnet(view, subnetId);
    if (connectivityType === "private") return;
    requireOrRefuse(
      view.find(T.eip, allocationId),
      `InvalidAllocationID.NotFound: The allocation ID '${String(allocationId)}' does not exist`,
    );
    requireOrRefuse(
      having(view, T.gateway, "vpcId", subnet.inputs["vpcId"]).length > 0,
      `Gateway.NotAttached: Network ${String(subnet.inputs["vpcId"])} has no Internet gateway attached`,
    );
  },
  afterChange(gateway, cloud) {
    const { subnetId, connectivityType } = gateway.inputs;
    const subnet = requireSubnet(cloud, subnetId);
    putInterface(cloud, gateway.seed, {
      vpcId: subnet.inputs["vpcId"] as string,
      subnetId: subnet.id,
      groups: [],
      owner: keyOf(gateway),
      isPublic: connectivityType !== "private",
      description: `Interface for NAT Gateway ${gateway.id}`,
    });
  },
  // The provider waits until the gateway is deleted, and its interface with it.
  afterDelete(gateway, cloud) {
    for (const hidden of having(cloud, T.hiddenInterface, "owner", keyOf(gateway))) {
      cloud.drop(hidden);
    }
  },
  latency: [95, 55],
  price: () => [{ item: "NAT gateway", quantity: 1, unitPerHour: PRICES.natGateway }],
};
