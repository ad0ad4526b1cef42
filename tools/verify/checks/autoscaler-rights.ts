/** Exercise 2, step 3: the autoscaler has rights of its own, and the nodes' role has none of them. */
import { matchesAny, parseDocument } from "../../../policies/analyser";
import { define, type Context } from "../check";
import type { V1ServiceAccount } from "../kube-types";
import { failing, passed } from "../result";
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
    const annotated = annotatedRole(account);
    const arn = annotated ?? (await associatedRole(context, name));
    const expected = `service account ${NAMESPACE}/${name} with a role of its own: the annotation eks.amazonaws.com/role-arn, or a pod identity association`;
    const lookCloser = `kubectl get serviceaccount ${name} --namespace ${NAMESPACE} --output yaml`;
    const fail = failing(expected, lookCloser);
    if (arn === undefined) {
      return fail(
        account ? `${name} has neither` : `there is no service account ${name}`,
        "it lives on the node role (autoscaler.permissions: nodeRole), or the annotation was forgotten",
      );
    }
    const output = exportedRoleArn(context);
    if (output !== undefined && output !== arn) {
      return fail(arn, "the service account was annotated by hand", {
        expected: `the role of the stack's output autoscalerRoleArn, ${output}`,
      });
    }
    const isIrsa = annotated !== undefined;
    const role = await readRole(context.aws, roleName(arn));
    const wrong = role ? trustProblem(role, name, isIrsa) : "AWS has no such role";
    if (wrong !== undefined) {
      return fail(
        wrong,
        "the role was made for another account, namespace or cluster: the autoscaler cannot take it",
        {
          expected: `${arn}: a role that trusts ${NAMESPACE}/${name}`,
          lookCloser: `aws iam get-role --role-name ${roleName(arn)}`,
        },
      );
    }
    return passed(`${arn}, ${isIrsa ? "by IRSA" : "by pod identity"}`);
  },
);

function annotatedRole(account: V1ServiceAccount | undefined): string | undefined {
  return account?.metadata?.annotations?.["eks.amazonaws.com/role-arn"];
}

/** The role that the stack exports; undefined if the stack exports none, or a secret. */
function exportedRoleArn({ target }: Context): string | undefined {
  const output = target.outputs["autoscalerRoleArn"];
  return typeof output === "string" && output.startsWith("arn:") ? output : undefined;
}

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
    const fail = failing(expected, lookCloser);
    if (!role) return { status: "unknown", why: `AWS has no role ${name}`, lookCloser };
    const scaling = analyseRole(role, "node").filter(
      ({ rule }) => rule === "node-role-autoscaling",
    );
    if (scaling.length > 0) {
      return fail(
        scaling.map(({ resource, message }) => `${resource}: ${message}`).join("; "),
        context.target.settings.autoscaler?.permissions === "nodeRole"
          ? "autoscaler.permissions is nodeRole, the chapter's shortcut: set irsa, and pulumi up"
          : "the policy was put on the node role, as older guides have it, and not on the autoscaler's own",
      );
    }
    return passed(`${name}: ${role.attached.map((each) => each.name).join(", ") || "no policies"}`);
  },
);
