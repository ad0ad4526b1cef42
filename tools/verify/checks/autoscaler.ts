/** Exercise 2: the autoscaler runs, in the cluster's version, with rights of its own. */
import { define, type Context } from "../check";
import { CouldNotCheck } from "../../shared/could-not-check";
import { failed, failing, passed } from "../result";
import { redact, firstLine } from "../../shared/redact";
import type { V1Deployment } from "../kube-types";
import { isAvailable, listPods, whyNotAvailable } from "../pods";

export const NAMESPACE = "kube-system";
const LOGS = `kubectl logs --namespace ${NAMESPACE} deployment/cluster-autoscaler`;
const ACCOUNT = "cluster-autoscaler";

/** The autoscaler's deployment, by its name or by the image that it runs. */
export async function findAutoscaler({ kube }: Context): Promise<V1Deployment | undefined> {
  const all = await kube.list((apis) =>
    apis.apps.listNamespacedDeployment({ namespace: NAMESPACE }),
  );
  const named = all.find((each) => each.metadata?.name === "cluster-autoscaler");
  return named ?? all.find((each) => findImage(each) !== undefined);
}

function findImage(deployment: V1Deployment): string | undefined {
  const images = (deployment.spec?.template.spec?.containers ?? []).map((each) => each.image ?? "");
  return images.find((image) => image.includes("cluster-autoscaler"));
}

/** @throws CouldNotCheck where it is not there, which a check of its own says */
export async function requireAutoscaler(context: Context): Promise<V1Deployment> {
  const deployment = await findAutoscaler(context);
  if (deployment) return deployment;
  throw new CouldNotCheck(
    `there is no cluster-autoscaler in ${NAMESPACE}`,
    `kubectl get deployments --namespace ${NAMESPACE}`,
  );
}

export const autoscalerRuns = define(
  "autoscaler-running",
  "a cluster-autoscaler runs in kube-system",
  [2, 4],
  async (context) => {
    const deployment = await findAutoscaler(context);
    const expected = `a deployment cluster-autoscaler in ${NAMESPACE}, available`;
    const lookCloser = `kubectl get pods --namespace ${NAMESPACE}; ${LOGS}`;
    const fail = failing(expected, lookCloser);
    if (!deployment) {
      return fail(
        "there is none",
        "the stack is not up, or the autoscaler was installed into another namespace",
        { lookCloser: "kubectl get deployments --all-namespaces" },
      );
    }
    if (isAvailable(deployment)) {
      return passed(`${deployment.metadata?.name}, ${findImage(deployment) ?? "unknown image"}`);
    }
    const state = await whyNotAvailable(context.kube, deployment);
    return fail(state.text, state.likelyCause, {
      ...(state.mayMend && { pendingReason: state.text }),
    });
  },
);

export const autoscalerVersion = define(
  "autoscaler-version",
  "the autoscaler's minor version is the cluster's",
  [2, 3],
  async (context) => {
    const deployment = await requireAutoscaler(context);
    const { version } = await context.connection.connected();
    const image = findImage(deployment) ?? "an image of another name";
    const minor = /:v?(\d+\.\d+)\./.exec(image)?.[1];
    const expected = `an image of version ${version.minor}.x`;
    const lookCloser = `kubectl get deployment ${deployment.metadata?.name} --namespace ${NAMESPACE} --output wide`;
    const fail = failing(expected, lookCloser);
    if (minor === undefined) {
      return { status: "unknown", why: `the image ${image} tells no version`, lookCloser };
    }
    if (minor !== version.minor) {
      return fail(
        image,
        "the image is the one of a guide or of the chart's default: its minor version must be the cluster's",
      );
    }
    return passed(image);
  },
);

const TROUBLE =
  /AccessDenied|is not authorized to perform|UnauthorizedOperation|NoCredentialProviders|WebIdentityErr|InvalidIdentityToken|failed to (refresh|get) .*credentials|Failed to create AWS|cannot assume role/i;

/** Lines that are read of a log: enough for the group that is registered at the start. */
const TAIL = 20_000;

/** The autoscaler's log; empty where no pod has one yet. */
async function readLog(context: Context, deployment: V1Deployment): Promise<string> {
  const pods = await listPods(context.kube, deployment);
  const texts = await Promise.all(
    pods.map((pod) =>
      context.kube.find((apis) =>
        apis.core.readNamespacedPodLog({
          namespace: NAMESPACE,
          name: pod.metadata?.name ?? "",
          tailLines: TAIL,
          limitBytes: 8_000_000,
        }),
      ),
    ),
  );
  return texts.filter((text) => typeof text === "string").join("\n");
}

export const autoscalerLog = define(
  "autoscaler-log",
  "the autoscaler's log shows that it found the node group",
  [2, 4],
  async (context) => {
    const deployment = await requireAutoscaler(context);
    const group = (await context.eks.nodeGroup()).resources?.autoScalingGroups?.[0]?.name;
    if (group === undefined) {
      throw new CouldNotCheck("AWS names no Auto Scaling group of the node group");
    }
    const log = await readLog(context, deployment);
    const lines = log.split("\n");
    const line = lines.find((each) => each.includes(group));
    // A log that was rotated has lost its beginning; what the autoscaler reports has the group still.
    const status = line === undefined ? await statusText(context) : "";
    if (line !== undefined) return passed(`its log names ${group}`);
    if (status.includes(group)) return passed(`its status names ${group}`);
    const trouble = lines.filter((each) => TROUBLE.test(each)).at(-1);
    return failed({
      expected: `the group ${group} in its log`,
      seen:
        trouble === undefined
          ? `${lines.filter(Boolean).length} lines without it`
          : firstLine(redact(trouble)),
      likelyCause:
        trouble === undefined
          ? `it looks for other tags: its argument node-group-auto-discovery must name the cluster ${context.target.eks?.clusterName}`
          : "AWS refuses it: its role, the role's trust or its policy is not right",
      lookCloser: LOGS,
      ...(trouble === undefined && {
        pendingReason: "the log does not name the node group yet",
        timeoutSeconds: 60,
      }),
    });
  },
);

/** What the autoscaler reports of itself, in the ConfigMap that it keeps. */
export async function statusText({ kube }: Context): Promise<string> {
  const found = await kube.find((apis) =>
    apis.core.readNamespacedConfigMap({ namespace: NAMESPACE, name: `${ACCOUNT}-status` }),
  );
  return found?.data?.["status"] ?? "";
}
