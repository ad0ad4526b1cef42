import { autoName } from "../ids";
import { OBSERVED, type ResourceModel } from "../model";
import { inPlace, requireOrRefuse, T } from "../queries";
import type { CloudResource, CloudView, Handler } from "../types";
import { findOther, PROVIDER_SOURCE, requireNamespace } from "./object";
import { requireNodes, WAITS } from "./scheduling";

const simulate: Handler = ({ seed, name, inputs }) => {
  const releaseName = (inputs["name"] as string | undefined) ?? autoName(name, seed);
  const namespace = (inputs["namespace"] as string | undefined) ?? "default";
  const status = { name: releaseName, namespace, version: inputs["version"], status: "deployed" };
  return { id: `${namespace}/${releaseName}`, outputs: { name: releaseName, status } };
};

/** Classes that a chart owns: Helm does not take over what another release has. */
const CLASSES: Readonly<Record<string, string>> = {
  "nginx-ingress": "nginx",
  "ingress-nginx": "nginx",
  "aws-load-balancer-controller": "alb",
};

function classOf({ inputs }: CloudResource): string | undefined {
  return CLASSES[String(inputs["chart"]).split("/").at(-1)!];
}

function requireFreeClass(release: CloudResource, view: CloudView): void {
  const name = classOf(release);
  const owner = inPlace(view, T.release, release.place).find(
    (other) => other.id !== release.id && classOf(other) === name,
  );
  requireOrRefuse(
    name === undefined || !owner,
    `Unable to continue with install: IngressClass "${name}" in namespace "" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: key "meta.helm.sh/release-name" must equal "${String(release.outputs["name"])}": current value is "${String(owner?.outputs["name"])}"`,
  );
}

export const release: ResourceModel = {
  type: T.release,
  sources: {
    // Its Diff never asks to delete first.
    schema: `${PROVIDER_SOURCE}/helm_release.go`,
    create: `Helm 3: pkg/action/install.go and validate.go; ${WAITS}`,
    update: WAITS,
    latency: OBSERVED,
  },
  required: ["chart"],
  immutable: ["name", "namespace"],
  simulate,
  refusePlaced(resource, view) {
    requireNamespace(resource, view);
    const isFree = !findOther(resource, view, false);
    requireOrRefuse(isFree, "cannot re-use a name that is still in use");
    requireFreeClass(resource, view);
    requireNodes(resource, view);
  },
  refuseUpdate({ after }, view) {
    requireNamespace(after, view);
    requireNodes(after, view);
  },
  latency: [45, 10],
};
