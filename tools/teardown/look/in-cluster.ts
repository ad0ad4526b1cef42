/** Looks in a cluster that is up for what its deletion would leave in AWS, or what charts leave in it. */
import { CouldNotCheck } from "../../shared/could-not-check";
import { QUESTION_SECONDS, questionSignal, within } from "../../shared/deadline";
import { kubeError } from "../../shared/kube-errors";
import type { State } from "../backend";
import { REASONS, shellWord, type Leftover } from "../leftover";
import { perDay } from "../prices";

/** What the look in a cluster came to. */
export interface InCluster {
  /** What Pulumi does not know of, and what makes a load balancer or a volume in AWS. */
  readonly blocking: readonly Leftover[];
  /** What goes with the cluster. */
  readonly harmless: readonly Leftover[];
}

interface KubeObject {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Groups of the definitions that the charts of exercise 6 bring along, and Helm never deletes. */
const CHART_GROUPS =
  /\.(k8s\.nginx\.org|appprotect(dos)?\.f5\.com|elbv2\.k8s\.aws|gateway\.k8s\.aws)$/;

/**
 * Asks the cluster.
 * @param states states of all stacks that are up: what they have, Pulumi deletes
 * @throws CouldNotCheck if the cluster does not answer
 */
export async function lookInCluster(
  kubeconfig: string,
  states: readonly State[],
  signal: AbortSignal,
): Promise<InCluster> {
  const k = await import("@kubernetes/client-node");
  const config = new k.KubeConfig();
  config.loadFromString(kubeconfig);
  const core = config.makeApiClient(k.CoreV1Api);
  const server = config.getCurrentCluster()?.server ?? "";
  const ask = async <T>(question: Promise<{ items: T[] }>): Promise<T[]> => {
    try {
      return (await within(question, questionSignal(signal))).items;
    } catch (error) {
      if (error instanceof CouldNotCheck) throw error;
      throw kubeError(error, server, QUESTION_SECONDS);
    }
  };
  const services = await ask(core.listServiceForAllNamespaces());
  const claims = await ask(core.listPersistentVolumeClaimForAllNamespaces());
  const ingresses = await ask(
    config.makeApiClient(k.NetworkingV1Api).listIngressForAllNamespaces(),
  );
  const definitions = await ask(
    config.makeApiClient(k.ApiextensionsV1Api).listCustomResourceDefinition(),
  );

  const known = new Set(states.flatMap(({ resources }) => resources.map(({ id }) => id)));
  const isForeign = (object: KubeObject): boolean =>
    !known.has(idOf(object)) && !known.has(releaseOf(object));
  // With an address in each of two zones, the program's default.
  const balancer = { ...REASONS.controllerGone, perDay: perDay.balancer(2) };
  const left = (
    kind: string,
    object: KubeObject,
    reason: Omit<Leftover, "kind" | "id" | "commands">,
  ) => ({
    kind,
    id: idOf(object),
    ...reason,
    commands: [deletion(kind, object)],
  });
  return {
    blocking: [
      ...services
        .filter((each) => each.spec?.type === "LoadBalancer" && isForeign(each))
        .map((each) => left("Service", each, balancer)),
      ...ingresses
        .filter((each) => each.spec?.ingressClassName === "alb" && isForeign(each))
        .map((each) => left("Ingress", each, balancer)),
      ...claims.filter(isForeign).map((each) =>
        left("PersistentVolumeClaim", each, {
          why: "a driver in the cluster deletes its volume; if the cluster goes first, nobody does",
          source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/",
          perDay: perDay.volume(gibOf(each.spec?.resources?.requests?.["storage"])),
        }),
      ),
    ],
    harmless: definitions
      .filter((each) => CHART_GROUPS.test(each.metadata?.name ?? ""))
      .filter(() => !states.some(({ resources }) => resources.some(isRelease)))
      .map((each) =>
        left("CustomResourceDefinition", each, {
          why: "a chart brought it, and Helm does not delete definitions; it goes with the cluster",
          source: "https://helm.sh/docs/chart_best_practices/custom_resource_definitions/",
          perDay: 0,
        }),
      ),
  };
}

/** As Pulumi's provider for Kubernetes makes ids. */
function idOf({ metadata }: KubeObject): string {
  const { namespace, name = "" } = metadata ?? {};
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The Helm release that an object belongs to, by its id in Pulumi. */
function releaseOf({ metadata }: KubeObject): string | undefined {
  const name = metadata?.annotations?.["meta.helm.sh/release-name"];
  return name && `${metadata?.annotations?.["meta.helm.sh/release-namespace"]}/${name}`;
}

const isRelease = ({ type }: { type: string }): boolean => type === "kubernetes:helm.sh/v3:Release";

function deletion(kind: string, { metadata }: KubeObject): string {
  const { namespace, name = "" } = metadata ?? {};
  const where = namespace === undefined ? [] : ["--namespace", namespace];
  return ["kubectl", "delete", kind.toLowerCase(), name, ...where].map(shellWord).join(" ");
}

/** GiB of a size that is written in Gi; 0 for any other. */
function gibOf(size: string | undefined): number {
  return Number(/^(\d+)Gi$/.exec(size ?? "")?.[1] ?? 0);
}
