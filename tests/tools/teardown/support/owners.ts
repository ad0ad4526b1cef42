/** Whose things are planted: ours, and those of another cluster. */
import * as ec2 from "@aws-sdk/client-ec2";
import type { Owner } from "../../../../tools/teardown/ownership";

/** The cluster whose leftovers are looked for. */
export const OURS: Owner = {
  clusterName: "student-exercise",
  region: "us-east-1",
  project: "eks-exercises",
  owner: "student",
  stacks: ["exercise", "exercise-nodeport"],
};

/** Other clusters of the account: one whose name begins with ours, and one that has our tags but Cluster. */
export const OTHERS: readonly Owner[] = [
  { ...OURS, clusterName: "student-exercise-2", stacks: ["exercise-2"] },
  { ...OURS, clusterName: "alice-exercise" },
];

/** What was planted. */
export interface Planted {
  readonly id: string;
  /** What it should cost a day, in USD, by the prices of us-east-1. */
  readonly perDay: number;
  /** Kinds that come with it. */
  readonly also?: readonly string[];
}

/** Plants a thing of an owner. */
export type Plant = (owner: Owner) => Promise<Planted>;

export const region = { region: "us-east-1" };

/** The tags that the program puts onto everything. */
export function programTags(owner: Owner) {
  return [
    { Key: "Project", Value: owner.project },
    { Key: "Owner", Value: owner.owner },
    { Key: "Exercise", Value: owner.stacks[0]! },
    { Key: "Cluster", Value: owner.clusterName },
  ];
}

/** The tag that Kubernetes' cloud providers put onto what they make. */
export const clusterTag = ({ clusterName }: Owner) => [
  { Key: `kubernetes.io/cluster/${clusterName}`, Value: "owned" },
];

/** The VPC that every region of an account has. */
export async function defaultSubnet(): Promise<{ vpc: string; subnet: string }> {
  const { Subnets = [] } = await new ec2.EC2Client(region).send(new ec2.DescribeSubnetsCommand({}));
  return { vpc: Subnets[0]!.VpcId!, subnet: Subnets[0]!.SubnetId! };
}
