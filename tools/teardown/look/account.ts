/** What is beside the network: logs, keys, identities. */
import { undefinedIfMissing } from "../../shared/aws";
import { awsCommand, REASONS, type LookContext, type Leftover } from "../leftover";
import { isOwned, tagsOf } from "../ownership";
import { perDay } from "../prices";

/** Log groups of the control plane, and of whatever else names itself by the cluster. */
export async function logGroups({ aws, owner }: LookContext): Promise<Leftover[]> {
  const { sdk, client } = await aws.logs();
  // The slash at the end keeps those of a cluster apart whose name only begins like this one's.
  const logGroupNamePrefix = `/aws/eks/${owner.clusterName}/`;
  const all = await aws.all(
    (options) => sdk.paginateDescribeLogGroups({ client }, { logGroupNamePrefix }, options),
    (page) => page.logGroups,
  );
  return all.map(({ logGroupName: name = "", storedBytes = 0 }) => ({
    kind: "log group",
    id: name,
    why: "EKS writes the last events of a cluster after its log group was deleted, which creates it again",
    source: "https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2763",
    perDay: perDay.logs(storedBytes),
    commands: [awsCommand(owner, "logs", "delete-log-group", "--log-group-name", name)],
  }));
}

/** Keys that are not scheduled for deletion. The program names the cluster in a key's description. */
export async function keys({ aws, owner }: LookContext): Promise<Leftover[]> {
  const { sdk, client } = await aws.kms();
  const all = await aws.all(
    (options) => sdk.paginateListKeys({ client }, {}, options),
    (page) => page.Keys,
  );
  const left: Leftover[] = [];
  for (const { KeyId: id = "" } of all) {
    const command = new sdk.DescribeKeyCommand({ KeyId: id });
    const { KeyMetadata: key } = await aws.ask((options) => client.send(command, options));
    if (key?.Description !== `Secrets of the cluster ${owner.clusterName}`) continue;
    if (key.KeyState === "PendingDeletion") continue;
    left.push({
      kind: "KMS key",
      id,
      detail: key.Description,
      ...REASONS.cutShort,
      perDay: perDay.key,
      commands: [
        awsCommand(
          owner,
          "kms",
          "schedule-key-deletion",
          "--key-id",
          id,
          "--pending-window-in-days",
          "7",
        ),
      ],
    });
  }
  return left;
}

/** OpenID Connect providers of IRSA. */
export async function oidcProviders({ aws, owner }: LookContext): Promise<Leftover[]> {
  const { sdk, client } = await aws.iam();
  const { OpenIDConnectProviderList = [] } = await aws.ask((options) =>
    client.send(new sdk.ListOpenIDConnectProvidersCommand({}), options),
  );
  const left: Leftover[] = [];
  for (const { Arn: arn = "" } of OpenIDConnectProviderList) {
    const command = new sdk.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn });
    const found = await undefinedIfMissing(aws.ask((options) => client.send(command, options)));
    if (!isOwned(owner, tagsOf(found?.Tags))) continue;
    const words = ["delete-open-id-connect-provider", "--open-id-connect-provider-arn", arn];
    left.push({
      kind: "OIDC provider",
      id: arn,
      ...REASONS.cutShort,
      perDay: 0,
      commands: [awsCommand(owner, "iam", ...words)],
    });
  }
  return left;
}

/** Ends of the names that Pulumi gives to the program's roles: `-role-` and 7 hexadecimal digits. */
const PULUMI_ROLE = /-role-[0-9a-f]{7}$/;

/** Roles, each with all that must be taken off before it can go. */
export async function roles(context: LookContext): Promise<Leftover[]> {
  const { aws, owner } = context;
  const { sdk, client } = await aws.iam();
  const all = await aws.all(
    (options) => sdk.paginateListRoles({ client }, {}, options),
    (page) => page.Roles,
  );
  const left: Leftover[] = [];
  // ListRoles leaves the tags out, and an account may have hundreds of roles.
  for (const { RoleName = "" } of all.filter((role) => PULUMI_ROLE.test(role.RoleName ?? ""))) {
    const command = new sdk.ListRoleTagsCommand({ RoleName });
    const answer = await undefinedIfMissing(aws.ask((options) => client.send(command, options)));
    if (!isOwned(owner, tagsOf(answer?.Tags))) continue;
    left.push({
      kind: "IAM role",
      id: RoleName,
      ...REASONS.cutShort,
      perDay: 0,
      commands: [
        ...(await detachments(context, RoleName)),
        awsCommand(owner, "iam", "delete-role", "--role-name", RoleName),
      ],
    });
  }
  return left;
}

async function detachments({ aws, owner }: LookContext, RoleName: string): Promise<string[]> {
  const { sdk, client } = await aws.iam();
  const attached = await aws.all(
    (options) => sdk.paginateListAttachedRolePolicies({ client }, { RoleName }, options),
    (page) => page.AttachedPolicies,
  );
  const inline = await aws.all(
    (options) => sdk.paginateListRolePolicies({ client }, { RoleName }, options),
    (page) => page.PolicyNames,
  );
  const profiles = await aws.all(
    (options) => sdk.paginateListInstanceProfilesForRole({ client }, { RoleName }, options),
    (page) => page.InstanceProfiles,
  );
  const role = ["--role-name", RoleName];
  return [
    ...attached.map((each) => ["detach-role-policy", ...role, "--policy-arn", each.PolicyArn!]),
    ...inline.map((name) => ["delete-role-policy", ...role, "--policy-name", name]),
    ...profiles.map((each) => [
      "remove-role-from-instance-profile",
      ...role,
      "--instance-profile-name",
      each.InstanceProfileName!,
    ]),
  ].map((words) => awsCommand(owner, "iam", ...words));
}

/** Policies of the account's own. */
export async function policies({ aws, owner }: LookContext): Promise<Leftover[]> {
  const { sdk, client } = await aws.iam();
  const all = await aws.all(
    (options) => sdk.paginateListPolicies({ client }, { Scope: "Local" }, options),
    (page) => page.Policies,
  );
  const left: Leftover[] = [];
  for (const { Arn: arn = "" } of all) {
    const command = new sdk.ListPolicyTagsCommand({ PolicyArn: arn });
    const answer = await undefinedIfMissing(aws.ask((options) => client.send(command, options)));
    if (!isOwned(owner, tagsOf(answer?.Tags))) continue;
    left.push({
      kind: "IAM policy",
      id: arn,
      ...REASONS.cutShort,
      perDay: 0,
      commands: [awsCommand(owner, "iam", "delete-policy", "--policy-arn", arn)],
    });
  }
  return left;
}
