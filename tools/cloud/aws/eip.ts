import { awsId, publicAddress } from "../ids";
import { awsProvider, OBSERVED, type ResourceModel } from "../model";
import { PRICES } from "../prices";
import { T } from "../queries";
import { EC2_ERRORS, idsHaving, refuseWhileUsed } from "../refusals";

/** An Elastic IP address. */
export const eip: ResourceModel = {
  type: T.eip,
  sources: {
    schema: awsProvider("ec2/ec2_eip"),
    delete: EC2_ERRORS,
    latency: OBSERVED,
    price: "https://aws.amazon.com/vpc/pricing/",
  },
  exclusive: [["instance", "networkInterface"]],
  immutable: [
    "address",
    "customerOwnedIpv4Pool",
    "domain",
    "ipamPoolId",
    "networkBorderGroup",
    "publicIpv4Pool",
  ],
  taggable: true,
  simulate: ({ seed }) => {
    const id = awsId("eipalloc", seed);
    return { id, outputs: { allocationId: id, publicIp: publicAddress(seed) } };
  },
  refuseDelete({ id }, view) {
    refuseWhileUsed(`The address '${id}'`, idsHaving(view, T.nat, "allocationId", id), []);
  },
  latency: [1, 1],
  price: () => [{ item: "public IPv4 address", quantity: 1, unitPerHour: PRICES.publicIpv4 }],
};
