/** Exercises 3 to 5: the namespace and the pod of Jenkins. */
import { define, type Context } from "../check";
import { failed, failing, passed } from "../result";
import type { V1Pod, V1Service } from "../kube-types";
import { describePod } from "../pods";

/** Jenkins's port, of the container and of the service. */
export const PORT = 8080;

export function jenkinsNamespaceName({ target }: Context): string {
  return `${target.settings.name}-bc-svc`;
}

export function readPod(context: Context): Promise<V1Pod | undefined> {
  const namespace = jenkinsNamespaceName(context);
  return context.kube.find((apis) => apis.core.readNamespacedPod({ namespace, name: "jenkins" }));
}

export function readService(context: Context): Promise<V1Service | undefined> {
  const namespace = jenkinsNamespaceName(context);
  return context.kube.find((apis) =>
    apis.core.readNamespacedService({ namespace, name: "jenkins" }),
  );
}

export const jenkinsNamespace = define(
  "jenkins-namespace",
  "the namespace NAME-bc-svc is there",
  [3, 1],
  async (context) => {
    const name = jenkinsNamespaceName(context);
    const found = await context.kube.find((apis) => apis.core.readNamespace({ name }));
    const lookCloser = "kubectl get namespaces";
    if (!found) {
      const all = await context.kube.list((apis) => apis.core.listNamespace());
      const others = all
        .map((each) => each.metadata?.name ?? "")
        .filter((each) => each.endsWith("-bc-svc"));
      return failed({
        expected: `namespace ${name}`,
        seen: others.length > 0 ? `it is not there, but ${others.join(", ")}` : "it is not there",
        likelyCause:
          others.length > 0
            ? "the setting name is not the one that the namespace was made with"
            : "the stack is not up, or the namespace was deleted with the last exercise",
        lookCloser,
      });
    }
    if (found.status?.phase === "Terminating") {
      return failed({
        expected: `namespace ${name}, Active`,
        seen: "it is Terminating",
        likelyCause: "it was deleted; a service's load balancer in it may hold that up",
        lookCloser: `kubectl get all --namespace ${name}`,
      });
    }
    return passed(`${name}, ${found.status?.phase ?? "Active"}`);
  },
);

const IMAGE = /^(docker\.io\/|[\w.-]+\/)?jenkins\/jenkins([:@].+)?$/;

/** What of the pod is not as the exercise has it. */
function comparePod({ spec, metadata }: V1Pod): { wrong: string[]; image: string } {
  const containers = spec?.containers ?? [];
  const container = containers.find((each) => each.name === "jenkins");
  const label = metadata?.labels?.["app"] ?? "(not set)";
  const labels = label === "jenkins" ? [] : [`label app=${label}`];
  if (!container) {
    const names = containers.map((each) => each.name).join(", ");
    return { wrong: [`containers named ${names}`, ...labels], image: "" };
  }
  const { image = "" } = container;
  const ports = (container.ports ?? []).map((port) => port.containerPort);
  const wrong = [
    ...(IMAGE.test(image) ? [] : [`image ${image}`]),
    ...(ports.includes(PORT) ? [] : [`container ports ${ports.join(", ") || "none"}`]),
    ...labels,
  ];
  return { wrong, image };
}

export const jenkinsPod = define(
  "jenkins-pod",
  "the pod jenkins has its container, image, port and label",
  [3, 2],
  async (context) => {
    const namespace = jenkinsNamespaceName(context);
    const pod = await readPod(context);
    const expected = `pod jenkins: container jenkins, image jenkins/jenkins, containerPort ${PORT}, label app=jenkins`;
    const lookCloser = `kubectl get pod jenkins --namespace ${namespace} --output yaml`;
    const fail = failing(expected, lookCloser);
    if (!pod) {
      return fail(
        `there is no pod jenkins in ${namespace}`,
        "it was deleted, or its node was: a bare pod is not made anew by itself (pulumi refresh, then pulumi up)",
        { lookCloser: `kubectl get pods --namespace ${namespace}` },
      );
    }
    const { wrong, image } = comparePod(pod);
    if (wrong.length > 0) {
      return fail(
        wrong.join("; "),
        "the pod was made by hand, with another name, image, port or label than the exercise asks for",
      );
    }
    return passed(`container jenkins, ${image}, port ${PORT}, app=jenkins`);
  },
);

export const jenkinsReady = define(
  "jenkins-ready",
  "the pod jenkins is running and ready",
  [3, 2],
  async (context) => {
    const namespace = jenkinsNamespaceName(context);
    const pod = await readPod(context);
    const expected = "pod jenkins: Running, Ready";
    if (!pod) {
      return failed({
        expected,
        seen: "there is no such pod",
        likelyCause: "see the check jenkins-pod",
        lookCloser: `kubectl get pods --namespace ${namespace}`,
      });
    }
    const state = describePod(pod);
    if (state.isReady) return passed(`${state.text}, on ${pod.spec?.nodeName}`);
    return failed({
      expected,
      seen: state.text,
      likelyCause: state.likelyCause,
      lookCloser: `kubectl describe pod jenkins --namespace ${namespace}; kubectl logs jenkins --namespace ${namespace}`,
      ...(state.mayMend && { pendingReason: state.text }),
    });
  },
);
