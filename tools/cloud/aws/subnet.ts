import { awsId } from "../ids";
import { awsProvider, OBSERVED, type ResourceModel } from "../model";
import { having, interfaces, requireOrRefuse, T } from "../queries";
import { EC2_ERRORS, refuseWhileUsed, requireVpc } from "../refusals";

export const subnet: ResourceModel = {
  type: T.subnet,
  sources: {
    schema: awsProvider("ec2/vpc_subnet"),
    create: EC2_ERRORS,
    // Before it gives up, the provider deletes interfaces of Lambda, Comprehend and DMS, none of EKS.
    delete: `${EC2_ERRORS}; ${awsProvider("ec2/vpc_network_interface")}, deleteLingeringENIs`,
    latency: OBSERVED,
  },
  required: ["vpcId"],
  exclusive: [["availabilityZone", "availabilityZoneId"]],
  immutable: [
    "vpcId",
    "cidrBlock",
    "availabilityZone",
    "availabilityZoneId",
    "ipv6Native",
    "outpostArn",
  ],
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
