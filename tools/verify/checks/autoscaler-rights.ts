/** Exercise 2, step 3: the autoscaler has rights of its own, and the nodes' role has none of them. */
import { matchesAny, parseDocument } from "../../../policies/analyser";
import { define, type Context } from "../check";
import { failed, passed } from "../result";
import { analyseRole, readRole, roleName, type LiveRole } from "../live-roles";
import { NAMESPACE, requireAutoscaler } from "./autoscaler";

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
    const scaling = analyseRole(role, "node").filter(
      ({ rule }) => rule === "node-role-autoscaling",
    );
    if (scaling.length > 0) {
      return failed({
        expected,
        seen: scaling.map(({ resource, message }) => `${resource}: ${message}`).join("; "),
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
