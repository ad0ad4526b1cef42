import { awsProvider, type ResourceModel } from "../model";
import { having, requireOrRefuse, T } from "../queries";
import { requireCluster, requireUnique, textOf } from "../refusals";
import { unless } from "../rules";

/** Gives an access entry one of EKS's policies, in a whole cluster or in some namespaces. */
export const accessPolicyAssociation: ResourceModel = {
  type: T.accessPolicy,
  sources: {
    schema: awsProvider("eks/access_policy_association"),
    create: "https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html",
  },
  required: ["accessScope", "clusterName", "policyArn", "principalArn"],
  immutable: ["accessScope", "clusterName", "policyArn", "principalArn"],
  deleteFirst: true,
  check: ({ accessScope }) => {
    const { type, namespaces } = (accessScope ?? {}) as { type?: string; namespaces?: string[] };
    return unless(
      type === undefined || (type === "namespace") === (namespaces ?? []).length > 0,
      "accessScope",
      "InvalidParameterException: namespaces are for a scope of type namespace, which needs one at least",
    );
  },
  simulate: ({ inputs }) => {
    const parts = ["clusterName", "principalArn", "policyArn"].map((key) => textOf(inputs, key));
    return { id: parts.join("#") };
  },
  refuseCreate(request, view) {
    const { clusterName, principalArn, policyArn } = request.inputs;
    requireCluster(view, clusterName);
    const entry = having(view, T.accessEntry, "principalArn", principalArn).find(
      ({ inputs }) => inputs["clusterName"] === clusterName,
    );
    requireOrRefuse(
      entry,
      `ResourceNotFoundException: The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.`,
    );
    requireOrRefuse(
      /^arn:[\w-]+:eks::aws:cluster-access-policy\/\w+$/.test(String(policyArn)),
      `InvalidParameterException: The policyArn parameter format is not valid: ${String(policyArn)}`,
    );
    const taken = "ResourceInUseException: The access policy is already associated";
    requireUnique(view, request, ["clusterName", "principalArn", "policyArn"], taken);
  },
};
