/** A recording as a picture: a pure function. */
import type { RecordedResource } from "../../rehearse/records";
import { drawCluster } from "./cluster";
import { drawEntrances } from "./entrances";
import { drawIdentity } from "./identity";
import { Scene } from "./scene";
import { Sketch } from "./sketch";
import type { Diagram } from "./types";
import { drawWorkloads, gatherOthers } from "./workloads";

export type * from "./types";
export { viewsOf } from "./views";

/** A stack as it was recorded. */
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
  const scene = new Scene(resources, isOther ? cluster.resources : []);
  const sketch = new Sketch();
  drawCluster(scene, sketch);
  drawWorkloads(scene, sketch);
  drawEntrances(scene, sketch);
  drawIdentity(scene, sketch);
  gatherOthers(sketch);
  const urns = resources.map(({ urn }) => urn);
  return sketch.finish(stack, isOther ? cluster.stack : undefined, urns);
}
