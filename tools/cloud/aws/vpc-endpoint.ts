import { awsId } from "../ids";
import { awsProvider, OBSERVED, type ResourceModel } from "../model";
import { putInterface } from "../owned";
import { PRICES } from "../prices";
import { having, keyOf, requireOrRefuse, T } from "../queries";
import { EC2_ERRORS, requireSecurityGroup, requireSubnet, requireVpc } from "../refusals";
import { unless } from "../rules";
import type { Props } from "../types";

const TYPES: readonly unknown[] = ["Gateway", "GatewayLoadBalancer", "Interface"];

const isInterface = ({ vpcEndpointType }: Props): boolean => vpcEndpointType === "Interface";

/** A way to a service of AWS within a VPC: routes to it, or network interfaces. */
export const vpcEndpoint: ResourceModel = {
  type: T.endpoint,
  sources: {
    schema: awsProvider("ec2/vpc_endpoint"),
    create: EC2_ERRORS,
    effects: "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    latency: OBSERVED,
    price: "https://aws.amazon.com/privatelink/pricing/",
  },
  required: ["vpcId"],
  exclusive: [["resourceConfigurationArn", "serviceName", "serviceNetworkArn"]],
  immutable: [
    "resourceConfigurationArn",
    "serviceName",
    "serviceNetworkArn",
    "serviceRegion",
    "vpcEndpointType",
    "vpcId",
  ],
  taggable: true,
  check: ({ vpcEndpointType: type }) =>
    unless(
      type === undefined || TYPES.includes(type),
      "vpcEndpointType",
      "expected Gateway, GatewayLoadBalancer or Interface",
    ),
  simulate: ({ seed }) => ({ id: awsId("vpce", seed), outputs: { state: "available" } }),
  refuseCreate({ inputs }, view) {
    requireVpc(view, inputs["vpcId"]);
    for (const id of (inputs["routeTableIds"] ?? []) as string[]) {
      const message = `InvalidRouteTableId.NotFound: The routeTable ID '${id}' does not exist`;
      requireOrRefuse(view.find(T.routeTable, id), message);
    }
    for (const id of (inputs["securityGroupIds"] ?? []) as string[]) requireSecurityGroup(view, id);
    const zones = ((inputs["subnetIds"] ?? []) as string[]).map(
      (id) => requireSubnet(view, id).inputs["availabilityZone"],
    );
    requireOrRefuse(
      new Set(zones).size === zones.length,
      "DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone",
    );
    const isTaken = having(view, T.endpoint, "vpcId", inputs["vpcId"]).some(
      (other) =>
        isInterface(other.inputs) &&
        isInterface(inputs) &&
        other.inputs["serviceName"] === inputs["serviceName"],
    );
    requireOrRefuse(
      !isTaken || inputs["privateDnsEnabled"] !== true,
      `InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${String(inputs["serviceName"])}`,
    );
  },
  afterChange(endpoint, cloud) {
    if (!isInterface(endpoint.inputs)) return;
    const { vpcId, securityGroupIds, subnetIds, serviceName } = endpoint.inputs;
    for (const subnetId of (subnetIds ?? []) as string[]) {
      putInterface(cloud, `${endpoint.seed} ${subnetId}`, {
        vpcId: vpcId as string,
        subnetId,
        groups: (securityGroupIds ?? []) as string[],
        owner: keyOf(endpoint),
        isPublic: false,
        description: `VPC Endpoint Interface ${endpoint.id} for ${String(serviceName)}`,
      });
    }
  },
  // The provider waits until the endpoint is deleted, and its interfaces with it.
  afterDelete(endpoint, cloud) {
    for (const hidden of having(cloud, T.hiddenInterface, "owner", keyOf(endpoint))) {
      cloud.drop(hidden);
    }
  },
  latency: [75, 60],
  price: ({ inputs }) => {
    const zones = ((inputs["subnetIds"] ?? []) as string[]).length;
    return isInterface(inputs)
      ? [{ item: "VPC endpoint in a zone", quantity: zones, unitPerHour: PRICES.endpointZone }]
      : [];
  },
};
