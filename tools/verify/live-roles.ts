/** Roles as they are in AWS, with all that they carry, and what the policy pack finds on them. */
import { isAwsManaged } from "../../policies/analyser";
import { analyseStack, type PlacedFinding, type ResourceRecord } from "../../policies/resources";
import { undefinedIfMissing, type Aws } from "../shared/aws";

/** A role: its trust, its own policies and those that are attached. */
export interface LiveRole {
  readonly name: string;
  readonly arn: string;
  /** The trust policy, as JSON. */
  readonly trust: string;
  readonly inline: readonly { name: string; document: string }[];
  readonly attached: readonly { name: string; arn: string; document: string }[];
}

/**
 * The pack's findings on a live role: the pack judges the resources that would create the role.
 * @param user what uses the role: a node group makes it a node role
 */
export function analyseRole(role: LiveRole, user: "cluster" | "node"): PlacedFinding[] {
  const record = (
    type: string,
    name: string,
    props: Readonly<Record<string, unknown>>,
  ): ResourceRecord => ({ urn: `urn:pulumi:live::live::${type}::${name}`, type, name, props });
  return analyseStack([
    record("aws:iam/role:Role", role.name, { name: role.name, assumeRolePolicy: role.trust }),
    ...role.inline.map(({ name, document }) =>
      record("aws:iam/rolePolicy:RolePolicy", name, { role: role.name, name, policy: document }),
    ),
    ...role.attached.flatMap(({ name, arn, document }) => [
      // AWS's own policies are known to the pack.
      ...(isAwsManaged(arn)
        ? []
        : [record("aws:iam/policy:Policy", name, { name, arn, policy: document })]),
      record("aws:iam/rolePolicyAttachment:RolePolicyAttachment", name, {
        role: role.name,
        policyArn: arn,
      }),
    ]),
    ...(user === "node"
      ? [record("aws:eks/nodeGroup:NodeGroup", "nodes", { nodeRoleArn: role.arn })]
      : []),
  ]);
}

/** The last part of a role's ARN, which is its name. */
export function roleName(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** Reads a role with its policies; undefined where there is no such role. */
export async function readRole(aws: Aws, name: string): Promise<LiveRole | undefined> {
  const { sdk, client } = await aws.iam();
  const role = (
    await undefinedIfMissing(
      aws.ask((options) => client.send(new sdk.GetRoleCommand({ RoleName: name }), options)),
    )
  )?.Role;
  if (!role) return undefined;
  const names = await aws.all(
    (options) => sdk.paginateListRolePolicies({ client }, { RoleName: name }, options),
    (page) => page.PolicyNames,
  );
  const inline = [];
  for (const policy of names) {
    const command = new sdk.GetRolePolicyCommand({ RoleName: name, PolicyName: policy });
    const answer = await aws.ask((options) => client.send(command, options));
    inline.push({ name: policy, document: decoded(answer.PolicyDocument) });
  }
  const listed = await aws.all(
    (options) => sdk.paginateListAttachedRolePolicies({ client }, { RoleName: name }, options),
    (page) => page.AttachedPolicies,
  );
  const attached = [];
  for (const { PolicyArn: arn = "", PolicyName: policy = "" } of listed) {
    attached.push({ name: policy, arn, document: await managedDocument(aws, arn) });
  }
  return {
    name,
    arn: role.Arn ?? "",
    trust: decoded(role.AssumeRolePolicyDocument),
    inline,
    attached,
  };
}

async function managedDocument(aws: Aws, arn: string): Promise<string> {
  const { sdk, client } = await aws.iam();
  const policy = await aws.ask((options) =>
    client.send(new sdk.GetPolicyCommand({ PolicyArn: arn }), options),
  );
  const command = new sdk.GetPolicyVersionCommand({
    PolicyArn: arn,
    VersionId: policy.Policy?.DefaultVersionId ?? "v1",
  });
  return decoded(
    (await aws.ask((options) => client.send(command, options))).PolicyVersion?.Document,
  );
}

/** IAM hands its documents over as they stand in a URL. */
function decoded(document: string | undefined): string {
  return decodeURIComponent(document ?? "{}");
}
