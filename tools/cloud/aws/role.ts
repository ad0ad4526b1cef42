import { arn, autoName, hex } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { requireOrRefuse, T } from "../queries";
import { idsHaving, requireUnique, textOf } from "../refusals";
import { isJson } from "../rules";

export const role: ResourceModel = {
  type: T.role,
  sources: {
    schema: awsProvider("iam/role"),
    create: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
    delete: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html",
  },
  exclusive: [["name", "namePrefix"]],
  required: ["assumeRolePolicy"],
  immutable: ["name", "namePrefix", "path"],
  autoNamed: "name",
  taggable: true,
  documents: ["assumeRolePolicy"],
  check: isJson("assumeRolePolicy"),
  simulate: ({ seed, name, inputs }) => {
    const roleName = textOf(inputs, "name") || autoName(name, seed);
    return {
      id: roleName,
      outputs: {
        name: roleName,
        arn: arn("iam", "", `role/${roleName}`),
        uniqueId: `AROA${hex(seed, 16)}`,
      },
    };
  },
  refuseCreate(request, view) {
    const message = `EntityAlreadyExists: Role with name ${String(request.inputs["name"])} already exists.`;
    requireUnique(view, request, ["name"], message);
  },
  refuseDelete({ id }, view) {
    requireOrRefuse(
      idsHaving(view, T.attachment, "role", id).length === 0,
      "DeleteConflict: Cannot delete entity, must detach all policies first.",
    );
    requireOrRefuse(
      idsHaving(view, T.rolePolicy, "role", id).length === 0,
      "DeleteConflict: Cannot delete entity, must delete policies first.",
    );
  },
};
