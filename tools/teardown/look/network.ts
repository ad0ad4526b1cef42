/** The VPC, and what is in it. */
import type { IpPermission, NetworkInterface, SecurityGroup } from "@aws-sdk/client-ec2";
import { awsCommand, isOwnedIn, REASONS, type LookContext, type Leftover } from "../leftover";
import { isOwned, tagsOf, type Owner } from "../ownership";
import { perDay } from "../prices";
import type { Aws } from "../../shared/aws";

/** Ids of the cluster's VPCs: those with its name and the program's tags. */
export async function ownedVpcs(aws: Aws, owner: Owner): Promise<string[]> {
  const { sdk, client } = await aws.ec2();
  const Filters = [{ Name: "tag:Name", Values: [owner.clusterName] }];
  const all = await aws.all(
    (options) => sdk.paginateDescribeVpcs({ client }, { Filters }, options),
    (page) => page.Vpcs,
  );
  return all.filter(({ Tags }) => isOwned(owner, tagsOf(Tags))).map(({ VpcId }) => VpcId!);
}

/** NAT gateways in the cluster's VPC. */
export async function natGateways({ aws, owner, vpcs }: LookContext): Promise<Leftover[]> {
  if (vpcs.length === 0) return [];
  const { sdk, client } = await aws.ec2();
  const Filter = [
    { Name: "vpc-id", Values: [...vpcs] },
    { Name: "state", Values: ["pending", "available", "failed"] },
  ];
  const all = await aws.all(
    (options) => sdk.paginateDescribeNatGateways({ client }, { Filter }, options),
    (page) => page.NatGateways,
  );
  return all.map(({ NatGatewayId: id = "" }) => ({
    kind: "NAT gateway",
    id,
    why: "the program makes none: somebody added it to the VPC, and a VPC with one cannot be deleted",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html",
    perDay: perDay.natGateway,
    commands: [awsCommand(owner, "ec2", "delete-nat-gateway", "--nat-gateway-id", id)],
  }));
}

/** Elastic IP addresses that have the cluster's tags. */
export async function elasticAddresses({ aws, owner }: LookContext): Promise<Leftover[]> {
  const { sdk, client } = await aws.ec2();
  const { Addresses = [] } = await aws.ask((options) =>
    client.send(new sdk.DescribeAddressesCommand({}), options),
  );
  return Addresses.filter(({ Tags }) => isOwned(owner, tagsOf(Tags))).map((each) => ({
    kind: "Elastic IP address",
    id: each.AllocationId!,
    detail: each.PublicIp,
    why: "an address is billed until it is released, whether or not anything uses it",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
    perDay: perDay.address,
    commands: [awsCommand(owner, "ec2", "release-address", "--allocation-id", each.AllocationId!)],
  }));
}

/** Network interfaces, but those that go with an instance, a load balancer or a NAT gateway. */
export async function networkInterfaces(context: LookContext): Promise<Leftover[]> {
  const { aws, owner } = context;
  const { sdk, client } = await aws.ec2();
  const all = await aws.all(
    (options) => sdk.paginateDescribeNetworkInterfaces({ client }, {}, options),
    (page) => page.NetworkInterfaces,
  );
  return all
    .filter((each) => each.Attachment?.InstanceId === undefined)
    .filter((each) => isOwnedIn(context, tagsOf(each.TagSet), each.VpcId))
    .map((each) => interfaceLeft(owner, each));
}

function interfaceLeft(owner: Owner, found: NetworkInterface): Leftover {
  const id = found.NetworkInterfaceId!;
  const what = { kind: "network interface", id, detail: found.Description || undefined, perDay: 0 };
  // Of a load balancer, a NAT gateway or EKS: only the service that made it can delete it.
  if (found.RequesterManaged && found.Status !== "available") {
    return {
      ...what,
      why: "it belongs to a load balancer, a NAT gateway or a control plane, and goes some minutes after it",
      source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html",
      commands: [],
    };
  }
  return {
    ...what,
    why: "the VPC CNI detached it while its node ended; without a cluster nobody collects it",
    source: "https://github.com/aws/amazon-vpc-cni-k8s/issues/1223",
    commands: [awsCommand(owner, "ec2", "delete-network-interface", "--network-interface-id", id)],
  };
}

/** Security groups, but the VPC's default one, which goes with the VPC. */
export async function securityGroups(context: LookContext): Promise<Leftover[]> {
  const { aws } = context;
  const { sdk, client } = await aws.ec2();
  const all = await aws.all(
    (options) => sdk.paginateDescribeSecurityGroups({ client }, {}, options),
    (page) => page.SecurityGroups,
  );
  const owned = all
    .filter((each) => each.GroupName !== "default")
    .filter((each) => isOwnedIn(context, tagsOf(each.Tags), each.VpcId));
  return owned.map((group, at) => groupLeft(context, group, owned.slice(at + 1)));
}

/** A group cannot go while a rule of another names it. @param later the groups that are not gone by then */
function groupLeft(
  { owner }: LookContext,
  { GroupId: id = "", GroupName: name = "" }: SecurityGroup,
  later: readonly SecurityGroup[],
): Leftover {
  const revocations = later.flatMap((other) =>
    (["ingress", "egress"] as const).flatMap((direction) => {
      const rules = direction === "ingress" ? other.IpPermissions : other.IpPermissionsEgress;
      const naming = rulesNaming(id, rules ?? []);
      if (naming.length === 0) return [];
      const words = ["--group-id", other.GroupId!, "--ip-permissions", JSON.stringify(naming)];
      return [awsCommand(owner, "ec2", `revoke-security-group-${direction}`, ...words)];
    }),
  );
  return {
    kind: "security group",
    id,
    detail: name,
    ...groupReason(name),
    perDay: 0,
    commands: [...revocations, awsCommand(owner, "ec2", "delete-security-group", "--group-id", id)],
  };
}

function groupReason(name: string) {
  if (name.startsWith("eks-cluster-sg-")) {
    return {
      why: "EKS made it for the cluster, and cannot delete it while a network interface is in it",
      source: "https://github.com/hashicorp/terraform-provider-aws/issues/11473",
    };
  }
  return name.startsWith("k8s-") ? REASONS.controllerGone : REASONS.cutShort;
}

/** Rules that name a group, as a revocation takes them: with that group alone. */
function rulesNaming(GroupId: string, rules: readonly IpPermission[]): IpPermission[] {
  return rules
    .filter(({ UserIdGroupPairs = [] }) =>
      UserIdGroupPairs.some((pair) => pair.GroupId === GroupId),
    )
    .map(({ IpProtocol, FromPort, ToPort }) => ({
      IpProtocol,
      ...(FromPort !== undefined && { FromPort, ToPort }),
      UserIdGroupPairs: [{ GroupId }],
    }));
}

/** The cluster's VPC, with its subnets, route tables and gateways, in the order in which they can go. */
export async function vpcs(context: LookContext): Promise<Leftover[]> {
  return Promise.all(
    context.vpcs.map(async (id) => ({
      kind: "VPC",
      id,
      detail: context.owner.clusterName,
      ...REASONS.cutShort,
      perDay: 0,
      commands: [
        ...(await partsOf(context, id)),
        awsCommand(context.owner, "ec2", "delete-vpc", "--vpc-id", id),
      ],
    })),
  );
}

async function partsOf({ aws, owner }: LookContext, vpc: string): Promise<string[]> {
  const { sdk, client } = await aws.ec2();
  const inVpc = { Filters: [{ Name: "vpc-id", Values: [vpc] }] };
  const attached = { Filters: [{ Name: "attachment.vpc-id", Values: [vpc] }] };
  const subnets = await aws.all(
    (options) => sdk.paginateDescribeSubnets({ client }, inVpc, options),
    (page) => page.Subnets,
  );
  const tables = await aws.all(
    (options) => sdk.paginateDescribeRouteTables({ client }, inVpc, options),
    (page) => page.RouteTables,
  );
  const gateways = await aws.all(
    (options) => sdk.paginateDescribeInternetGateways({ client }, attached, options),
    (page) => page.InternetGateways,
  );
  const isMain = (table: (typeof tables)[number]): boolean =>
    table.Associations?.some(({ Main }) => Main) ?? false;
  const associations = tables.flatMap(({ Associations = [] }) =>
    Associations.filter(({ Main }) => !Main),
  );
  return [
    ...associations.map(({ RouteTableAssociationId: id = "" }) => [
      "disassociate-route-table",
      "--association-id",
      id,
    ]),
    ...subnets.map(({ SubnetId: id = "" }) => ["delete-subnet", "--subnet-id", id]),
    ...tables
      .filter((table) => !isMain(table))
      .map(({ RouteTableId: id = "" }) => ["delete-route-table", "--route-table-id", id]),
    ...gateways.flatMap(({ InternetGatewayId: id = "" }) => [
      ["detach-internet-gateway", "--internet-gateway-id", id, "--vpc-id", vpc],
      ["delete-internet-gateway", "--internet-gateway-id", id],
    ]),
  ].map((words) => awsCommand(owner, "ec2", ...words));
}
