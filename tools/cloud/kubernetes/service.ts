import { hex } from "../ids";
import { OBSERVED, type ResourceModel } from "../model";
import { releaseOwned } from "../owned";
import { inPlace, metadataOf, requireOrRefuse, T } from "../queries";
import type { CloudResource, CloudView, Handler, Props } from "../types";
import {
  asksForBalancer,
  BALANCER_LATENCY,
  balancerStatus,
  CONTROLLERS,
  makeBalancer,
  priceBalancer,
  requireBalancer,
} from "./load-balancer";
import { dnsLabel } from "./names";
import { objectModel, OBSERVED_SERVER, simulateObject } from "./object";
import { serviceFailures } from "./service-checks";

const simulate: Handler = (request, view) => {
  const { id, outputs } = simulateObject(request, view);
  const spec = (request.inputs["spec"] ?? {}) as { type?: string; ports?: Props[] };
  const hasNodePort = spec.type === "NodePort" || spec.type === "LoadBalancer";
  const ports = (spec.ports ?? []).map((port, i) =>
    hasNodePort
      ? {
          ...port,
          nodePort: port["nodePort"] ?? 30100 + (parseInt(hex(request.seed, 3), 16) % 1500) + i,
        }
      : port,
  );
  const isBalanced = spec.type === "LoadBalancer";
  return {
    id,
    outputs: {
      ...outputs,
      spec: { ...spec, ports, clusterIP: `172.20.${parseInt(hex(request.seed, 2), 16)}.10` },
      status: isBalanced ? balancerStatus(request, view, "nlb") : { loadBalancer: {} },
    },
  };
};

function nodePorts({ outputs }: CloudResource): number[] {
  const { ports = [] } = outputs["spec"] as { ports?: { nodePort?: number }[] };
  return ports.map(({ nodePort }) => nodePort ?? 0);
}

function requireFreePorts(service: CloudResource, view: CloudView): void {
  const taken = inPlace(view, T.service, service.place)
    .filter(({ urn, id }) => urn !== service.urn || id !== service.id)
    .flatMap(nodePorts);
  const { name } = metadataOf(service.inputs);
  for (const [i, port] of nodePorts(service).entries()) {
    requireOrRefuse(
      port === 0 || !taken.includes(port),
      `Service "${name}" is invalid: spec.ports[${i}].nodePort: Invalid value: ${port}: provided port is already allocated`,
    );
  }
}

export const service: ResourceModel = objectModel({
  type: T.service,
  plural: "services",
  sources: {
    create: `${OBSERVED_SERVER}; ${CONTROLLERS}`,
    effects: CONTROLLERS,
    latency: OBSERVED,
    price: "https://aws.amazon.com/elasticloadbalancing/pricing/",
  },
  nameRule: dnsLabel,
  fixed: ["spec.clusterIP"],
  failures: serviceFailures,
  simulate,
  refuse(object, view) {
    requireFreePorts(object, view);
    requireBalancer(object, view);
  },
  afterChange: makeBalancer,
  afterDelete: releaseOwned,
  latency: (inputs) => (asksForBalancer(T.service, inputs) ? BALANCER_LATENCY : [10, 2]),
  price: priceBalancer,
});
