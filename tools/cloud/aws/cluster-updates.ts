/** What EKS refuses when a cluster is updated. */
import type { Update } from "../model";
import { CloudError, requireOrRefuse, T } from "../queries";
import type { CloudResource, CloudView } from "../types";

/** The zones of subnets, which must be there. */
export function zonesOfSubnets(ids: readonly string[], view: CloudView): string[] {
  return ids.map((id) => {
    const found = view.find(T.subnet, id);
    requireOrRefuse(found, `InvalidSubnetID.NotFound: The subnet ID '${id}' does not exist`);
    return String(found.inputs["availabilityZone"]);
  });
}

function minorOf({ inputs }: CloudResource): number | undefined {
  const minor = /^1\.(\d+)$/.exec(String(inputs["version"]))?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** One minor version up at a time, and not down: update-cluster.html. */
function refuseVersion({ before, after }: Update): void {
  const [from, to] = [minorOf(before), minorOf(after)];
  if (from === undefined || to === undefined || from === to || to === from + 1) return;
  throw refusal(`Unsupported Kubernetes minor version update from 1.${from} to 1.${to}`);
}

function refusal(words: string): Error {
  return new CloudError(`InvalidParameterException: ${words}`);
}

/** Subnets can change, in the zones that the cluster was created in: network-reqs.html. */
function refuseZones({ before, after }: Update, view: CloudView): void {
  const zones = ({ inputs }: CloudResource): string => {
    const { subnetIds = [] } = inputs["vpcConfig"] as { subnetIds?: string[] };
    return [...new Set(zonesOfSubnets(subnetIds, view))].sort().join(",");
  };
  const [from, to] = [zones(before), zones(after)];
  if (from === to) return;
  throw refusal(
    `Provided subnets belong to the AZs '${to}'. But they should belong to the exact set of AZs '${from}' in which subnets were provided during cluster creation.`,
  );
}

/** @throws CloudError if EKS refuses the update */
export function refuseClusterUpdate(update: Update, view: CloudView): void {
  refuseVersion(update);
  refuseZones(update, view);
}
