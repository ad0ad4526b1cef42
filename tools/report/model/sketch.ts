/** Collects the parts of a picture, and finishes it: what others' stacks have is left out where it touches nothing. */
import type { Diagram, DiagramEdge, DiagramGroup, DiagramNode } from "./types";

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const keyOf = ({ from, to, kind }: Pick<DiagramEdge, "from" | "to" | "kind">) =>
  `${from} ${to} ${kind}`;
const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];

/** A picture in the making. A part that is there already gains the resources of its twin. */
export class Sketch {
  private readonly groups = new Map<string, DiagramGroup>();
  private readonly nodes = new Map<string, DiagramNode>();
  private readonly edges = new Map<string, DiagramEdge>();

  group(group: DiagramGroup): string {
    this.groups.set(group.id, merged(this.groups.get(group.id), group));
    return group.id;
  }

  node(node: DiagramNode): string {
    this.nodes.set(node.id, merged(this.nodes.get(node.id), node));
    return node.id;
  }

  /** An arrow of this stack's own hides what another stack has to say of it. */
  edge(edge: DiagramEdge): void {
    const before = this.edges.get(keyOf(edge));
    if (!before || (before.isForeign && !edge.isForeign)) this.edges.set(keyOf(edge), edge);
    else if (before.isForeign === edge.isForeign) {
      const label = before.label === edge.label ? edge.label : `${before.label}, ${edge.label}`;
      this.edges.set(keyOf(edge), { ...edge, label, urns: union(before.urns, edge.urns) });
    }
  }

  has(id: string): boolean {
    return this.nodes.has(id) || this.groups.has(id);
  }

  /** Lets one node stand for several others, which have no edges but among themselves. */
  replace(ids: readonly string[], by: DiagramNode): void {
    const urns = ids.flatMap((id) => this.nodes.get(id)?.urns ?? []);
    for (const id of ids) this.nodes.delete(id);
    for (const [key, { from, to }] of this.edges) {
      if (ids.includes(from) || ids.includes(to)) this.edges.delete(key);
    }
    this.node({ ...by, urns });
  }

  edgesOf(id: string): DiagramEdge[] {
    return [...this.edges.values()].filter(({ from, to }) => from === id || to === id);
  }

  all(kind: DiagramNode["kind"]): DiagramNode[] {
    return [...this.nodes.values()].filter((node) => node.kind === kind);
  }

  /**
   * The picture. An arrow is left out whose end is not drawn: a stack that fails half-way has
   * registered the one and not the other.
   */
  finish(stack: string, clusterStack: string | undefined, ownUrns: readonly string[]): Diagram {
    const nodes = this.keptNodes();
    const kept = new Set(nodes.map(({ id }) => id));
    const edges = [...this.edges.values()]
      .filter(({ from, to }) => kept.has(from) && kept.has(to))
      .filter((edge) => !edge.isForeign || edge.kind === "routes")
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const groups = this.keptGroups(nodes);
    const own = new Set(ownUrns);
    const drawn = new Set(
      [...groups, ...nodes, ...edges].flatMap(({ urns }) => urns).filter((urn) => own.has(urn)),
    );
    return {
      stack,
      ...(clusterStack !== undefined && { clusterStack }),
      groups,
      nodes,
      edges,
      drawn: drawn.size,
      total: own.size,
    };
  }

  /** Own nodes; those at the other end of an own edge; and where traffic goes from there. */
  private keptNodes(): DiagramNode[] {
    const edges = [...this.edges.values()];
    const kept = new Set([...this.nodes.values()].filter((n) => !n.isForeign).map(({ id }) => id));
    for (const { from, to, isForeign } of edges) {
      if (!isForeign) kept.add(from).add(to);
    }
    for (let size = 0; size !== kept.size;) {
      size = kept.size;
      for (const { from, to, kind } of edges) if (kind === "routes" && kept.has(from)) kept.add(to);
    }
    return [...this.nodes.values()]
      .filter(({ id }) => kept.has(id))
      .map((node) => this.placed(node))
      .sort(byId);
  }

  /** A part in its box; outside, where a stack that failed half-way has none. */
  private placed<T extends DiagramGroup | DiagramNode>(part: T): T {
    const isBoxed = part.group === undefined || this.groups.has(part.group);
    return isBoxed ? part : { ...part, group: undefined };
  }

  private keptGroups(nodes: readonly DiagramNode[]): DiagramGroup[] {
    const kept = new Set<string>();
    const keep = (id: string | undefined): void => {
      if (id === undefined || kept.has(id)) return;
      kept.add(id);
      keep(this.groups.get(id)?.group);
    };
    for (const { group } of nodes) keep(group);
    return [...this.groups.values()]
      .filter(({ id }) => kept.has(id))
      .map((group) => this.placed(group))
      .sort(byId);
  }
}

function merged<T extends DiagramGroup | DiagramNode>(before: T | undefined, part: T): T {
  if (!before) return part;
  return {
    ...before,
    isForeign: before.isForeign && part.isForeign,
    urns: union(before.urns, part.urns),
  };
}
