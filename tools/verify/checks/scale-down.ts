/** Exercise 2, step 5: the autoscaler takes three nodes to two. */
import { define, type Context } from "../check";
import { failed, passed, type Result } from "../result";
import { blockers, reported, scaleDownEvents } from "../scale-blockers";
import { findAutoscaler, statusText } from "./autoscaler";
import { isReady, listNodes, readAutoScalingGroup } from "./nodes";

const LOOK_CLOSER =
  "kubectl get configmap cluster-autoscaler-status --namespace kube-system --output yaml; kubectl get nodes --watch";

/** When each run first found the fewest nodes, in milliseconds. */
const firstFewest = new WeakMap<Context, number>();

export const scaledDown = define(
  "autoscaler-scaled-down",
  "the autoscaler has taken the node group to its fewest, and it stays there",
  [2, 5],
  async (context): Promise<Result> => {
    context.eks.forget();
    const fewest = (await context.eks.nodeGroup()).scalingConfig?.minSize ?? 2;
    const nodes = await listNodes(context);
    const instances = (await countInstances(context)) ?? nodes.length;
    const isFewest = nodes.length === fewest && nodes.every(isReady);
    const found = `${nodes.length} nodes${instances > nodes.length ? `, ${instances} instances` : ""}`;
    if (isFewest && instances <= fewest) return judgeSteady(context, fewest);
    const undone = firstFewest.get(context);
    if (undone === undefined && !context.waitForScaleDown) {
      return {
        status: "unknown",
        why: `${found} are there, and ${fewest} are the fewest; a node must be unneeded for ten minutes before it goes`,
        lookCloser: "wait for it: --wait-for-scale-down (up to 20 minutes, or --timeout SECONDS)",
      };
    }
    const names = nodes.map((node) => node.metadata?.name ?? "");
    const reasons = nodes.length > fewest ? await whyNot(context, names) : [];
    const before = undone === undefined ? [] : [`${fewest} before`];
    return failed({
      expected: `${fewest} nodes, all Ready, for ${context.steadySeconds} seconds`,
      seen: [found, ...before, ...reasons].join("; "),
      likelyCause:
        undone === undefined
          ? likely(nodes.length, fewest, reasons)
          : "the Auto Scaling group launched another: it balances its zones again after a node has gone (AZRebalance)",
      lookCloser: LOOK_CLOSER,
      ...(undone === undefined && {
        pendingReason: [`${found}, of ${fewest} wanted`, ...reasons.slice(0, 1)].join("; "),
      }),
    });
  },
);

/** Instances of the group that are not on their way out; a new one is no node for a minute or two. */
async function countInstances(context: Context): Promise<number | undefined> {
  const instances = (await readAutoScalingGroup(context))?.Instances;
  return instances?.filter(({ LifecycleState = "" }) => !LifecycleState.startsWith("Terminat"))
    .length;
}

/** Passes once the nodes have been the fewest for as long as they must. */
function judgeSteady(context: Context, fewest: number): Result {
  const { steadySeconds } = context;
  const since = firstFewest.get(context) ?? Date.now();
  firstFewest.set(context, since);
  const seconds = Math.floor((Date.now() - since) / 1000);
  if (seconds >= steadySeconds) {
    const steady = steadySeconds > 0 ? `, for ${steadySeconds} seconds` : "";
    return passed(`${fewest} nodes, the fewest${steady}`);
  }
  return failed({
    expected: `${fewest} nodes, all Ready, for ${steadySeconds} seconds`,
    seen: `${fewest} nodes, for ${seconds} seconds so far`,
    likelyCause: "the time limit of the run is shorter than the time to observe",
    lookCloser: "--timeout SECONDS, or --steady SECONDS",
    pendingReason: `${fewest} nodes, observed for ${seconds} of ${steadySeconds} seconds`,
  });
}

function likely(nodes: number, fewest: number, reasons: readonly string[]): string {
  if (nodes < fewest) return "a node was lost, and its Auto Scaling group has not replaced it yet";
  if (reasons.some((reason) => reason.includes("pinned by"))) {
    return "every node that could go has a pod that the autoscaler may not move: see those named";
  }
  if (reasons.some((reason) => reason.includes("NoCandidates"))) {
    return "no node is idle enough: the pods on each ask for more than half of it (see kubectl describe nodes)";
  }
  return "ten idle minutes are not over yet, or a node was added less than ten minutes ago";
}

/** What the autoscaler, its events and the pods say about it. */
async function whyNot(context: Context, nodes: readonly string[]): Promise<string[]> {
  const deployment = await findAutoscaler(context);
  if (!deployment) return ["there is no cluster-autoscaler in kube-system"];
  const status = reported(await statusText(context));
  const events = await scaleDownEvents(context.kube);
  const pins = await blockers(context.kube, deployment);
  const pinned = nodes.flatMap((node) => {
    const pods = pins.get(node);
    return pods ? [`${node} is pinned by ${pods.join(", ")}`] : [];
  });
  return [status ?? "the autoscaler has not reported its status", ...pinned, ...events.slice(-2)];
}
