import { hex } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { T } from "../queries";
import { requireCluster, requireUnique } from "../refusals";

export const podIdentityAssociation: ResourceModel = {
  type: T.podIdentity,
  sources: {
    schema: awsProvider("eks/pod_identity_association"),
    create:
      "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html",
  },
  required: ["clusterName", "namespace", "serviceAccount", "roleArn"],
  immutable: ["clusterName", "namespace", "serviceAccount"],
  taggable: true,
  simulate: ({ seed }) => ({ id: `a-${hex(seed, 17)}` }),
  refuseCreate(request, view) {
    requireCluster(view, request.inputs["clusterName"]);
    const by = ["clusterName", "namespace", "serviceAccount"];
    requireUnique(view, request, by, "ResourceInUseException: Association already exists");
  },
};
