/** The cluster and its node group as AWS describes them; each is asked for once. */
import type { Cluster, Nodegroup } from "@aws-sdk/client-eks";
import type { LaunchTemplateVersion } from "@aws-sdk/client-ec2";
import { undefinedIfMissing, type Aws } from "../shared/aws";
import { CouldNotCheck } from "../shared/could-not-check";
import type { EksTarget } from "./target";

/** What AWS says of the stack's cluster. */
export class LiveEks {
  private readonly answers = new Map<string, Promise<unknown>>();

  constructor(
    private readonly aws: Aws,
    private readonly eks: EksTarget | undefined,
  ) {}

  /** Forgets the answers, so that who waits for a change sees it. */
  forget(): void {
    this.answers.clear();
  }

  /** @throws CouldNotCheck where it is not there */
  async cluster(): Promise<Cluster> {
    const { clusterName, region } = this.facts();
    const cluster = await this.once("cluster", () => this.describe());
    if (cluster) return cluster;
    throw new CouldNotCheck(
      `AWS has no cluster ${clusterName} in ${region}`,
      `aws eks list-clusters --region ${region}`,
    );
  }

  /** The cluster; undefined where there is none of that name. */
  describe(): Promise<Cluster | undefined> {
    const { clusterName } = this.facts();
    return this.once("describe", async () => {
      const { sdk, client } = await this.aws.eks();
      const command = new sdk.DescribeClusterCommand({ name: clusterName });
      return (await undefinedIfMissing(this.aws.ask((options) => client.send(command, options))))
        ?.cluster;
    });
  }

  /** The stack's node group; undefined where the cluster has none. */
  group(): Promise<Nodegroup | undefined> {
    return this.once("group", async () => {
      await this.cluster();
      const { sdk, client } = await this.aws.eks();
      const { clusterName, nodeGroupName } = this.facts();
      const names = nodeGroupName
        ? [nodeGroupName]
        : await this.aws.all(
            (options) => sdk.paginateListNodegroups({ client }, { clusterName }, options),
            (page) => page.nodegroups,
          );
      const groups: Nodegroup[] = [];
      for (const nodegroupName of names) {
        const command = new sdk.DescribeNodegroupCommand({ clusterName, nodegroupName });
        const answer = await undefinedIfMissing(
          this.aws.ask((options) => client.send(command, options)),
        );
        if (answer?.nodegroup) groups.push(answer.nodegroup);
      }
      // The chapter's hint makes a temporary group without a template of one's own: not that one.
      return groups.find((group) => group.launchTemplate) ?? groups[0];
    });
  }

  /** The node group. @throws CouldNotCheck where the cluster has none */
  async nodeGroup(): Promise<Nodegroup> {
    const group = await this.group();
    if (group) return group;
    const { clusterName, region } = this.facts();
    throw new CouldNotCheck(
      `the cluster ${clusterName} has no node group`,
      `aws eks list-nodegroups --region ${region} --cluster-name ${clusterName}`,
    );
  }

  /** The launch template of the node group; undefined where it has none of its own. */
  launchTemplate(): Promise<LaunchTemplateVersion | undefined> {
    return this.once("template", async () => {
      const named = (await this.nodeGroup()).launchTemplate;
      if (!named?.id) return undefined;
      const { sdk, client } = await this.aws.ec2();
      const command = new sdk.DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateId: named.id,
        Versions: [named.version ?? "$Default"],
      });
      const answer = await undefinedIfMissing(
        this.aws.ask((options) => client.send(command, options)),
      );
      return answer?.LaunchTemplateVersions?.[0];
    });
  }

  private facts(): EksTarget {
    if (this.eks && this.eks.clusterName !== "") return this.eks;
    throw new CouldNotCheck(
      "the name of the cluster is not known: the stack that has it is of another project, and its outputs were not read",
      "pulumi stack output clusterName",
    );
  }

  private once<T>(key: string, question: () => Promise<T>): Promise<T> {
    const known = this.answers.get(key) as Promise<T> | undefined;
    if (known) return known;
    const answer = question();
    this.answers.set(key, answer);
    return answer;
  }
}
