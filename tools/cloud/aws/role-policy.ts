import { autoName } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { T } from "../queries";
import { requireRole, textOf } from "../refusals";
import { isJson } from "../rules";

export const rolePolicy: ResourceModel = {
  type: T.rolePolicy,
  sources: {
    schema: awsProvider("iam/role_policy"),
    create: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html",
  },
  exclusive: [["name", "namePrefix"]],
  required: ["role", "policy"],
  immutable: ["role", "name", "namePrefix"],
  autoNamed: "name",
  documents: ["policy"],
  check: isJson("policy"),
  simulate: ({ seed, name, inputs }) => {
    const policyName = textOf(inputs, "name") || autoName(name, seed);
    return { id: `${textOf(inputs, "role")}:${policyName}`, outputs: { name: policyName } };
  },
  refuseCreate: ({ inputs }, view) => requireRole(view, inputs["role"]),
};
