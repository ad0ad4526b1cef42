/** Splits a stack's picture into traffic and rights, so that each can be read. */
import { groupsAround } from "./builder";
import type { Diagram, DiagramEdge, DiagramGroup, DiagramNode, View } from "./types";

const RIGHTS: ReadonlySet<DiagramEdge["kind"]> = new Set(["assumes", "permits"]);
/** Boxes that mean nothing for rights. */
const NETWORK: ReadonlySet<DiagramGroup["kind"]> = new Set([
  "vpc",
  "publicSubnets",
  "privateSubnets",
]);

/** The views of a picture that show something. A part without arrows is shown with the traffic. */
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
  const nodes = mergeAddOns(shown.filter(({ kind }) => kind !== "machines"));
  const groups = diagram.groups.filter(({ kind }) => kind !== "iam");
  return { ...diagram, nodes, groups: groupsAround(nodes, groups), edges };
}

/** Draws the add-ons as one node: no arrow leads to any of them. */
function mergeAddOns(nodes: readonly DiagramNode[]): DiagramNode[] {
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
  const lift = <T extends { group?: string }>(part: T): T =>
    part.group !== undefined && dropped.has(part.group) ? { ...part, group: undefined } : part;
  const nodes = diagram.nodes.filter(({ id }) => ends.has(id)).map(lift);
  const groups = diagram.groups.filter(({ id }) => !dropped.has(id)).map(lift);
  return { ...diagram, edges, nodes, groups: groupsAround(nodes, groups) };
}
