import { hex } from "../ids";
import type { ResourceModel } from "../model";
import { T } from "../queries";
import { requireCluster, requireUnique } from "../refusals";

export const podIdentityAssociation: ResourceModel = {
  type: T.podIdentity,
  sources: {
    inputs: "terraform-provider-aws: internal/service/eks/pod_identity_association.go",
    replaces: "terraform-provider-aws: internal/service/eks/pod_identity_association.go",
    create:
      "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html",
  },
  required: ["clusterName", "namespace", "serviceAccount", "roleArn"],
  immutable: ["clusterName", "namespace", "serviceAccount"],
  deleteFirst: true,
  taggable: true,
  simulate: ({ seed }) => ({ id: `a-${hex(seed, 17)}` }),
  refuseCreate(request, view) {
    requireCluster(view, request.inputs["clusterName"]);
    const by = ["clusterName", "namespace", "serviceAccount"];
    requireUnique(view, request, by, "ResourceInUseException: Association already exists");
  },
};
