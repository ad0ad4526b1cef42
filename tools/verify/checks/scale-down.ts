/** Exercise 2, step 5: the autoscaler takes three nodes to two. */
import { define, type Context } from "../check";
import { failed, passed, type Result } from "../result";
import { blockers, reported, scaleDownEvents } from "../scale-blockers";
import { findAutoscaler, statusText } from "./autoscaler";
import { isReady, listNodes } from "./nodes";

export const scaledDown = define(
  "autoscaler-scaled-down",
  "the autoscaler has taken the node group to its fewest",
  [2, 5],
  async (context): Promise<Result> => {
    context.eks.forget();
    const fewest = (await context.eks.nodeGroup()).scalingConfig?.minSize ?? 2;
    const nodes = await listNodes(context);
    const seen = `${nodes.length} nodes`;
    const lookCloser =
      "kubectl get configmap cluster-autoscaler-status --namespace kube-system --output yaml; kubectl get nodes --watch";
    if (nodes.length === fewest && nodes.every(isReady)) return passed(`${seen}, the fewest`);
    if (!context.awaitScaleDown) {
      return {
        status: "unknown",
        why: `${seen} are there, and ${fewest} are the fewest; a node must be unneeded for ten minutes before it goes`,
        lookCloser: "wait for it: --exercise-scale-down (up to 20 minutes, or --timeout SECONDS)",
      };
    }
    const reasons =
      nodes.length > fewest
        ? await whyNot(
            context,
            nodes.map((node) => node.metadata?.name ?? ""),
          )
        : [];
    return failed({
      expected: `${fewest} nodes, all Ready`,
      seen: [seen, ...reasons].join("; "),
      likelyCause: likely(nodes.length, fewest, reasons),
      lookCloser,
      pendingReason: [`${seen}, of ${fewest} wanted`, ...reasons.slice(0, 1)].join("; "),
    });
  },
);

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
