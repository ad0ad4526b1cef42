import { awsId } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { having, requireOrRefuse, T } from "../queries";
import { EC2_ERRORS, requireSecurityGroup, requireUnique } from "../refusals";
import { unless } from "../rules";
import type { CloudView, CreateRequest } from "../types";

const CALLERS = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

const RULES_PER_GROUP = 60;

function refuseDuplicate(rule: CreateRequest & { readonly id?: string }, view: CloudView): void {
  const { cidrIpv4 } = rule.inputs;
  const message = `InvalidPermission.Duplicate: the specified rule "peer: ${String(cidrIpv4)}" already exists`;
  const by = ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...CALLERS];
  requireUnique(view, rule, by, message);
}

export const securityGroupIngressRule: ResourceModel = {
  type: T.rule,
  sources: {
    schema: awsProvider("ec2/vpc_security_group_ingress_rule"),
    create: `${EC2_ERRORS}; https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html`,
    update:
      "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html",
  },
  required: ["securityGroupId", "ipProtocol"],
  exclusive: [CALLERS],
  immutable: ["securityGroupId"],
  taggable: true,
  check: ({ ipProtocol, fromPort, toPort }) =>
    ipProtocol === "-1" || ipProtocol === undefined
      ? []
      : unless(
          typeof fromPort === "number" && typeof toPort === "number" && fromPort <= toPort,
          "fromPort",
          `protocol ${ipProtocol as string} needs fromPort <= toPort`,
        ),
  simulate: ({ seed }) => ({ id: awsId("sgr", seed) }),
  refuseCreate(request, view) {
    const { securityGroupId } = request.inputs;
    requireSecurityGroup(view, securityGroupId);
    refuseDuplicate(request, view);
    requireOrRefuse(
      having(view, T.rule, "securityGroupId", securityGroupId).length < RULES_PER_GROUP,
      "RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached.",
    );
  },
  refuseUpdate: ({ after }, view) => refuseDuplicate(after, view),
};
