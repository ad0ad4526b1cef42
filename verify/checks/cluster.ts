/** Exercise 1: the cluster's version, its node group, its nodes and their image. */
import { define, failed, passed, type Context, type Result } from "../check";
import { orAbsent } from "../eks";
import type { V1Node } from "../kube-types";
import type { EksTarget } from "../target";

function awsCommand(eks: EksTarget | undefined, rest: string): string {
  return `aws eks ${rest} --region ${eks?.region}`;
}

export const clusterActive = define(
  "cluster-active",
  "the EKS cluster is there, of the version that is configured",
  [1, 2],
  async ({ eks: live, target }) => {
    const eks = target.eks!;
    const cluster = await live.describe();
    const lookCloser = awsCommand(eks, `describe-cluster --name ${eks.clusterName}`);
    const expected = `cluster ${eks.clusterName}, ACTIVE, of version ${eks.kubernetesVersion}`;
    if (!cluster) {
      return failed({
        expected,
        seen: `there is no cluster of that name in ${eks.region}`,
        likelyCause: "the stack is not up, or it is up in another region or account",
        lookCloser: awsCommand(eks, "list-clusters"),
      });
    }
    const seen = `${cluster.status}, version ${cluster.version}`;
    if (cluster.status !== "ACTIVE") {
      const isOnItsWay = cluster.status === "CREATING" || cluster.status === "UPDATING";
      return failed({
        expected,
        seen,
        likelyCause: isOnItsWay
          ? "EKS takes some 10 minutes to make it"
          : "EKS could not make or change it, or it is being deleted",
        lookCloser,
        ...(isOnItsWay && { waitFor: `the cluster is ${cluster.status}` }),
      });
    }
    if (eks.kubernetesVersion !== undefined && cluster.version !== eks.kubernetesVersion) {
      return failed({
        expected,
        seen,
        likelyCause: "the setting kubernetesVersion was changed, and pulumi up was not run since",
        lookCloser,
      });
    }
    return passed(seen);
  },
);

export const apiVersion = define(
  "api-version",
  "the API server is of the version that is configured",
  [1, 2],
  async ({ connection, target }) => {
    const { version, elsewhere } = await connection.connected();
    // Passes the gate, or says why the cluster is not asked.
    if (elsewhere !== undefined) await connection.kube.find(() => Promise.resolve(undefined));
    const wanted = target.eks?.kubernetesVersion;
    if (wanted !== undefined && version.minor !== wanted) {
      return failed({
        expected: `Kubernetes ${wanted}`,
        seen: `Kubernetes ${version.text}`,
        likelyCause: "kubectl is connected to another cluster, or the version was changed by hand",
        lookCloser: "kubectl version",
      });
    }
    return passed(`Kubernetes ${version.text}`);
  },
);

export const nodeGroupSize = define(
  "node-group-size",
  "the node group has the sizes that are configured: fewest, desired, most",
  [1, 5],
  async (context) => {
    const eks = context.target.eks!;
    const wanted = eks.nodes ?? { minSize: 2, desiredSize: 3, maxSize: 4 };
    const expected = `fewest ${wanted.minSize}, desired ${wanted.desiredSize}, most ${wanted.maxSize}`;
    const group = await context.eks.group();
    if (!group) {
      return failed({
        expected: `a node group with ${expected}`,
        seen: `the cluster ${eks.clusterName} has no node group`,
        likelyCause: "pulumi up did not end well, or the group was deleted",
        lookCloser: awsCommand(eks, `list-nodegroups --cluster-name ${eks.clusterName}`),
      });
    }
    const lookCloser = awsCommand(
      eks,
      `describe-nodegroup --cluster-name ${eks.clusterName} --nodegroup-name ${group.nodegroupName}`,
    );
    const { minSize, desiredSize = 0, maxSize } = group.scalingConfig ?? {};
    const seen = `fewest ${minSize}, desired ${desiredSize}, most ${maxSize}; ${group.status}`;
    if (minSize !== wanted.minSize || maxSize !== wanted.maxSize) {
      return failed({
        expected,
        seen,
        likelyCause:
          "the sizes were changed by hand, or in the settings and pulumi up was not run since",
        lookCloser,
      });
    }
    // The autoscaler changes the desired size, within the limits.
    if (desiredSize < minSize || desiredSize > maxSize) {
      return failed({
        expected,
        seen,
        likelyCause: "the desired size was set by hand",
        lookCloser,
      });
    }
    const issue = group.health?.issues?.[0];
    if (issue) {
      return failed({
        expected: `${expected}, without health issues`,
        seen: `${issue.code}: ${issue.message}`,
        likelyCause: "the nodes could not be started, or could not join the cluster",
        lookCloser,
      });
    }
    return onItsWay(group.status, expected, seen, lookCloser) ?? passed(seen);
  },
);

function onItsWay(
  status: string | undefined,
  expected: string,
  seen: string,
  lookCloser: string,
): Result | undefined {
  if (status === "ACTIVE") return undefined;
  const isOnItsWay = status === "CREATING" || status === "UPDATING";
  return failed({
    expected: `${expected}; ACTIVE`,
    seen,
    likelyCause: isOnItsWay
      ? "EKS is making or changing it"
      : "EKS could not make it, or it is being deleted",
    lookCloser,
    ...(isOnItsWay && { waitFor: `the node group is ${status}` }),
  });
}

/** The desired size, by the Auto Scaling group where it can be read: EKS follows it later. */
export async function desiredNodes({ aws, eks }: Context): Promise<number> {
  const group = await eks.nodeGroup();
  const name = group.resources?.autoScalingGroups?.[0]?.name;
  if (name !== undefined) {
    const { sdk, client } = await aws.autoScaling();
    const command = new sdk.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
    const answer = await orAbsent(aws.ask((options) => client.send(command, options)));
    const desired = answer?.AutoScalingGroups?.[0]?.DesiredCapacity;
    if (desired !== undefined) return desired;
  }
  return group.scalingConfig?.desiredSize ?? 0;
}

/** The nodes that are looked at: of the stack's group on EKS, all of them elsewhere. */
export async function nodesOf({ kube, eks, target }: Context): Promise<V1Node[]> {
  const group = target.eks ? (await eks.nodeGroup()).nodegroupName : undefined;
  const labelSelector = group === undefined ? undefined : `eks.amazonaws.com/nodegroup=${group}`;
  return kube.list((apis) => apis.core.listNode({ labelSelector }));
}

export function isReady(node: V1Node): boolean {
  return node.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false;
}

export const nodesReady = define(
  "nodes-ready",
  "the nodes are Ready, as many as the group wants",
  [1, 5],
  async (context) => {
    // What is waited for may change while it is waited for.
    context.eks.forget();
    const nodes = await nodesOf(context);
    const wanted = context.target.eks ? await desiredNodes(context) : Math.max(1, nodes.length);
    const ready = nodes.filter(isReady);
    const seen = `${ready.length} Ready of ${nodes.length}`;
    if (ready.length === wanted && nodes.length === wanted) return passed(seen);
    const unready = nodes.find((node) => !isReady(node));
    const reason = unready?.status?.conditions?.find((c) => c.type === "Ready")?.message;
    const missing = nodes.length < wanted;
    return failed({
      expected: `${wanted} nodes, all Ready`,
      seen: unready
        ? `${seen}; ${unready.metadata?.name}: ${reason ?? "its kubelet has not reported"}`
        : seen,
      likelyCause: missing
        ? "an instance has not started, or could not join: wrong user data, no route, closed endpoint"
        : nodes.length > wanted
          ? "a node is on its way out"
          : "the node has started and its network is not ready, or its kubelet has stopped",
      lookCloser: unready
        ? `kubectl describe node ${unready.metadata?.name}`
        : "kubectl get nodes --output wide",
      waitFor: `${seen}, of ${wanted} wanted`,
    });
  },
);

export const nodeImage = define(
  "node-image",
  "the launch template's AMI is an EKS-optimised one of the cluster's version",
  [1, 4],
  async (context) => {
    const eks = context.target.eks!;
    const version = (await context.eks.cluster()).version;
    const expected = `a launch template of the group's own, with an EKS-optimised AMI of Kubernetes ${version}`;
    const template = await context.eks.launchTemplate();
    const group = await context.eks.nodeGroup();
    if (!template) {
      return failed({
        expected,
        seen: `the group ${group.nodegroupName} was made without a launch template`,
        likelyCause:
          "it is the temporary group of the chapter's hint, or the template was not named in it",
        lookCloser: awsCommand(
          eks,
          `describe-nodegroup --cluster-name ${eks.clusterName} --nodegroup-name ${group.nodegroupName}`,
        ),
      });
    }
    const imageId = template.LaunchTemplateData?.ImageId;
    const image = imageId === undefined ? undefined : await imageName(context, imageId);
    const kubelets = (await nodesOf(context)).map(
      (node) => node.status?.nodeInfo?.kubeletVersion ?? "?",
    );
    const named = /-(1\.\d+)-v\d+$/.exec(image ?? "")?.[1];
    const lookCloser = `aws ec2 describe-images --region ${eks.region} --image-ids ${imageId}; kubectl get nodes`;
    const other = kubelets.find((kubelet) => !kubelet.startsWith(`v${version}.`));
    const seen = `${template.LaunchTemplateName ?? template.LaunchTemplateId}: ${imageId ?? "no AMI"}${image ? ` (${image})` : ""}; kubelets ${[...new Set(kubelets)].join(", ") || "none"}`;
    if (named !== undefined && named !== version) {
      return failed({
        expected,
        seen,
        likelyCause: "the AMI was taken for another version of Kubernetes",
        lookCloser,
      });
    }
    if (other !== undefined) {
      return failed({
        expected: `${expected}, and nodes that run it`,
        seen,
        likelyCause:
          "the nodes were started from an earlier version of the template, and not replaced since",
        lookCloser,
      });
    }
    if (named === undefined && kubelets.length === 0) {
      return {
        status: "unknown",
        why: `the name of the AMI ${imageId} tells no version, and there are no nodes to tell it`,
        lookCloser,
      };
    }
    return passed(seen);
  },
);

async function imageName({ aws }: Context, id: string): Promise<string | undefined> {
  const { sdk, client } = await aws.ec2();
  const command = new sdk.DescribeImagesCommand({ ImageIds: [id], IncludeDeprecated: true });
  const answer = await orAbsent(aws.ask((options) => client.send(command, options)));
  return answer?.Images?.[0]?.Name;
}
