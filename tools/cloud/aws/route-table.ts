import { awsId } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { having, T } from "../queries";
import { EC2_ERRORS, requireVpc } from "../refusals";

export const routeTable: ResourceModel = {
  type: T.routeTable,
  sources: {
    schema: awsProvider("ec2/vpc_route_table"),
    create: EC2_ERRORS,
    effects: awsProvider("ec2/vpc_route_table"),
  },
  required: ["vpcId"],
  immutable: ["vpcId"],
  taggable: true,
  simulate: ({ seed }) => ({ id: awsId("rtb", seed) }),
  refuseCreate: ({ inputs }, view) => requireVpc(view, inputs["vpcId"]),
  // The provider removes a table's associations before the table.
  afterDelete({ id }, cloud) {
    for (const association of having(cloud, T.association, "routeTableId", id)) {
      cloud.drop(association);
    }
  },
};
