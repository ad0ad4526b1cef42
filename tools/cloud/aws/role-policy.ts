import { autoName } from "../ids";
import type { ResourceModel } from "../model";
import { T } from "../queries";
import { requireRole, textOf } from "../refusals";
import { isJson } from "../rules";

export const rolePolicy: ResourceModel = {
  type: T.rolePolicy,
  sources: {
    inputs: "terraform-provider-aws: internal/service/iam/role_policy.go",
    replaces: "terraform-provider-aws: internal/service/iam/role_policy.go",
    create: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html",
  },
  exclusive: [["name", "namePrefix"]],
  required: ["role", "policy"],
  immutable: ["role", "name"],
  autoNamed: "name",
  documents: ["policy"],
  check: isJson("policy"),
  simulate: ({ seed, name, inputs }) => {
    const policyName = textOf(inputs, "name") || autoName(name, seed);
    return { id: `${textOf(inputs, "role")}:${policyName}`, outputs: { name: policyName } };
  },
  refuseCreate: ({ inputs }, view) => requireRole(view, inputs["role"]),
};
