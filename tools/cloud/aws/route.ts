import { awsId } from "../ids";
import type { ResourceModel } from "../model";
import { requireOrRefuse, T } from "../queries";
import { EC2_ERRORS, requireUnique } from "../refusals";

const TARGETS = ["gatewayId", "natGatewayId", "networkInterfaceId", "transitGatewayId"];

export const route: ResourceModel = {
  type: T.route,
  sources: {
    inputs: "terraform-provider-aws: internal/service/ec2/vpc_route.go",
    replaces: "terraform-provider-aws: internal/service/ec2/vpc_route.go",
    create: EC2_ERRORS,
  },
  required: ["routeTableId"],
  exclusive: [TARGETS, ["destinationCidrBlock", "destinationIpv6CidrBlock"]],
  immutable: ["routeTableId", "destinationCidrBlock"],
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
