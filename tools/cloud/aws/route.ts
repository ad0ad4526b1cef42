import { awsId } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { requireOrRefuse, T } from "../queries";
import { EC2_ERRORS, requireSubnet, requireUnique, textOf } from "../refusals";
import type { CloudView, Props } from "../types";

const TARGETS = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "gatewayId",
  "localGatewayId",
  "natGatewayId",
  "networkInterfaceId",
  "transitGatewayId",
  "vpcEndpointId",
  "vpcPeeringConnectionId",
];
const DESTINATIONS = [
  "destinationCidrBlock",
  "destinationIpv6CidrBlock",
  "destinationPrefixListId",
];

/** The gateway that a route leads to, and its VPC. */
function targetOf(inputs: Props, view: CloudView) {
  const natGatewayId = textOf(inputs, "natGatewayId");
  if (natGatewayId !== "") {
    const nat = view.find(T.nat, natGatewayId);
    const message = `InvalidNatGatewayID.NotFound: The natGateway ID '${natGatewayId}' does not exist`;
    requireOrRefuse(nat, message);
    return { id: nat.id, vpcId: requireSubnet(view, nat.inputs["subnetId"]).inputs["vpcId"] };
  }
  const gatewayId = textOf(inputs, "gatewayId");
  const gateway = view.find(T.gateway, gatewayId);
  const message = `InvalidGatewayID.NotFound: The gateway ID '${gatewayId}' does not exist`;
  requireOrRefuse(gateway, message);
  return { id: gateway.id, vpcId: gateway.inputs["vpcId"] };
}

export const route: ResourceModel = {
  type: T.route,
  sources: {
    schema: awsProvider("ec2/vpc_route"),
    create: EC2_ERRORS,
  },
  required: ["routeTableId"],
  exclusive: [TARGETS, DESTINATIONS],
  immutable: ["routeTableId", ...DESTINATIONS],
  simulate: ({ seed }) => ({ id: awsId("r-rtb", seed) }),
  refuseCreate(request, view) {
    const { routeTableId } = request.inputs;
    const table = view.find(T.routeTable, routeTableId);
    const tableId = String(routeTableId);
    requireOrRefuse(table, `InvalidRouteTableID.NotFound: The routeTable ID '${tableId}'`);
    const target = targetOf(request.inputs, view);
    requireOrRefuse(
      target.vpcId === table.inputs["vpcId"],
      `InvalidParameterValue: route table ${table.id} and network gateway ${target.id} belong to different networks`,
    );
    requireUnique(view, request, ["routeTableId", "destinationCidrBlock"], "RouteAlreadyExists");
  },
};
