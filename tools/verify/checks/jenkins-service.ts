/** Exercises 3 to 5: the service in front of Jenkins, and its endpoints. */
import type { JenkinsServiceType } from "../../../components";
import { define, type Check, type Context } from "../check";
import { failed, failing, passed } from "../result";
import type { V1EndpointSlice, V1Service } from "../kube-types";
import { labelSelector } from "../pods";
import { jenkinsNamespaceName, PORT, readPod, readService } from "./jenkins";

const STEP_OF_TYPE: Readonly<Record<JenkinsServiceType, readonly [number, number]>> = {
  ClusterIP: [3, 3],
  NodePort: [4, 2],
  LoadBalancer: [5, 2],
  none: [3, 5],
};

/** The service as an exercise wants it; with `none`, that it alone is gone. */
export function jenkinsService(type: JenkinsServiceType): Check {
  const step = STEP_OF_TYPE[type];
  if (type === "none") {
    return define(
      "jenkins-service-gone",
      "only the service jenkins was deleted",
      step,
      async (context) => {
        const namespace = jenkinsNamespaceName(context);
        const service = await readService(context);
        if (!service) return passed("there is no service jenkins");
        return failed({
          expected: `no service jenkins in ${namespace}; namespace and pod still there`,
          seen: `a service jenkins of type ${service.spec?.type}`,
          likelyCause: "jenkins.service is none in the settings, and pulumi up was not run since",
          lookCloser: `kubectl get service jenkins --namespace ${namespace}`,
        });
      },
    );
  }
  return define(
    "jenkins-service",
    `the service jenkins is of type ${type}, with its ports and selector`,
    step,
    async (context) => judgeService(context, type),
  );
}

/** What matters of a service, each by the word that a message has for it. */
function describeService({ spec = {}, metadata }: V1Service): Readonly<Record<string, string>> {
  const { type, ports = [], selector = {} } = spec;
  const port = ports.find((each) => each.port === PORT);
  return {
    type: String(type),
    ...(port
      ? {
          "target port": String(port.targetPort),
          protocol: port.protocol ?? "TCP",
          "node port": String(port.nodePort ?? "none"),
        }
      : { ports: ports.map((each) => each.port).join(", ") || "none" }),
    selector: labelSelector(selector) || "none",
    label: `app=${metadata?.labels?.["app"] ?? "(not set)"}`,
  };
}

async function judgeService(context: Context, type: JenkinsServiceType) {
  const namespace = jenkinsNamespaceName(context);
  const nodePort = context.target.settings.jenkins?.nodePort;
  const isNodePort = type === "NodePort";
  const expected = `service jenkins: type ${type}, port ${PORT} to ${PORT} TCP${isNodePort ? `, node port ${nodePort}` : ""}, selector and label app=jenkins`;
  const lookCloser = `kubectl get service jenkins --namespace ${namespace} --output yaml`;
  const fail = failing(expected, lookCloser);
  const service = await readService(context);
  if (!service) {
    return fail(
      `there is no service jenkins in ${namespace}`,
      "it was deleted at the end of an exercise, or the stack is not up",
      { lookCloser: `kubectl get services --namespace ${namespace}` },
    );
  }
  const found = describeService(service);
  const wanted: typeof found = {
    type,
    "target port": String(PORT),
    protocol: "TCP",
    // AWS's and every other load balancer gives a service a node port of its choice.
    "node port": isNodePort ? String(nodePort) : (found["node port"] ?? ""),
    selector: "app=jenkins",
    label: "app=jenkins",
  };
  const wrong = Object.entries(found).filter(([word, value]) => wanted[word] !== value);
  if (wrong.length > 0) {
    return fail(
      wrong.map((each) => each.join(" ")).join("; "),
      found["type"] === type
        ? "the service was created or changed by hand"
        : `the service of another exercise is still there (type ${found["type"]}): delete it, or run pulumi up for this stack`,
    );
  }
  const at = found["node port"] === "none" ? "" : `:${found["node port"]}`;
  return passed(`${type}, ${PORT}${at} to ${PORT} TCP, app=jenkins`);
}

export const jenkinsEndpoints = define(
  "jenkins-endpoints",
  "the service's endpoints are the pod jenkins, at port 8080",
  [3, 3],
  async (context) => {
    const namespace = jenkinsNamespaceName(context);
    const slices = await context.kube.list((apis) =>
      apis.discovery.listNamespacedEndpointSlice({
        namespace,
        labelSelector: "kubernetes.io/service-name=jenkins",
      }),
    );
    const pod = await readPod(context);
    const address = pod?.status?.podIP;
    const found = slices.flatMap(listEndpoints);
    const shown = found.map(
      (each) => `${each.address}:${each.port}${each.ready ? "" : " (not ready)"}`,
    );
    const isThere = found.some(
      (each) => each.address === address && each.port === PORT && each.ready,
    );
    if (isThere) return passed(shown.join(", "));
    const isMatched = found.some((each) => each.address === address);
    return failed({
      expected: `${address ?? "the pod's address"}:${PORT}, ready`,
      seen: shown.join(", ") || "no endpoints",
      likelyCause: isMatched
        ? "the pod is not ready yet, or the service's target port is not its container's"
        : "the service's selector matches no running pod: compare it with the pod's labels",
      lookCloser: `kubectl get endpointslices --namespace ${namespace} --output wide; kubectl get pods --show-labels --namespace ${namespace}`,
      ...((isMatched || (pod && address === undefined)) && {
        pendingReason: "the endpoint is not ready yet",
      }),
      ...(!isMatched &&
        address !== undefined && {
          pendingReason: "there are no endpoints yet",
          timeoutSeconds: 20,
        }),
    });
  },
);

function listEndpoints(slice: V1EndpointSlice) {
  return (slice.endpoints ?? []).flatMap((endpoint) =>
    (slice.ports ?? []).flatMap((port) =>
      endpoint.addresses.map((address) => ({
        address,
        port: port.port,
        ready: endpoint.conditions?.ready !== false,
      })),
    ),
  );
}
