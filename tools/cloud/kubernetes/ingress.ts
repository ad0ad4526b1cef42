import { OBSERVED, type ResourceModel } from "../model";
import { releaseOwned } from "../owned";
import { requireOrRefuse, T } from "../queries";
import type { Handler } from "../types";
import { ingressFailures } from "./ingress-checks";
import {
  asksForBalancer,
  BALANCER_LATENCY,
  balancerStatus,
  CONTROLLERS,
  hasAlbController,
  makeBalancer,
  makesBalancer,
  priceBalancer,
  requireBalancer,
} from "./load-balancer";
import { dnsSubdomain } from "./names";
import { objectModel, simulateObject } from "./object";

const simulate: Handler = (request, view) => {
  const { id, outputs } = simulateObject(request, view);
  return { id, outputs: { ...outputs, status: balancerStatus(request, view, "alb") } };
};

export const ingress: ResourceModel = objectModel({
  type: T.ingress,
  plural: "ingresses.networking.k8s.io",
  sources: {
    delete: CONTROLLERS,
    effects: CONTROLLERS,
    latency: OBSERVED,
    price: "https://aws.amazon.com/elasticloadbalancing/pricing/",
  },
  nameRule: dnsSubdomain,
  failures: ingressFailures,
  simulate,
  refuse: requireBalancer,
  refuseDelete(resource, view) {
    const isStuck = makesBalancer(resource) && !hasAlbController(view, resource.place);
    requireOrRefuse(
      !isStuck,
      `timed out waiting for ${resource.id} to be deleted: its finalizer ingress.k8s.aws/resources is for a controller that is gone`,
    );
  },
  afterChange: makeBalancer,
  afterDelete: releaseOwned,
  latency: (inputs) => (asksForBalancer(T.ingress, inputs) ? BALANCER_LATENCY : [20, 5]),
  price: priceBalancer,
});
