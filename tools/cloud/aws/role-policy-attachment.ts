import { hex } from "../ids";
import type { ResourceModel } from "../model";
import { T } from "../queries";
import { requireRole, textOf } from "../refusals";

export const rolePolicyAttachment: ResourceModel = {
  type: T.attachment,
  sources: {
    inputs: "terraform-provider-aws: internal/service/iam/role_policy_attachment.go",
    replaces: "terraform-provider-aws: internal/service/iam/role_policy_attachment.go",
    create: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html",
  },
  required: ["role", "policyArn"],
  immutable: ["role", "policyArn"],
  simulate: ({ seed, inputs }) => ({ id: `${textOf(inputs, "role")}-${hex(seed, 26)}` }),
  refuseCreate: ({ inputs }, view) => requireRole(view, inputs["role"]),
};
