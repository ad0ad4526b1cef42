import { clusterAt, countNodes, requireOrRefuse } from "../queries";
import type { CloudResource, CloudView } from "../types";

/** Where it is known that a provider waits for pods. */
export const WAITS = "pulumi-kubernetes: provider/pkg/await; observed on a real API server";

/** Refuses pods on a cluster that has no nodes: the provider waits for them in vain. */
export function requireNodes({ id, place }: CloudResource, view: CloudView): void {
  const cluster = clusterAt(view, place);
  const isServed = !cluster || countNodes(view, cluster.facts["name"]) > 0;
  requireOrRefuse(
    isServed,
    `timed out waiting for ${id}: 0/0 nodes are available to schedule its pods`,
  );
}
