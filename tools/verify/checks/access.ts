/** Exercise 1, step 2: the cluster is open to your address only. */
import type { IpPermission, LaunchTemplateVersion, SecurityGroup } from "@aws-sdk/client-ec2";
import { isWithin, notAdmitted, tooMany } from "../addresses";
import { ADDRESS_CHANGED } from "../../shared/kube-errors";
import { define, type Context } from "../check";
import { failing, passed } from "../result";

export const endpointAccess = define(
  "endpoint-access",
  "the API server's public endpoint is open to your address only",
  [1, 2],
  async (context) => {
    const eks = context.target.eks!;
    const access = (await context.eks.cluster()).resourcesVpcConfig ?? {};
    // EKS takes no list at all for everybody.
    const blocks = access.publicAccessCidrs?.length ? access.publicAccessCidrs : ["0.0.0.0/0"];
    const meant = await context.callers();
    const lookCloser = `aws eks describe-cluster --region ${eks.region} --name ${eks.clusterName} --query cluster.resourcesVpcConfig`;
    const expected = `open to ${meant.join(", ")} and to nobody else; the private endpoint on, for the nodes`;
    const fail = failing(expected, lookCloser);
    const privately = access.endpointPrivateAccess ? "private endpoint on" : "private endpoint off";
    if (!access.endpointPublicAccess) {
      return fail(
        `the public endpoint is off; ${privately}`,
        "it was closed by hand: then kubectl works only from within the VPC",
      );
    }
    const seen = `open to ${blocks.join(", ")}; ${privately}`;
    if (tooMany(blocks, meant).length > 0) {
      return fail(seen, tooOpen(blocks, meant));
    }
    if (notAdmitted(blocks, meant).length > 0) {
      return fail(seen, ADDRESS_CHANGED);
    }
    if (!access.endpointPrivateAccess) {
      return fail(
        seen,
        "the private endpoint was left off: a public one that is open to you only cuts the nodes off",
      );
    }
    return passed(seen);
  },
);

/** Why something is open to more than those who are meant. */
export function tooOpen(blocks: readonly string[], meant: readonly string[]): string {
  const [worst] = tooMany(blocks, meant);
  if (worst === "0.0.0.0/0" || worst === "::/0") {
    return meant.includes(worst)
      ? "allowWorld is set, and allowedCidrs names everybody"
      : "it was left at the default, or opened by hand: 0.0.0.0/0 is everybody";
  }
  return `${worst} was added by hand, or is an address that you had before; ${ADDRESS_CHANGED}`;
}

/** The groups that guard the cluster: the ones that it was given, EKS's own, and the nodes'. */
async function guards(context: Context): Promise<SecurityGroup[]> {
  const vpc = (await context.eks.cluster()).resourcesVpcConfig ?? {};
  const template = (await context.eks.group()) ? await context.eks.launchTemplate() : undefined;
  const ids = [
    ...(vpc.securityGroupIds ?? []),
    vpc.clusterSecurityGroupId,
    ...templateGroups(template),
  ].filter((id): id is string => id !== undefined && id !== "");
  return securityGroups(context, [...new Set(ids)]);
}

/** The groups of what a launch template starts. */
export function templateGroups(template: LaunchTemplateVersion | undefined): string[] {
  const { SecurityGroupIds = [], NetworkInterfaces = [] } = template?.LaunchTemplateData ?? {};
  return [...SecurityGroupIds, ...NetworkInterfaces.flatMap(({ Groups = [] }) => Groups)];
}

/** Security groups by their ids. */
export async function securityGroups(
  { aws }: Context,
  ids: readonly string[],
): Promise<SecurityGroup[]> {
  if (ids.length === 0) return [];
  const { sdk, client } = await aws.ec2();
  const command = new sdk.DescribeSecurityGroupsCommand({ GroupIds: [...ids] });
  return (await aws.ask((options) => client.send(command, options))).SecurityGroups ?? [];
}

/** The blocks that a rule admits. */
export function listBlocks(rule: IpPermission): string[] {
  const v4 = (rule.IpRanges ?? []).map((range) => range.CidrIp);
  const v6 = (rule.Ipv6Ranges ?? []).map((range) => range.CidrIpv6);
  return [...v4, ...v6].filter((block) => block !== undefined);
}

function formatPorts(rule: IpPermission): string {
  if (rule.IpProtocol === "-1") return "all traffic";
  const ports =
    rule.FromPort === rule.ToPort ? `${rule.FromPort}` : `${rule.FromPort} to ${rule.ToPort}`;
  return `${rule.IpProtocol} ${ports}`;
}

export const groupsClosed = define(
  "security-groups",
  "a security group permits all traffic from your address, and none permits anybody else's",
  [1, 2],
  async (context) => {
    const groups = await guards(context);
    const meant = await context.callers();
    const ids = groups.map((group) => group.GroupId).join(" ");
    const region = context.target.eks?.region;
    const lookCloser = `aws ec2 describe-security-groups --region ${region} --group-ids ${ids}`;
    const expected = `all traffic from ${meant.join(", ")}, and from nobody else outside the cluster`;
    const fail = failing(expected, lookCloser);
    const open = groups.flatMap((group) =>
      (group.IpPermissions ?? []).flatMap((rule) =>
        tooMany(listBlocks(rule), meant).map((block) => ({ group, rule, block })),
      ),
    );
    if (open.length > 0) {
      return fail(
        open
          .map(
            ({ group, rule, block }) =>
              `${group.GroupId} admits ${formatPorts(rule)} from ${block}`,
          )
          .join("; "),
        tooOpen(
          open.map(({ block }) => block),
          meant,
        ),
      );
    }
    const everything = groups
      .flatMap((group) => group.IpPermissions ?? [])
      .filter((rule) => rule.IpProtocol === "-1")
      .flatMap(listBlocks);
    const outside = meant.filter((block) => !isWithin(block, everything));
    if (outside.length > 0) {
      return fail(
        `${ids || "no groups"}: none admits all traffic from ${outside.join(", ")}`,
        `the rule was removed by hand, or ${ADDRESS_CHANGED}`,
      );
    }
    return passed(
      `${groups.length} groups: all traffic from ${meant.join(", ")}, nothing from anybody else`,
    );
  },
);
