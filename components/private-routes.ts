/** The ways out of private subnets: NAT gateways, and endpoints of AWS's services in the VPC. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { VPC_BLOCK, type NetworkArgs } from "./network-options";
import { mergeTags } from "./tags";

/** What private routes are made of. */
export interface PrivateRoutesArgs extends NetworkArgs {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnets: readonly aws.ec2.Subnet[];
  readonly privateSubnets: readonly aws.ec2.Subnet[];
  /** The public subnets' way to the Internet, which a NAT gateway needs. */
  readonly toInternet: pulumi.Resource[];
}

/**
 * Services that nodes, the VPC CNI, the autoscaler and load balancer controllers call, besides S3,
 * where ECR keeps the layers of images (EKS user guide, "Deploy private clusters with limited
 * internet access").
 */
const SERVICES = [
  "autoscaling",
  "ec2",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "elasticloadbalancing",
  "logs",
  "sts",
];

/** Creates the ways that are asked for; none if neither gateways nor endpoints are. */
export function createPrivateRoutes(
  name: string,
  args: PrivateRoutesArgs,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const { natGateways = "none", vpcEndpoints = false } = args;
  if (natGateways === "none" && !vpcEndpoints) return [];
  const { tables, associations } = createTables(name, args, parent);
  const viaNat = natGateways === "none" ? [] : createGateways(name, args, tables, parent);
  const endpoints = vpcEndpoints ? createEndpoints(name, args, tables, parent) : [];
  return [...associations, ...viaNat, ...endpoints];
}

/** A route table for each gateway, or one for all subnets. */
function createTables(name: string, args: PrivateRoutesArgs, parent: pulumi.Resource) {
  const { natGateways, privateSubnets, vpcId } = args;
  const count = natGateways === "perZone" ? privateSubnets.length : 1;
  const tags = mergeTags(args.tags, { Name: pulumi.interpolate`${args.clusterName}-private` });
  const tables = Array.from(
    { length: count },
    (_, i) => new aws.ec2.RouteTable(`${name}-private-${i}`, { vpcId, tags }, { parent }),
  );
  const associations = privateSubnets.map(
    (subnet, i) =>
      new aws.ec2.RouteTableAssociation(
        `${name}-private-${i}`,
        { routeTableId: tables[i % count]!.id, subnetId: subnet.id },
        { parent },
      ),
  );
  return { tables, associations };
}

/** A NAT gateway for each table, in the public subnet of the same zone. */
function createGateways(
  name: string,
  args: PrivateRoutesArgs,
  tables: aws.ec2.RouteTable[],
  parent: pulumi.Resource,
): aws.ec2.Route[] {
  const tags = mergeTags(args.tags, { Name: args.clusterName });
  return tables.map((table, i) => {
    // An address cannot be mapped, nor be let go, without the Internet gateway.
    const opts = { parent, dependsOn: args.toInternet };
    const address = new aws.ec2.Eip(`${name}-nat-${i}`, { domain: "vpc", tags }, opts);
    const gateway = new aws.ec2.NatGateway(
      `${name}-nat-${i}`,
      { allocationId: address.id, subnetId: args.publicSubnets[i]!.id, tags },
      opts,
    );
    return new aws.ec2.Route(
      `${name}-nat-${i}`,
      { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: gateway.id },
      { parent },
    );
  });
}

/** Endpoints with private DNS names, which only the VPC may call; S3's costs nothing. */
function createEndpoints(
  name: string,
  args: PrivateRoutesArgs,
  tables: aws.ec2.RouteTable[],
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const { vpcId, privateSubnets } = args;
  const { region } = aws.getRegionOutput({}, { parent });
  const tags = mergeTags(args.tags, { Name: args.clusterName });
  const group = new aws.ec2.SecurityGroup(
    `${name}-endpoints`,
    { description: "HTTPS from the VPC", vpcId, tags, revokeRulesOnDelete: true },
    { parent },
  );
  const rule = new aws.vpc.SecurityGroupIngressRule(
    `${name}-endpoints`,
    {
      securityGroupId: group.id,
      description: "HTTPS from the VPC",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: VPC_BLOCK,
      tags: args.tags,
    },
    { parent },
  );
  const s3 = new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId,
      serviceName: pulumi.interpolate`com.amazonaws.${region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: tables.map(({ id }) => id),
      tags,
    },
    { parent },
  );
  const endpoints = SERVICES.map(
    (service) =>
      new aws.ec2.VpcEndpoint(
        `${name}-${service.replace(".", "-")}`,
        {
          vpcId,
          serviceName: pulumi.interpolate`com.amazonaws.${region}.${service}`,
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: privateSubnets.map(({ id }) => id),
          securityGroupIds: [group.id],
          tags,
        },
        { parent },
      ),
  );
  return [rule, s3, ...endpoints];
}
