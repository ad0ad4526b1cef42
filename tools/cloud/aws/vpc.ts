import { awsId } from "../ids";
import { OBSERVED, type ResourceModel } from "../model";
import { interfaces, T } from "../queries";
import { EC2_ERRORS, idsHaving, refuseWhileUsed } from "../refusals";

/** What keeps a VPC while it is there. */
const PARTS = [T.subnet, T.gateway, T.routeTable, T.securityGroup, T.hiddenGroup, T.hiddenBalancer];

export const vpc: ResourceModel = {
  type: T.vpc,
  sources: {
    inputs: "terraform-provider-aws: internal/service/ec2/vpc_.go",
    replaces: "terraform-provider-aws: internal/service/ec2/vpc_.go",
    delete: EC2_ERRORS,
    latency: OBSERVED,
  },
  required: ["cidrBlock"],
  immutable: ["cidrBlock"],
  taggable: true,
  simulate: ({ seed }) => ({ id: awsId("vpc", seed) }),
  refuseDelete({ id }, view) {
    const blockers = PARTS.flatMap((type) => idsHaving(view, type, "vpcId", id));
    const inTheWay = interfaces(view).filter(({ vpcId }) => vpcId === id);
    refuseWhileUsed(`The vpc '${id}'`, blockers, inTheWay);
  },
  latency: [12, 1],
};
