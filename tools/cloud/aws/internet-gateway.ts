import { awsId } from "../ids";
import { awsProvider, OBSERVED, type ResourceModel } from "../model";
import { having, interfaces, requireOrRefuse, T } from "../queries";
import { EC2_ERRORS, refuseWhileUsed, requireVpc } from "../refusals";

export const internetGateway: ResourceModel = {
  type: T.gateway,
  sources: {
    schema: awsProvider("ec2/vpc_internet_gateway"),
    create: EC2_ERRORS,
    delete: EC2_ERRORS,
    latency: OBSERVED,
  },
  taggable: true,
  simulate: ({ seed }) => ({ id: awsId("igw", seed) }),
  refuseCreate({ inputs: { vpcId } }, view) {
    requireVpc(view, vpcId);
    requireOrRefuse(
      having(view, T.gateway, "vpcId", vpcId).length === 0,
      "InvalidParameterValue: Network already has an internet gateway attached",
    );
  },
  refuseDelete({ inputs: { vpcId } }, view) {
    const mapped = interfaces(view).filter((nic) => nic.vpcId === vpcId && nic.isPublic);
    refuseWhileUsed(`Network ${String(vpcId)} has some mapped public address(es): it`, [], mapped);
  },
  latency: [2, 12],
};
