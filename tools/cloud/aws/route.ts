import { awsId } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { requireOrRefuse, T } from "../queries";
import { EC2_ERRORS, requireUnique } from "../refusals";

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
    const { routeTableId, gatewayId } = request.inputs;
    const table = view.find(T.routeTable, routeTableId);
    const gateway = view.find(T.gateway, gatewayId);
    const tableId = String(routeTableId);
    requireOrRefuse(table, `InvalidRouteTableID.NotFound: The routeTable ID '${tableId}'`);
    requireOrRefuse(
      gateway,
      `InvalidGatewayID.NotFound: The gateway ID '${String(gatewayId)}' does not exist`,
    );
    requireOrRefuse(
      gateway.inputs["vpcId"] === table.inputs["vpcId"],
      `InvalidParameterValue: route table ${table.id} and network gateway ${gateway.id} belong to different networks`,
    );
    requireUnique(view, request, ["routeTableId", "destinationCidrBlock"], "RouteAlreadyExists");
  },
};
