/** Exercises 3 to 5: the namespace and the pod of Jenkins. */
import { define, type Context } from "../check";
import { failed, passed } from "../result";
import type { V1Pod, V1Service } from "../kube-types";
import { describePod } from "../pods";

/** Jenkins's port, of the container and of the service. */
export const PORT = 8080;

export function namespaceOf({ target }: Context): string {
  return `${target.settings.name}-bc-svc`;
}

export function readPod(context: Context): Promise<V1Pod | undefined> {
  const namespace = namespaceOf(context);
  return context.kube.find((apis) => apis.core.readNamespacedPod({ namespace, name: "jenkins" }));
}

export function readService(context: Context): Promise<V1Service | undefined> {
  const namespace = namespaceOf(context);
  return context.kube.find((apis) =>
    apis.core.readNamespacedService({ namespace, name: "jenkins" }),
  );
}

export const jenkinsNamespace = define(
  "jenkins-namespace",
  "the namespace NAME-bc-svc is there",
  [3, 1],
  async (context) => {
    const name = namespaceOf(context);
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

export const jenkinsPod = define(
  "jenkins-pod",
  "the pod jenkins has its container, image, port and label",
  [3, 2],
  async (context) => {
    const namespace = namespaceOf(context);
    const pod = await readPod(context);
    const expected = `pod jenkins: container jenkins, image jenkins/jenkins, containerPort ${PORT}, label app=jenkins`;
    const lookCloser = `kubectl get pod jenkins --namespace ${namespace} --output yaml`;
    if (!pod) {
      return failed({
        expected,
        seen: `there is no pod jenkins in ${namespace}`,
        likelyCause:
          "it was deleted, or its node was: a bare pod is not made anew by itself (pulumi refresh, then pulumi up)",
        lookCloser: `kubectl get pods --namespace ${namespace}`,
      });
    }
    const containers = pod.spec?.containers ?? [];
    const container = containers.find((each) => each.name === "jenkins");
    const image = container?.image ?? "";
    const ports = (container?.ports ?? []).map((port) => port.containerPort);
    const label = pod.metadata?.labels?.["app"];
    const wrong = [
      ...(container ? [] : [`containers named ${containers.map((each) => each.name).join(", ")}`]),
      ...(container && !/^(docker\.io\/|[\w.-]+\/)?jenkins\/jenkins([:@].+)?$/.test(image)
        ? [`image ${image}`]
        : []),
      ...(container && !ports.includes(PORT)
        ? [`container ports ${ports.join(", ") || "none"}`]
        : []),
      ...(label === "jenkins" ? [] : [`label app=${label ?? "(not set)"}`]),
    ];
    if (wrong.length > 0) {
      return failed({
        expected,
        seen: wrong.join("; "),
        likelyCause:
          "the pod was made by hand, with another name, image, port or label than the exercise asks for",
        lookCloser,
      });
    }
    return passed(`container jenkins, ${image}, port ${PORT}, app=jenkins`);
  },
);

export const jenkinsReady = define(
  "jenkins-ready",
  "the pod jenkins is running and ready",
  [3, 2],
  async (context) => {
    const namespace = namespaceOf(context);
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
