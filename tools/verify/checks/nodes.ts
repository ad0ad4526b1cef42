/** Exercise 1: the nodes, and the image that they were started from. */
import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { define, type Context } from "../check";
import { failed, failing, passed } from "../result";
import { undefinedIfMissing } from "../../shared/aws";
import type { V1Node } from "../kube-types";
import { hasCondition } from "../pods";
import { awsCommand } from "./cluster";

/** The node group's Auto Scaling group; undefined if AWS names or has none. */
export async function readAutoScalingGroup({
  aws,
  eks,
}: Context): Promise<AutoScalingGroup | undefined> {
  const name = (await eks.nodeGroup()).resources?.autoScalingGroups?.[0]?.name;
  if (name === undefined) return undefined;
  const { sdk, client } = await aws.autoScaling();
  const command = new sdk.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
  const answer = await undefinedIfMissing(aws.ask((options) => client.send(command, options)));
  return answer?.AutoScalingGroups?.[0];
}

/** The desired size, by the Auto Scaling group if it can be read: EKS follows it later. */
async function desiredNodes(context: Context): Promise<number> {
  const desired = (await readAutoScalingGroup(context))?.DesiredCapacity;
  return desired ?? (await context.eks.nodeGroup()).scalingConfig?.desiredSize ?? 0;
}

/** The nodes that are looked at: of the stack's group on EKS, all of them elsewhere. */
export async function listNodes({ kube, eks, target }: Context): Promise<V1Node[]> {
  const group = target.eks ? (await eks.nodeGroup()).nodegroupName : undefined;
  const labelSelector = group === undefined ? undefined : `eks.amazonaws.com/nodegroup=${group}`;
  return kube.list((apis) => apis.core.listNode({ labelSelector }));
}

export function isReady(node: V1Node): boolean {
  return hasCondition(node.status, "Ready");
}

export const nodesReady = define(
  "nodes-ready",
  "the nodes are Ready, as many as the group wants",
  [1, 5],
  async (context) => {
    // What is waited for may change while it is waited for.
    context.eks.forget();
    const nodes = await listNodes(context);
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
      pendingReason: `${seen}, of ${wanted} wanted`,
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
    const kubelets = (await listNodes(context)).map(
      (node) => node.status?.nodeInfo?.kubeletVersion ?? "?",
    );
    const named = /-(1\.\d+)-v\d+$/.exec(image ?? "")?.[1];
    const lookCloser = `aws ec2 describe-images --region ${eks.region} --image-ids ${imageId}; kubectl get nodes`;
    const fail = failing(expected, lookCloser);
    const other = kubelets.find((kubelet) => !kubelet.startsWith(`v${version}.`));
    const seen = `${template.LaunchTemplateName ?? template.LaunchTemplateId}: ${imageId ?? "no AMI"}${image ? ` (${image})` : ""}; kubelets ${[...new Set(kubelets)].join(", ") || "none"}`;
    if (named !== undefined && named !== version) {
      return fail(seen, "the AMI was taken for another version of Kubernetes");
    }
    if (other !== undefined) {
      return fail(
        seen,
        "the nodes were started from an earlier version of the template, and not replaced since",
        { expected: `${expected}, and nodes that run it` },
      );
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
  const answer = await undefinedIfMissing(aws.ask((options) => client.send(command, options)));
  return answer?.Images?.[0]?.Name;
}
