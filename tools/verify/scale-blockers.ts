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

/** A pod as the autoscaler judges it. */
interface Candidate {
  readonly pod: V1Pod;
  readonly rules: Rules;
  /** Whether a PodDisruptionBudget covers it, and allows a disruption. */
  readonly budget: "none" | "free" | "tight";
}

/**
 * Reasons for or against moving a pod, in the autoscaler's order: the first that applies decides. `undefined`
 * lets the node go.
 * Source: the autoscaler's FAQ, "What types of pods can prevent CA from removing a node".
 */
const VERDICTS: readonly (readonly [(candidate: Candidate) => boolean, string | undefined])[] = [
  [({ pod }) => isOver(pod), undefined],
  [({ pod }) => annotation(pod, "kubernetes.io/config.mirror") !== undefined, undefined],
  [({ pod }) => isOwned(pod, ({ kind }) => kind === "DaemonSet" || kind === "Node"), undefined],
  [({ budget }) => budget === "tight", "a PodDisruptionBudget allows no disruption of it"],
  [({ pod }) => annotation(pod, SAFE) === "true", undefined],
  [({ pod }) => annotation(pod, SAFE) === "false", `annotated ${SAFE}: "false"`],
  [
    ({ pod }) => !isOwned(pod, ({ controller }) => controller === true),
    "a bare pod: nothing would recreate it elsewhere",
  ],
  [
    ({ pod, rules, budget }) =>
      rules.skipSystem && pod.metadata?.namespace === "kube-system" && budget === "none",
    "a pod of kube-system without a PodDisruptionBudget (skip-nodes-with-system-pods)",
  ],
  [
    ({ pod, rules }) => rules.skipLocal && hasLocalVolume(pod),
    "it has a volume on the node's disk (skip-nodes-with-local-storage)",
  ],
];

function isOver({ metadata, status }: V1Pod): boolean {
  const hasEnded = status?.phase === "Succeeded" || status?.phase === "Failed";
  return hasEnded || metadata?.deletionTimestamp !== undefined;
}

function annotation({ metadata }: V1Pod, key: string): string | undefined {
  return metadata?.annotations?.[key];
}

function isOwned(
  { metadata }: V1Pod,
  by: (owner: { kind: string; controller?: boolean }) => boolean,
): boolean {
  return (metadata?.ownerReferences ?? []).some(by);
}

function hasLocalVolume({ spec }: V1Pod): boolean {
  return (spec?.volumes ?? []).some(
    ({ hostPath, emptyDir }) =>
      hostPath !== undefined || (emptyDir !== undefined && emptyDir.medium !== "Memory"),
  );
}

/** Why a pod pins its node; undefined if it does not. */
export function pinnedBy(
  pod: V1Pod,
  rules: Rules,
  budgeted: (pod: V1Pod) => Candidate["budget"],
): string | undefined {
  const candidate = { pod, rules, budget: budgeted(pod) };
  return VERDICTS.find(([applies]) => applies(candidate))?.[1];
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
