import { OBSERVED, type ResourceModel } from "../model";
import { T } from "../queries";
import { dnsSubdomain } from "./names";
import { objectModel } from "./object";
import { requireNodes } from "./scheduling";
import { podFailures } from "./workload-checks";

export const pod: ResourceModel = objectModel({
  type: T.pod,
  plural: "pods",
  sources: { latency: OBSERVED },
  nameRule: dnsSubdomain,
  // Only a few fields of a pod can change; Pulumi's provider replaces it for the others.
  fixed: ["spec"],
  failures: (object) => podFailures(object.at("spec"), ["Always", "OnFailure", "Never"]),
  refuse: requireNodes,
  latency: [40, 30],
});
