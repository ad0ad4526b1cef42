/** A stack's picture in two: its traffic and its rights, each of a size that can be read. */
import type { Diagram, DiagramEdge, DiagramGroup, DiagramNode, View } from "./types";

const RIGHTS: ReadonlySet<DiagramEdge["kind"]> = new Set(["assumes", "permits"]);
/** Boxes that say nothing of rights. */
const NETWORK: ReadonlySet<DiagramGroup["kind"]> = new Set([
  "vpc",
  "publicSubnets",
  "privateSubnets",
]);

/**
 * The views of a picture that show something. Each part is in one of them at least; what no arrow
 * leads to or from is with the traffic. The nodes are there the box that is named for them.
 */
export function viewsOf(diagram: Diagram): { view: View; diagram: Diagram }[] {
  const rights = rightsOf(diagram);
  const reach = reachOf(diagram, new Set(rights.nodes.map(({ id }) => id)));
  return [
    ...(reach.nodes.length > 0 ? [{ view: "reach" as const, diagram: reach }] : []),
    ...(rights.edges.length > 0 ? [{ view: "rights" as const, diagram: rights }] : []),
  ];
}

function reachOf(diagram: Diagram, inRights: ReadonlySet<string>): Diagram {
  const edges = diagram.edges.filter(({ kind }) => !RIGHTS.has(kind));
  const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const own = diagram.nodes.filter(({ id }) => joined.has(id) || !inRights.has(id));
  if (own.length === 0) return { ...diagram, groups: [], nodes: [], edges: [] };
  const shown = diagram.nodes.filter(
    (node) => own.includes(node) || node.kind === "addOn" || node.kind === "release",
  );
  const nodes = together(shown.filter(({ kind }) => kind !== "machines"));
  const groups = diagram.groups.filter(({ kind }) => kind !== "iam");
  return withoutEmptyGroups({ ...diagram, nodes, groups, edges });
}

/** Tells the add-ons as one: no arrow leads to any. */
function together(nodes: readonly DiagramNode[]): DiagramNode[] {
  const addOns = nodes.filter(({ kind }) => kind === "addOn");
  const [first, second] = addOns;
  if (!first || !second) return [...nodes];
  const all: DiagramNode = {
    ...first,
    id: "add-ons",
    kind: "addOns",
    label: addOns.map(({ label }) => label).join(", "),
    urns: addOns.flatMap(({ urns }) => urns),
  };
  return [all, ...nodes.filter(({ kind }) => kind !== "addOn")];
}

function rightsOf(diagram: Diagram): Diagram {
  const edges = diagram.edges.filter(({ kind }) => RIGHTS.has(kind));
  const ends = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const dropped = new Set(diagram.groups.filter((g) => NETWORK.has(g.kind)).map(({ id }) => id));
  const lifted = <T extends { group?: string }>(part: T): T =>
    part.group !== undefined && dropped.has(part.group) ? { ...part, group: undefined } : part;
  return withoutEmptyGroups({
    ...diagram,
    edges,
    nodes: diagram.nodes.filter(({ id }) => ends.has(id)).map(lifted),
    groups: diagram.groups.filter(({ id }) => !dropped.has(id)).map(lifted),
  });
}

function withoutEmptyGroups(diagram: Diagram): Diagram {
  const used = new Set<string>();
  const use = (id: string | undefined): void => {
    if (id === undefined || used.has(id)) return;
    used.add(id);
    use(diagram.groups.find((group) => group.id === id)?.group);
  };
  for (const { group } of diagram.nodes) use(group);
  return { ...diagram, groups: diagram.groups.filter(({ id }) => used.has(id)) };
}
