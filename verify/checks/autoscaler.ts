/** Exercise 2: the autoscaler runs, in the cluster's version, with rights of its own. */
import { parseDocument } from "../../policies/analyser";
import { matchesAny } from "../../policies/analyser/glob";
import { CouldNotCheck, define, failed, passed, type Context } from "../check";
import { clean, firstLine } from "../clean";
import type { V1Deployment } from "../kube-types";
import { readRole, roleName, type LiveRole } from "../live-roles";
import { isAvailable, podsOf, whyNotAvailable } from "../pods";

const NAMESPACE = "kube-system";
const LOGS = `kubectl logs --namespace ${NAMESPACE} deployment/cluster-autoscaler`;
const ACCOUNT = "cluster-autoscaler";

/** The autoscaler's deployment, by its name or by the image that it runs. */
export async function autoscalerOf({ kube }: Context): Promise<V1Deployment | undefined> {
  const all = await kube.list((apis) =>
    apis.apps.listNamespacedDeployment({ namespace: NAMESPACE }),
  );
  const named = all.find((each) => each.metadata?.name === "cluster-autoscaler");
  return named ?? all.find((each) => imageOf(each) !== undefined);
}

function imageOf(deployment: V1Deployment): string | undefined {
  const images = (deployment.spec?.template.spec?.containers ?? []).map((each) => each.image ?? "");
  return images.find((image) => image.includes("cluster-autoscaler"));
}

/** @throws CouldNotCheck where it is not there, which a check of its own says */
async function requireAutoscaler(context: Context): Promise<V1Deployment> {
  const deployment = await autoscalerOf(context);
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
    const deployment = await autoscalerOf(context);
    const expected = `a deployment cluster-autoscaler in ${NAMESPACE}, available`;
    const lookCloser = `kubectl get pods --namespace ${NAMESPACE}; ${LOGS}`;
    if (!deployment) {
      return failed({
        expected,
        seen: "there is none",
        likelyCause: "the stack is not up, or the autoscaler was installed into another namespace",
        lookCloser: "kubectl get deployments --all-namespaces",
      });
    }
    if (isAvailable(deployment))
      return passed(`${deployment.metadata?.name}, ${imageOf(deployment) ?? "unknown image"}`);
    const state = await whyNotAvailable(context.kube, deployment);
    return failed({
      expected,
      seen: state.text,
      likelyCause: state.likelyCause,
      lookCloser,
      ...(state.mayMend && { waitFor: state.text }),
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
    const image = imageOf(deployment) ?? "an image of another name";
    const minor = /:v?(\d+\.\d+)\./.exec(image)?.[1];
    const expected = `an image of version ${version.minor}.x`;
    const lookCloser = `kubectl get deployment ${deployment.metadata?.name} --namespace ${NAMESPACE} --output wide`;
    if (minor === undefined) {
      return { status: "unknown", why: `the image ${image} tells no version`, lookCloser };
    }
    if (minor !== version.minor) {
      return failed({
        expected,
        seen: image,
        likelyCause:
          "the image is the one of a guide or of the chart's default: its minor version must be the cluster's",
        lookCloser,
      });
    }
    return passed(image);
  },
);

export const autoscalerIdentity = define(
  "autoscaler-identity",
  "the autoscaler's service account has a role of its own",
  [2, 3],
  async (context) => {
    const deployment = await requireAutoscaler(context);
    const name = deployment.spec?.template.spec?.serviceAccountName ?? "default";
    const account = await context.kube.find((apis) =>
      apis.core.readNamespacedServiceAccount({ namespace: NAMESPACE, name }),
    );
    const annotated = account?.metadata?.annotations?.["eks.amazonaws.com/role-arn"];
    const arn = annotated ?? (await associatedRole(context, name));
    const expected = `service account ${NAMESPACE}/${name} with a role of its own: the annotation eks.amazonaws.com/role-arn, or a pod identity association`;
    const lookCloser = `kubectl get serviceaccount ${name} --namespace ${NAMESPACE} --output yaml`;
    if (arn === undefined) {
      return failed({
        expected,
        seen: account ? `${name} has neither` : `there is no service account ${name}`,
        likelyCause:
          "it lives on the node role (autoscaler.permissions: nodeRole), or the annotation was forgotten",
        lookCloser,
      });
    }
    const output = context.target.outputs["autoscalerRoleArn"];
    if (typeof output === "string" && output.startsWith("arn:") && output !== arn) {
      return failed({
        expected: `the role of the stack's output autoscalerRoleArn, ${output}`,
        seen: arn,
        likelyCause: "the service account was annotated by hand",
        lookCloser,
      });
    }
    const role = await readRole(context.aws, roleName(arn));
    const how = annotated === undefined ? "by pod identity" : "by IRSA";
    const wrong = role ? trustProblem(role, name, annotated !== undefined) : "AWS has no such role";
    if (wrong !== undefined) {
      return failed({
        expected: `${arn}: a role that trusts ${NAMESPACE}/${name}`,
        seen: wrong,
        likelyCause:
          "the role was made for another account, namespace or cluster: the autoscaler cannot take it",
        lookCloser: `aws iam get-role --role-name ${roleName(arn)}`,
      });
    }
    return passed(`${arn}, ${how}`);
  },
);

async function associatedRole(
  { aws, target }: Context,
  serviceAccount: string,
): Promise<string | undefined> {
  const { sdk, client } = await aws.eks();
  const clusterName = target.eks?.clusterName ?? "";
  const listed = await aws.ask((options) =>
    client.send(
      new sdk.ListPodIdentityAssociationsCommand({
        clusterName,
        namespace: NAMESPACE,
        serviceAccount,
      }),
      options,
    ),
  );
  const associationId = listed.associations?.[0]?.associationId;
  if (associationId === undefined) return undefined;
  const command = new sdk.DescribePodIdentityAssociationCommand({ clusterName, associationId });
  return (await aws.ask((options) => client.send(command, options))).association?.roleArn;
}

/** Why a role is not this account's; undefined where it is. */
function trustProblem(role: LiveRole, account: string, isIrsa: boolean): string | undefined {
  const { statements } = parseDocument(role.trust, "trust");
  const allowing = statements.filter((statement) => statement.effect === "Allow");
  if (!isIrsa) {
    const isTrusted = allowing.some((s) =>
      s.principals.some((p) => p.value === "pods.eks.amazonaws.com"),
    );
    return isTrusted ? undefined : `${role.name} does not trust pods.eks.amazonaws.com`;
  }
  const subject = `system:serviceaccount:${NAMESPACE}:${account}`;
  const subjects = allowing
    .flatMap((statement) => statement.conditions)
    .filter((condition) => condition.key.endsWith(":sub"))
    .flatMap((condition) => condition.values);
  if (matchesAny(subjects, subject)) return undefined;
  return subjects.length > 0
    ? `${role.name} trusts ${subjects.join(", ")}`
    : `${role.name} names no service account in its trust`;
}

/** What takes nodes away or adds them, in lower case as the analyser has actions. */
const RESIZING = [
  "autoscaling:setdesiredcapacity",
  "autoscaling:terminateinstanceinautoscalinggroup",
  "autoscaling:updateautoscalinggroup",
];

export const nodeRoleCannotScale = define(
  "autoscaler-node-role",
  "the nodes' role may not resize the node group",
  [2, 3],
  async (context) => {
    const arn = (await context.eks.nodeGroup()).nodeRole ?? "";
    const name = roleName(arn);
    const role = await readRole(context.aws, name);
    const lookCloser = `aws iam list-role-policies --role-name ${name}; aws iam list-attached-role-policies --role-name ${name}`;
    const expected = `${name} without rights to resize: whatever runs on a node could take them`;
    if (!role) return { status: "unknown", why: `AWS has no role ${name}`, lookCloser };
    const holders = [...role.inline, ...role.attached].filter(({ document }) =>
      parseDocument(document, "identity").statements.some(
        (statement) =>
          statement.effect === "Allow" &&
          RESIZING.some((action) => matchesAny(statement.actions, action)),
      ),
    );
    if (holders.length > 0) {
      return failed({
        expected,
        seen: `its policies ${holders.map((each) => each.name).join(", ")} allow it`,
        likelyCause:
          context.target.settings.autoscaler?.permissions === "nodeRole"
            ? "autoscaler.permissions is nodeRole, the chapter's shortcut: set irsa, and pulumi up"
            : "the policy was put on the node role, as older guides have it, and not on the autoscaler's own",
        lookCloser,
      });
    }
    return passed(`${name}: ${role.attached.map((each) => each.name).join(", ") || "no policies"}`);
  },
);

const TROUBLE =
  /AccessDenied|is not authorized to perform|UnauthorizedOperation|NoCredentialProviders|WebIdentityErr|InvalidIdentityToken|failed to (refresh|get) .*credentials|Failed to create AWS|cannot assume role/i;

/** Lines that are read of a log: enough for the group that is registered at the start. */
const TAIL = 20_000;

/** The autoscaler's log; empty where no pod has one yet. */
export async function logOf(context: Context, deployment: V1Deployment): Promise<string> {
  const pods = await podsOf(context.kube, deployment);
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
    if (group === undefined)
      throw new CouldNotCheck("AWS names no Auto Scaling group of the node group");
    const log = await logOf(context, deployment);
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
          : firstLine(clean(trouble)),
      likelyCause:
        trouble === undefined
          ? `it looks for other tags: its argument node-group-auto-discovery must name the cluster ${context.target.eks?.clusterName}`
          : "AWS refuses it: its role, the role's trust or its policy is not right",
      lookCloser: LOGS,
      ...(trouble === undefined && {
        waitFor: "the log does not name the node group yet",
        patience: 60,
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
