/** Why the autoscaler leaves a node where it is: its own report, its events, and pods that pin nodes. */
import { parse } from "yaml";
import type { KubeClient } from "./kube-client";
import { redact, firstLine } from "../shared/redact";
import type { V1Deployment, V1Pod } from "./kube-types";

const SAFE = "cluster-autoscaler.kubernetes.io/safe-to-evict";

/** What the autoscaler's arguments say about pods that pin a node; its defaults are true. */
interface Rules {
  readonly skipSystem: boolean;
  readonly skipLocal: boolean;
}

/** Reads the rules from the deployment's arguments. */
export function readPinRules(deployment: V1Deployment): Rules {
  const containers = deployment.spec?.template.spec?.containers ?? [];
  const words = containers.flatMap((each) => [...(each.command ?? []), ...(each.args ?? [])]);
  const isOff = (flag: string): boolean =>
    words.some((word) => word.replace(/^-+/, "") === `${flag}=false`);
  return {
    skipSystem: !isOff("skip-nodes-with-system-pods"),
    skipLocal: !isOff("skip-nodes-with-local-storage"),
  };
}

/**
 * Why a pod pins its node; undefined where it does not.
 * Source: the autoscaler's FAQ, "What types of pods can prevent CA from removing a node".
 */
export function pinnedBy(
  pod: V1Pod,
  rules: Rules,
  budgeted: (pod: V1Pod) => "none" | "free" | "tight",
): string | undefined {
  const { metadata, spec, status } = pod;
  const annotation = metadata?.annotations?.[SAFE];
  if (status?.phase === "Succeeded" || status?.phase === "Failed" || metadata?.deletionTimestamp) {
    return undefined;
  }
  if (metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined) return undefined;
  const owners = metadata?.ownerReferences ?? [];
  if (owners.some((owner) => owner.kind === "DaemonSet" || owner.kind === "Node")) return undefined;
  if (budgeted(pod) === "tight") return "a PodDisruptionBudget allows no disruption of it";
  if (annotation === "true") return undefined;
  if (annotation === "false") return `annotated ${SAFE}: "false"`;
  if (!owners.some((owner) => owner.controller)) {
    return "a bare pod: nothing would make it anew elsewhere";
  }
  if (rules.skipSystem && metadata?.namespace === "kube-system" && budgeted(pod) === "none") {
    return "a pod of kube-system without a PodDisruptionBudget (skip-nodes-with-system-pods)";
  }
  const hasLocal = (spec?.volumes ?? []).some(
    (volume) =>
      volume.hostPath !== undefined ||
      (volume.emptyDir !== undefined && volume.emptyDir.medium !== "Memory"),
  );
  return rules.skipLocal && hasLocal
    ? "it has a volume on the node's disk (skip-nodes-with-local-storage)"
    : undefined;
}

/** Pods that pin a node, by node: `node-1: student-bc-svc/jenkins (a bare pod …)`. */
export async function blockers(
  kube: KubeClient,
  deployment: V1Deployment,
): Promise<Map<string, string[]>> {
  const rules = readPinRules(deployment);
  const pods = await kube.list((apis) => apis.core.listPodForAllNamespaces());
  const budgets = await kube.list((apis) => apis.policy.listPodDisruptionBudgetForAllNamespaces());
  const budgeted = (pod: V1Pod): "none" | "free" | "tight" => {
    const own = budgets.filter(
      ({ metadata, spec }) =>
        metadata?.namespace === pod.metadata?.namespace &&
        Object.entries(spec?.selector?.matchLabels ?? {}).every(
          ([key, value]) => pod.metadata?.labels?.[key] === value,
        ),
    );
    if (own.length === 0) return "none";
    return own.some((budget) => (budget.status?.disruptionsAllowed ?? 0) < 1) ? "tight" : "free";
  };
  const found = new Map<string, string[]>();
  for (const pod of pods) {
    const node = pod.spec?.nodeName;
    const reason = node === undefined ? undefined : pinnedBy(pod, rules, budgeted);
    if (node === undefined || reason === undefined) continue;
    const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
    found.set(node, [...(found.get(node) ?? []), `${name} (${reason})`]);
  }
  return found;
}

interface ScaleDown {
  status?: unknown;
  candidates?: unknown;
}

interface Report {
  clusterWide?: { scaleDown?: ScaleDown; health?: { status?: unknown } };
  nodeGroups?: { name?: unknown; scaleDown?: ScaleDown }[];
}

/** What the autoscaler reports about scaling down, in a few words; undefined where it says nothing. */
export function reported(text: string): string | undefined {
  if (text.trim() === "") return undefined;
  let report: Report | null;
  try {
    report = parse(text) as Report | null;
  } catch {
    report = null;
  }
  const scaleDown = report?.clusterWide?.scaleDown;
  if (typeof scaleDown?.status === "string") {
    const health = report?.clusterWide?.health?.status;
    const isIll = typeof health === "string" && health !== "Healthy";
    return `scale-down: ${scaleDown.status}${isIll ? `, health: ${health}` : ""}`;
  }
  // Until 1.29 it was text for people.
  const line = /ScaleDown:\s+(\S+)/.exec(text)?.[1];
  return line === undefined ? undefined : `scale-down: ${line}`;
}

/** The autoscaler's events about nodes that it did not get rid of, the newest last. */
export async function scaleDownEvents(kube: KubeClient): Promise<string[]> {
  const events = await kube.list((apis) => apis.core.listEventForAllNamespaces());
  const time = (event: (typeof events)[number]): number =>
    new Date(
      event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? 0,
    ).getTime();
  return events
    .filter(
      (event) => (event.source?.component ?? event.reportingComponent) === "cluster-autoscaler",
    )
    .filter((event) => /ScaleDown/.test(event.reason ?? "") && event.type === "Warning")
    .sort((a, b) => time(a) - time(b))
    .map(
      (event) =>
        `${event.reason} ${event.involvedObject.name}: ${firstLine(redact(event.message ?? ""), 200)}`,
    );
}
