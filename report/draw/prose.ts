/** A picture in words: for those who do not see it, and for search. */
import type { Diagram, DiagramEdge, DiagramNode } from "../model/diagram";
import { count } from "../model/scene";
import { EDGE_KINDS, NODE_KINDS } from "./kinds";

/** The arrows that come from outside. */
export function entrancesOf({ nodes, edges }: Diagram): DiagramEdge[] {
  const callers = new Set(nodes.filter(({ kind }) => kind === "caller").map(({ id }) => id));
  return edges.filter(({ from, kind }) => callers.has(from) && kind === "reaches");
}

/** A picture in two sentences. */
export function summaryOf(diagram: Diagram): string {
  const { nodes, edges, groups } = diagram;
  const ways = entrancesOf(diagram);
  const name = (id: string) => nodes.find((node) => node.id === id)?.label ?? id;
  const callers = [...new Set(ways.map(({ from }) => name(from)))];
  const inward = ways.map(({ to, label }) => `${name(to)} (${label})`);
  const access =
    ways.length === 0
      ? "Nothing here can be reached from outside the cluster."
      : `From outside: ${callers.join(", ")} to ${inward.join(", ")}.`;
  return `${count(nodes.length, "part")} in ${count(groups.length, "box").replace("boxs", "boxes")}, ${count(edges.length, "arrow")}. ${access}`;
}

/** A node in words: its kind, its name, what is said of it. */
export function nodeText(
  { kind, label, details, isForeign }: DiagramNode,
  diagram: Diagram,
): string {
  const by = isForeign
    ? [`there already${diagram.clusterStack ? `, by ${diagram.clusterStack}` : ""}`]
    : [];
  const facts = [...details, ...by];
  return `${NODE_KINDS[kind].caption} ${label}${facts.length > 0 ? ` (${facts.join("; ")})` : ""}`;
}

/** An arrow in words. */
export function edgeText({ from, to, kind, label }: DiagramEdge, { nodes }: Diagram): string {
  const name = (id: string) => {
    const node = nodes.find((other) => other.id === id);
    return node ? `${NODE_KINDS[node.kind].caption} ${node.label}` : id;
  };
  return `${name(from)} ${EDGE_KINDS[kind].verb} ${name(to)}${label === "" ? "" : `: ${label}`}`;
}
