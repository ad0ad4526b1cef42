import { awsId } from "../ids";
import { awsProvider, OBSERVED, type ResourceModel } from "../model";
import { interfaces, T } from "../queries";
import { EC2_ERRORS, idsHaving, refuseWhileUsed } from "../refusals";

/** What keeps a VPC while it is there. */
const PARTS = [T.subnet, T.gateway, T.routeTable, T.securityGroup, T.hiddenGroup, T.hiddenBalancer];

export const vpc: ResourceModel = {
  type: T.vpc,
  sources: {
    schema: awsProvider("ec2/vpc_"),
    delete: EC2_ERRORS,
    latency: OBSERVED,
  },
  exclusive: [["cidrBlock", "ipv4NetmaskLength"]],
  immutable: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
  taggable: true,
  simulate: ({ seed }) => ({ id: awsId("vpc", seed) }),
  refuseDelete({ id }, view) {
    const blockers = PARTS.flatMap((type) => idsHaving(view, type, "vpcId", id));
    const inTheWay = interfaces(view).filter(({ vpcId }) => vpcId === id);
    refuseWhileUsed(`The vpc '${id}'`, blockers, inTheWay);
  },
  latency: [12, 1],
};
