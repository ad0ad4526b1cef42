/** Leftovers of a cluster, its nodes and its identities, planted in moto. */
import { createHash } from "node:crypto";
import * as autoscaling from "@aws-sdk/client-auto-scaling";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import * as eks from "@aws-sdk/client-eks";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import type { Owner } from "../../../../tools/teardown/ownership";
import { clusterTag, defaultSubnet, programTags, region, type Plant } from "./owners";

/** Seven digits, as Pulumi ends names in. */
function hex({ clusterName }: Owner): string {
  return createHash("sha256").update(clusterName).digest("hex").slice(0, 7);
}

async function image(): Promise<string> {
  const command = new ec2.RegisterImageCommand({ Name: `image-${Math.random()}` });
  return (await new ec2.EC2Client(region).send(command)).ImageId!;
}

async function template(owner: Owner): Promise<string> {
  const answer = await new ec2.EC2Client(region).send(
    new ec2.CreateLaunchTemplateCommand({
      LaunchTemplateName: `cluster-nodes-${owner.clusterName}`,
      LaunchTemplateData: { ImageId: await image(), InstanceType: "t3.large" },
      TagSpecifications: [{ ResourceType: "launch-template", Tags: programTags(owner) }],
    }),
  );
  return answer.LaunchTemplate!.LaunchTemplateId!;
}

async function role(owner: Owner): Promise<string> {
  const RoleName = `cluster-role-${hex(owner)}`;
  await new iam.IAMClient(region).send(
    new iam.CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
      Tags: programTags(owner),
    }),
  );
  return RoleName;
}

/** By the kind that is reported. */
export const ACCOUNT: Readonly<Record<string, Plant>> = {
  "EKS cluster": async (owner) => {
    const { subnet } = await defaultSubnet();
    const client = new eks.EKSClient(region);
    const roleArn = `arn:aws:iam::123456789012:role/${await role(owner)}`;
    await client.send(
      new eks.CreateClusterCommand({
        name: owner.clusterName,
        roleArn,
        resourcesVpcConfig: { subnetIds: [subnet] },
      }),
    );
    await client.send(
      new eks.CreateNodegroupCommand({
        clusterName: owner.clusterName,
        nodegroupName: "nodes",
        nodeRole: roleArn,
        subnets: [subnet],
      }),
    );
    return { id: owner.clusterName, perDay: 2.4, also: ["node group", "IAM role"] };
  },
  "Auto Scaling group": async (owner) => {
    const AutoScalingGroupName = `eks-nodes-${owner.clusterName}`;
    const { subnet } = await defaultSubnet();
    const Tags = [{ Key: "eks:cluster-name", Value: owner.clusterName, PropagateAtLaunch: true }];
    await new autoscaling.AutoScalingClient(region).send(
      new autoscaling.CreateAutoScalingGroupCommand({
        AutoScalingGroupName,
        MinSize: 1,
        MaxSize: 1,
        VPCZoneIdentifier: subnet,
        LaunchTemplate: { LaunchTemplateId: await template(owner), Version: "1" },
        Tags,
      }),
    );
    return { id: AutoScalingGroupName, perDay: 0, also: ["instance", "launch template"] };
  },
  instance: async (owner) => {
    const { Instances } = await new ec2.EC2Client(region).send(
      new ec2.RunInstancesCommand({
        ImageId: await image(),
        MinCount: 1,
        MaxCount: 1,
        InstanceType: "t3.large",
        TagSpecifications: [{ ResourceType: "instance", Tags: clusterTag(owner) }],
      }),
    );
    const { InstanceId, PublicIpAddress } = Instances![0]!;
    return { id: InstanceId!, perDay: PublicIpAddress ? 2.117 : 1.997 };
  },
  volume: async (owner) => {
    const Tags = [
      ...clusterTag(owner),
      { Key: "kubernetes.io/created-for/pvc/name", Value: "data" },
    ];
    const { VolumeId } = await new ec2.EC2Client(region).send(
      new ec2.CreateVolumeCommand({
        AvailabilityZone: "us-east-1a",
        Size: 100,
        TagSpecifications: [{ ResourceType: "volume", Tags }],
      }),
    );
    return { id: VolumeId!, perDay: 0.263 };
  },
  "launch template": async (owner) => ({ id: await template(owner), perDay: 0 }),
  "log group": async (owner) => {
    const logGroupName = `/aws/eks/${owner.clusterName}/cluster`;
    await new logs.CloudWatchLogsClient(region).send(
      new logs.CreateLogGroupCommand({ logGroupName }),
    );
    return { id: logGroupName, perDay: 0 };
  },
  "OIDC provider": async (owner) => {
    const { OpenIDConnectProviderArn } = await new iam.IAMClient(region).send(
      new iam.CreateOpenIDConnectProviderCommand({
        Url: `https://oidc.eks.us-east-1.amazonaws.com/id/${hex(owner)}`,
        ClientIDList: ["sts.amazonaws.com"],
        ThumbprintList: ["0".repeat(40)],
        Tags: programTags(owner),
      }),
    );
    return { id: OpenIDConnectProviderArn!, perDay: 0 };
  },
  "IAM role": async (owner) => {
    const RoleName = await role(owner);
    const client = new iam.IAMClient(region);
    const PolicyArn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
    await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "ec2:DescribeInstances", Resource: "*" }],
    });
    const own = { RoleName, PolicyName: "it's own", PolicyDocument };
    await client.send(new iam.PutRolePolicyCommand({ ...own, PolicyName: "own" }));
    const InstanceProfileName = `eks-${owner.clusterName}`;
    await client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName }));
    await client.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
    return { id: RoleName, perDay: 0 };
  },
  "IAM policy": async (owner) => {
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "ec2:DescribeInstances", Resource: "*" }],
    });
    const { Policy } = await new iam.IAMClient(region).send(
      new iam.CreatePolicyCommand({
        PolicyName: `own-${owner.clusterName}`,
        PolicyDocument,
        Tags: programTags(owner),
      }),
    );
    return { id: Policy!.Arn!, perDay: 0 };
  },
  "KMS key": async (owner) => {
    const { KeyMetadata } = await new kms.KMSClient(region).send(
      new kms.CreateKeyCommand({
        Description: `Secrets of the cluster ${owner.clusterName}`,
        Tags: programTags(owner).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
      }),
    );
    return { id: KeyMetadata!.KeyId!, perDay: 0.033 };
  },
};
