/** Why a pod does not run, told from its status: and whether it may yet. */
import type { KubeClient } from "./kube-client";
import { redact, firstLine } from "../shared/redact";
import type { V1Deployment, V1Pod, V1PodStatus } from "./kube-types";

/** What a pod is at. */
export interface PodState {
  readonly isReady: boolean;
  /** In a few words: `Pending: 0/3 nodes are available: Insufficient memory`. */
  readonly text: string;
  readonly likelyCause: string;
  /** Whether it may become ready by itself. */
  readonly mayMend: boolean;
}

/** Why containers wait that will not start by themselves. */
const STUCK: Readonly<Record<string, string>> = {
  InvalidImageName: "the image's name is not one",
  CreateContainerConfigError: "the container refers to a Secret or a ConfigMap that is not there",
  CreateContainerError: "the container cannot be created as its pod describes it",
  RunContainerError: "the container's command cannot be run",
};

/** Answers of a registry after which a pull is not worth another try. */
const NO_IMAGE = /not found|manifest unknown|denied|unauthorized|invalid reference|does not exist/i;

/** Restarts after which a container is taken not to come up by itself. */
const MANY_RESTARTS = 5;

/** Whether a condition of a pod, a node or a deployment holds. */
export function hasCondition(
  status: { conditions?: { type: string; status: string }[] } | undefined,
  type: string,
): boolean {
  return status?.conditions?.some((each) => each.type === type && each.status === "True") ?? false;
}

/** What a pod is at. */
export function describePod({ metadata, status = {} }: V1Pod): PodState {
  const { phase = "Unknown" } = status;
  if (metadata?.deletionTimestamp !== undefined) {
    return waiting("Terminating", "the pod is being deleted");
  }
  if (phase === "Running" && hasCondition(status, "Ready")) {
    return { isReady: true, text: "Running, Ready", likelyCause: "", mayMend: false };
  }
  if (phase === "Failed" || phase === "Succeeded") {
    const reason = status.reason ?? status.message ?? "its containers have ended";
    return stuck(
      `${phase}: ${say(reason)}`,
      "nothing recreates a bare pod that has ended: delete it, and run pulumi up",
    );
  }
  return (
    waitingContainer(status) ??
    unscheduled(status) ??
    waiting(`${phase}, not Ready`, slowStart(phase))
  );
}

function waitingContainer({
  initContainerStatuses = [],
  containerStatuses = [],
}: V1PodStatus): PodState | undefined {
  const found = [...initContainerStatuses, ...containerStatuses].find(
    ({ state, lastState }) => state?.waiting ?? lastState?.terminated,
  );
  if (!found) return undefined;
  const { reason, message = "" } = found.state?.waiting ?? {};
  if (reason === undefined) return undefined;
  const said = say(message);
  const text = `${found.name}: ${reason}${said ? ` (${said})` : ""}`;
  const cause = STUCK[reason];
  if (cause !== undefined) return stuck(text, cause);
  switch (reason) {
    case "ImagePullBackOff":
    case "ErrImagePull":
      return NO_IMAGE.test(said)
        ? stuck(text, "there is no such image, or it is not public: check name and tag")
        : waiting(text, "the registry cannot be reached from the node, or limits its pulls");
    case "CrashLoopBackOff": {
      const end = found.restartCount >= MANY_RESTARTS ? stuck : waiting;
      return end(text, "the program ends soon after its start; its log says why");
    }
    default:
      return waiting(text, "the container is being created");
  }
}

function unscheduled({ conditions }: V1PodStatus): PodState | undefined {
  const condition = conditions?.find((c) => c.type === "PodScheduled" && c.status === "False");
  if (!condition) return undefined;
  const text = `Pending: ${say(condition.message ?? condition.reason ?? "no node takes it")}`;
  return waiting(text, "no node has room for it, or none fits its node selector");
}

function slowStart(phase: string): string {
  return phase === "Running"
    ? "its program is still starting, or does not answer its readiness probe"
    : "the node has not started it yet";
}

function stuck(text: string, likelyCause: string): PodState {
  return { isReady: false, text, likelyCause, mayMend: false };
}

function waiting(text: string, likelyCause: string): PodState {
  return { isReady: false, text, likelyCause, mayMend: true };
}

function say(text: string): string {
  return firstLine(redact(text), 200);
}

/** The labels of a selector, as the API takes them. */
export function labelSelector(labels: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** Whether a deployment has all replicas that it wants. */
export function isAvailable(deployment: V1Deployment): boolean {
  const wanted = deployment.spec?.replicas ?? 1;
  const { availableReplicas = 0, observedGeneration = 0 } = deployment.status ?? {};
  const isSeen = observedGeneration >= (deployment.metadata?.generation ?? 0);
  return isSeen && wanted > 0 && availableReplicas >= wanted;
}

/** Why a deployment is not available: what the first of its pods that is not ready is at. */
export async function whyNotAvailable(
  kube: KubeClient,
  deployment: V1Deployment,
): Promise<PodState> {
  if (deployment.spec?.replicas === 0) {
    return stuck("scaled to 0 replicas", "somebody scaled it down: kubectl scale --replicas 1");
  }
  const pods = await listPods(kube, deployment);
  const states = pods.map(describePod).filter((state) => !state.isReady);
  const worst = states.find((state) => !state.mayMend) ?? states[0];
  if (worst) return worst;
  const condition = deployment.status?.conditions?.find(
    (c) => c.type === "ReplicaFailure" && c.status === "True",
  );
  if (condition) {
    return stuck(`no pods: ${say(condition.message ?? "")}`, "the API server refuses its pods");
  }
  return waiting(pods.length === 0 ? "no pods yet" : "not available yet", "it was made just now");
}

/** The pods of a deployment. */
export function listPods(kube: KubeClient, deployment: V1Deployment): Promise<V1Pod[]> {
  const namespace = deployment.metadata?.namespace ?? "default";
  const selector = labelSelector(deployment.spec?.selector.matchLabels);
  return kube.list((apis) => apis.core.listNamespacedPod({ namespace, labelSelector: selector }));
}
