import { arn, hex } from "../ids";
import { awsProvider, OBSERVED, type ResourceModel } from "../model";
import { countNodes, requireOrRefuse, T } from "../queries";
import { requireCluster, requireUnique, textOf } from "../refusals";

export const addon: ResourceModel = {
  type: T.addon,
  sources: {
    schema: awsProvider("eks/addon"),
    create: "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html",
    latency: OBSERVED,
  },
  required: ["clusterName", "addonName"],
  immutable: ["clusterName", "addonName"],
  taggable: true,
  simulate: ({ inputs, provider }, view) => {
    const id = `${textOf(inputs, "clusterName")}:${textOf(inputs, "addonName")}`;
    const resource = `addon/${id.replace(":", "/")}/${hex(id, 8)}`;
    return { id, outputs: { arn: arn("eks", view.regionOf(provider), resource) } };
  },
  refuseCreate(request, view) {
    const { clusterName, addonName } = request.inputs;
    requireCluster(view, clusterName);
    const message = `ResourceInUseException: Addon already exists: ${String(addonName)}`;
    requireUnique(view, request, ["clusterName", "addonName"], message);
    requireOrRefuse(
      addonName !== "coredns" || countNodes(view, clusterName) > 0,
      "waiting for EKS Add-On (coredns) create: unexpected state 'DEGRADED': InsufficientNumberOfReplicas: there are no nodes for its pods",
    );
  },
  latency: [25, 15],
};
