import { awsId } from "../ids";
import type { ResourceModel } from "../model";
import { T } from "../queries";
import { EC2_ERRORS, idsHaving, refuseWhileUsed, requireVpc } from "../refusals";

export const routeTable: ResourceModel = {
  type: T.routeTable,
  sources: {
    inputs: "terraform-provider-aws: internal/service/ec2/vpc_route_table.go",
    replaces: "terraform-provider-aws: internal/service/ec2/vpc_route_table.go",
    create: EC2_ERRORS,
    delete: EC2_ERRORS,
  },
  required: ["vpcId"],
  immutable: ["vpcId"],
  taggable: true,
  simulate: ({ seed }) => ({ id: awsId("rtb", seed) }),
  refuseCreate: ({ inputs }, view) => requireVpc(view, inputs["vpcId"]),
  refuseDelete({ id }, view) {
    refuseWhileUsed(
      `The routeTable '${id}'`,
      idsHaving(view, T.association, "routeTableId", id),
      [],
    );
  },
};
