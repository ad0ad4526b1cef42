/** Draws a stack from its recording: a pure function. */
import type { RecordedResource } from "../../rehearse/records";
import { DiagramBuilder } from "./builder";
import { drawCluster } from "./cluster";
import { drawIdentity } from "./identity";
import { drawReach } from "./reach";
import { Recordings } from "./recordings";
import type { Diagram } from "./types";
import { drawWorkloads, mergeUnreachedServices } from "./workloads";

export type * from "./types";
export { viewsOf } from "./views";

/** What a rehearsal recorded of a stack. */
export interface Recording {
  readonly stack: string;
  readonly resources: readonly RecordedResource[];
}

/**
 * Draws a stack.
 * @param cluster the stack whose cluster it uses, if that is another
 */
export function diagramOf({ stack, resources }: Recording, cluster?: Recording): Diagram {
  const isOther = cluster !== undefined && cluster.stack !== stack;
  const recordings = new Recordings(resources, isOther ? cluster.resources : []);
  const builder = new DiagramBuilder();
  drawCluster(recordings, builder);
  drawWorkloads(recordings, builder);
  drawReach(recordings, builder);
  drawIdentity(recordings, builder);
  mergeUnreachedServices(builder);
  return builder.finish(stack, isOther ? cluster.stack : undefined, resources);
}
