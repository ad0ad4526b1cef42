import { hex } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { T } from "../queries";
import { requireRole, textOf } from "../refusals";

export const rolePolicyAttachment: ResourceModel = {
  type: T.attachment,
  sources: {
    schema: awsProvider("iam/role_policy_attachment"),
    create: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html",
  },
  required: ["role", "policyArn"],
  immutable: ["role", "policyArn"],
  simulate: ({ seed, inputs }) => ({ id: `${textOf(inputs, "role")}-${hex(seed, 26)}` }),
  refuseCreate: ({ inputs }, view) => requireRole(view, inputs["role"]),
};
