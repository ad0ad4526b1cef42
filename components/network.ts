import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { componentType, withFormerType } from "./component-type";
import { VPC_BLOCK, type NetworkArgs } from "./network-options";
import type { NodeSubnets } from "./node-options";
import { createPrivateRoutes } from "./private-routes";
import { mergeTags } from "./tags";
import { PlainError } from "./validation";

/** A network that a cluster can be in: one of its own, or one that exists. */
export interface ClusterNetwork {
  /** The VPC, if the network is the cluster's own. */
  readonly vpc?: aws.ec2.Vpc;
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly privateSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * The ways out of the VPC. Nodes depend on these, because they join through them, and because a
   * gateway cannot be detached while an address is mapped through it.
   */
  readonly routes: pulumi.Resource[];
  /** The first subnets of a kind. */
  nodeSubnetIds(kind: NodeSubnets, count: number): pulumi.Input<pulumi.Input<string>[]>;
}

/** Zones that EKS cannot place a control plane in (EKS user guide, "VPC and subnet requirements"). */
const ZONES_WITHOUT_EKS = ["use1-az3", "usw1-az2", "cac1-az3"];

/** The zones of a region that a cluster can be in. */
export const ZONES_FOR_EKS = {
  state: "available",
  excludeZoneIds: ZONES_WITHOUT_EKS,
  // Local and Wavelength zones are of other types; EKS takes none of them.
  filters: [{ name: "zone-type", values: ["availability-zone"] }],
};

/**
 * The network of a cluster:
 *
 * 1. a VPC, 10.0.0.0/16, with DNS names, which private endpoints need;
 * 2. a public subnet in each zone, for nodes and Internet-facing load balancers;
 * 3. a private subnet in each zone, for the control plane's interfaces and internal load balancers;
 * 4. an Internet gateway, and a route to it from the public subnets;
 * 5. if asked for: NAT gateways, or VPC endpoints, and routes to them from the private subnets.
 *
 * The chapter's nodes are in the public subnets, because it reaches them at `http://NODE:32000`; a
 * NAT gateway, which private nodes need, costs as much as half the nodes. The rest costs nothing.
 */
export class Network extends pulumi.ComponentResource implements ClusterNetwork {
  readonly vpc: aws.ec2.Vpc;
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string>[];
  readonly privateSubnetIds: pulumi.Output<string>[];
  readonly routes: pulumi.Resource[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentType("Network"), name, {}, withFormerType("Network", opts));
    this.vpc = new aws.ec2.Vpc(
      `${name}-vpc`,
      {
        cidrBlock: VPC_BLOCK,
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags: mergeTags(args.tags, { Name: args.clusterName }),
      },
      { parent: this },
    );
    const zones = this.availabilityZones(name, args.zones);
    const publicSubnets = this.subnets(name, "public", zones, args);
    const privateSubnets = this.subnets(name, "private", zones, args);

    this.vpcId = this.vpc.id;
    this.publicSubnetIds = publicSubnets.map((subnet) => subnet.id);
    this.privateSubnetIds = privateSubnets.map((subnet) => subnet.id);
    const toInternet = this.routeToInternet(name, publicSubnets, args);
    const fromPrivate = createPrivateRoutes(
      name,
      { ...args, vpcId: this.vpcId, publicSubnets, privateSubnets, toInternet },
      this,
    );
    this.routes = [...toInternet, ...fromPrivate];
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
    });
  }

  nodeSubnetIds(kind: NodeSubnets, count: number): pulumi.Output<string>[] {
    return (kind === "public" ? this.publicSubnetIds : this.privateSubnetIds).slice(0, count);
  }

  private availabilityZones(name: string, count: number): pulumi.Output<string>[] {
    const found = aws.getAvailabilityZonesOutput(ZONES_FOR_EKS, { parent: this });
    const zones = found.names.apply((names) => {
      if (names.length >= count) return names;
      const allowed = `at most ${names.length}, the zones of this region that EKS can use`;
      throw new PlainError(`Network "${name}": zones: ${count}\n    allowed: ${allowed}`);
    });
    return Array.from({ length: count }, (_, i) => zones.apply((names) => names[i]!));
  }

  private subnets(
    name: string,
    access: "public" | "private",
    zones: pulumi.Output<string>[],
    args: NetworkArgs,
  ): aws.ec2.Subnet[] {
    const isPublic = access === "public";
    const role = isPublic ? "kubernetes.io/role/elb" : "kubernetes.io/role/internal-elb";
    return zones.map((availabilityZone, i) => {
      const tags = pulumi.output(args.clusterName).apply((clusterName) => ({
        Name: `${clusterName}-${access}-${i}`,
        [role]: "1",
        [`kubernetes.io/cluster/${clusterName}`]: "shared",
      }));
      return new aws.ec2.Subnet(
        `${name}-${access}-${i}`,
        {
          vpcId: this.vpc.id,
          availabilityZone,
          // 4,091 addresses each: the VPC CNI gives every pod one.
          cidrBlock: `10.0.${(isPublic ? i : i + 4) * 16}.0/20`,
          mapPublicIpOnLaunch: isPublic,
          tags: mergeTags(args.tags, tags),
        },
        { parent: this, customTimeouts: { delete: "30m" } },
      );
    });
  }

  private routeToInternet(
    name: string,
    subnets: aws.ec2.Subnet[],
    args: NetworkArgs,
  ): pulumi.Resource[] {
    const vpcId = this.vpc.id;
    const tags = mergeTags(args.tags, { Name: args.clusterName });
    const gateway = new aws.ec2.InternetGateway(
      `${name}-gateway`,
      { vpcId, tags },
      { parent: this },
    );
    const table = new aws.ec2.RouteTable(`${name}-public`, { vpcId, tags }, { parent: this });
    const route = new aws.ec2.Route(
      `${name}-internet`,
      { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
      { parent: this },
    );
    const associations = subnets.map(
      (subnet, i) =>
        new aws.ec2.RouteTableAssociation(
          `${name}-public-${i}`,
          { routeTableId: table.id, subnetId: subnet.id },
          { parent: this },
        ),
    );
    return [route, ...associations];
  }
}
