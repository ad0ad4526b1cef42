import { awsId } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { T } from "../queries";
import { EC2_ERRORS, requireUnique } from "../refusals";

export const routeTableAssociation: ResourceModel = {
  type: T.association,
  sources: {
    schema: awsProvider("ec2/vpc_route_table_association"),
    create: EC2_ERRORS,
  },
  required: ["routeTableId"],
  exclusive: [["subnetId", "gatewayId"]],
  immutable: ["subnetId", "gatewayId"],
  simulate: ({ seed }) => ({ id: awsId("rtbassoc", seed) }),
  refuseCreate(request, view) {
    const message =
      "Resource.AlreadyAssociated: the specified association conflicts with an existing one";
    requireUnique(view, request, ["subnetId"], message);
  },
};
