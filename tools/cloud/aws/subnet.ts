import { awsId } from "../ids";
import { OBSERVED, type ResourceModel } from "../model";
import { having, interfaces, requireOrRefuse, T } from "../queries";
import { EC2_ERRORS, refuseWhileUsed, requireVpc } from "../refusals";

export const subnet: ResourceModel = {
  type: T.subnet,
  sources: {
    inputs: "terraform-provider-aws: internal/service/ec2/vpc_subnet.go",
    replaces: "terraform-provider-aws: internal/service/ec2/vpc_subnet.go",
    create: EC2_ERRORS,
    delete: EC2_ERRORS,
    latency: OBSERVED,
  },
  required: ["vpcId"],
  exclusive: [["availabilityZone", "availabilityZoneId"]],
  immutable: ["vpcId", "cidrBlock", "availabilityZone"],
  taggable: true,
  simulate: ({ seed }) => ({ id: awsId("subnet", seed) }),
  refuseCreate({ inputs: { vpcId, cidrBlock } }, view) {
    requireVpc(view, vpcId);
    const isTaken = having(view, T.subnet, "vpcId", vpcId).some(
      ({ inputs }) => inputs["cidrBlock"] === cidrBlock,
    );
    requireOrRefuse(
      !isTaken,
      `InvalidSubnet.Conflict: The CIDR '${String(cidrBlock)}' conflicts with another subnet`,
    );
  },
  refuseDelete({ id }, view) {
    const inTheWay = interfaces(view).filter(({ subnetId }) => subnetId === id);
    refuseWhileUsed(`The subnet '${id}'`, [], inTheWay);
  },
  latency: [11, 1],
};
