import { OBSERVED, type ResourceModel } from "../model";
import { T } from "../queries";
import { dnsSubdomain } from "./names";
import { objectModel } from "./object";
import { requireNodes } from "./scheduling";
import { deploymentFailures } from "./workload-checks";

export const deployment: ResourceModel = objectModel({
  type: T.deployment,
  plural: "deployments.apps",
  sources: { latency: OBSERVED },
  nameRule: dnsSubdomain,
  fixed: ["spec.selector"],
  failures: deploymentFailures,
  refuse: requireNodes,
  latency: [40, 5],
});
