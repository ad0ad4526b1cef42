/** Leftovers of a network, planted in moto. */
import * as ec2 from "@aws-sdk/client-ec2";
import * as elb from "@aws-sdk/client-elastic-load-balancing";
import * as elbv2 from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Owner } from "../../../../tools/teardown/ownership";
import { clusterTag, defaultSubnet, programTags, region, type Plant } from "./owners";

async function subnetOf(VpcId: string, CidrBlock = "10.0.0.0/20", AvailabilityZone = "us-east-1a") {
  const command = new ec2.CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone });
  return (await new ec2.EC2Client(region).send(command)).Subnet!.SubnetId!;
}

/** A VPC as the program tags it. */
async function ownVpc(owner: Owner): Promise<string> {
  const Tags = [{ Key: "Name", Value: owner.clusterName }, ...programTags(owner)];
  const command = new ec2.CreateVpcCommand({
    CidrBlock: "10.0.0.0/16",
    TagSpecifications: [{ ResourceType: "vpc", Tags }],
  });
  return (await new ec2.EC2Client(region).send(command)).Vpc!.VpcId!;
}

/** By the kind that is reported. */
export const NETWORK: Readonly<Record<string, Plant>> = {
  "network load balancer": async (owner) => {
    const client = new elbv2.ElasticLoadBalancingV2Client(region);
    const { subnet } = await defaultSubnet();
    const { LoadBalancers } = await client.send(
      new elbv2.CreateLoadBalancerCommand({
        Name: `a-${owner.clusterName}`,
        Type: "network",
        Scheme: "internet-facing",
        Subnets: [subnet],
        Tags: [...clusterTag(owner), { Key: "kubernetes.io/service-name", Value: "a/jenkins" }],
      }),
    );
    // 0.0225 an hour, and 0.005 for its address.
    return { id: LoadBalancers![0]!.LoadBalancerArn!, perDay: 0.66 };
  },
  "application load balancer": async (owner) => {
    const client = new elbv2.ElasticLoadBalancingV2Client(region);
    const { Subnets = [] } = await new ec2.EC2Client(region).send(
      new ec2.DescribeSubnetsCommand({}),
    );
    const { LoadBalancers } = await client.send(
      new elbv2.CreateLoadBalancerCommand({
        Name: `k8s-${owner.clusterName}`,
        Scheme: "internet-facing",
        Subnets: Subnets.slice(0, 2).map(({ SubnetId }) => SubnetId!),
        Tags: [{ Key: "elbv2.k8s.aws/cluster", Value: owner.clusterName }],
      }),
    );
    return { id: LoadBalancers![0]!.LoadBalancerArn!, perDay: 0.78 };
  },
  "target group": async (owner) => {
    const client = new elbv2.ElasticLoadBalancingV2Client(region);
    const { vpc } = await defaultSubnet();
    const { TargetGroups } = await client.send(
      new elbv2.CreateTargetGroupCommand({
        Name: `k8s-${owner.clusterName}`,
        Protocol: "TCP",
        Port: 32000,
        VpcId: vpc,
        Tags: clusterTag(owner),
      }),
    );
    return { id: TargetGroups![0]!.TargetGroupArn!, perDay: 0 };
  },
  "classic load balancer": async (owner) => {
    const LoadBalancerName = `c-${owner.clusterName}`;
    await new elb.ElasticLoadBalancingClient(region).send(
      new elb.CreateLoadBalancerCommand({
        LoadBalancerName,
        Listeners: [{ Protocol: "TCP", LoadBalancerPort: 80, InstancePort: 32000 }],
        AvailabilityZones: ["us-east-1a", "us-east-1b"],
        Tags: clusterTag(owner),
      }),
    );
    // 0.025 an hour, and 0.005 for each of two addresses.
    return { id: LoadBalancerName, perDay: 0.84 };
  },
  "NAT gateway": async (owner) => {
    const client = new ec2.EC2Client(region);
    const SubnetId = await subnetOf(await ownVpc(owner));
    const { AllocationId } = await client.send(new ec2.AllocateAddressCommand({ Domain: "vpc" }));
    const { NatGateway } = await client.send(
      new ec2.CreateNatGatewayCommand({ SubnetId, AllocationId }),
    );
    // moto does not mark the gateway's interface as AWS does: it looks like one that was left.
    return { id: NatGateway!.NatGatewayId!, perDay: 1.08, also: ["network interface", "VPC"] };
  },
  "Elastic IP address": async (owner) => {
    const { AllocationId } = await new ec2.EC2Client(region).send(
      new ec2.AllocateAddressCommand({
        Domain: "vpc",
        TagSpecifications: [{ ResourceType: "elastic-ip", Tags: programTags(owner) }],
      }),
    );
    return { id: AllocationId!, perDay: 0.12 };
  },
  "network interface": async (owner) => {
    const { NetworkInterface } = await new ec2.EC2Client(region).send(
      new ec2.CreateNetworkInterfaceCommand({
        SubnetId: await subnetOf(await ownVpc(owner)),
        Description: "aws-K8S-i-0123456789abcdef0",
      }),
    );
    return { id: NetworkInterface!.NetworkInterfaceId!, perDay: 0, also: ["VPC"] };
  },
  "security group": async (owner) => {
    const client = new ec2.EC2Client(region);
    const VpcId = await ownVpc(owner);
    const group = async (GroupName: string): Promise<string> => {
      const command = new ec2.CreateSecurityGroupCommand({
        GroupName,
        Description: GroupName,
        VpcId,
      });
      return (await client.send(command)).GroupId!;
    };
    const nodes = await group("cluster-nodes-firewall-0123abc");
    const own = await group(`eks-cluster-sg-${owner.clusterName}-1234567890`);
    // Rules that name the other group: neither group can go before the other's rule.
    for (const [GroupId, other] of [
      [own, nodes],
      [nodes, own],
    ]) {
      const rule = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
      const IpPermissions = [{ ...rule, UserIdGroupPairs: [{ GroupId: other }] }];
      await client.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    }
    return { id: nodes, perDay: 0, also: ["security group", "VPC"] };
  },
  VPC: async (owner) => {
    const client = new ec2.EC2Client(region);
    const VpcId = await ownVpc(owner);
    const SubnetId = await subnetOf(VpcId);
    await subnetOf(VpcId, "10.0.16.0/20", "us-east-1b");
    const { RouteTable } = await client.send(new ec2.CreateRouteTableCommand({ VpcId }));
    const { RouteTableId } = RouteTable!;
    await client.send(new ec2.AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    const { InternetGateway } = await client.send(new ec2.CreateInternetGatewayCommand({}));
    const { InternetGatewayId } = InternetGateway!;
    await client.send(new ec2.AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
    return { id: VpcId, perDay: 0 };
  },
};
