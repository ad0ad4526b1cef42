/** Collects the parts of a picture. What another stack made stays only if an arrow of this stack touches it. */
import type { RecordedResource } from "../../rehearse/records";
import type { Recorded } from "./recordings";
import type {
  Diagram,
  DiagramEdge,
  DiagramGroup,
  DiagramNode,
  EdgeKind,
  GroupKind,
  NodeKind,
} from "./types";

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const keyOf = ({ from, to, kind }: Pick<DiagramEdge, "from" | "to" | "kind">) =>
  `${from} ${to} ${kind}`;
const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];

/** Where a part comes from: the resources that it stands for, and whether another stack made them. */
interface Origin {
  readonly isForeign?: boolean;
  readonly urns?: readonly string[];
}

interface PartOptions extends Origin {
  readonly details?: readonly string[];
  /** The box that the part is in. */
  readonly group?: string;
}

/** A part that stands for one resource. */
export const origin = ({ resource, isForeign }: Recorded): Origin => ({
  isForeign,
  urns: [resource.urn],
});

/** Builds a picture. A part that is added twice stands for the resources of both. */
export class DiagramBuilder {
  private readonly groups = new Map<string, DiagramGroup>();
  private readonly nodes = new Map<string, DiagramNode>();
  private readonly edges = new Map<string, DiagramEdge>();

  group(kind: GroupKind, id: string, label: string, options: PartOptions = {}): string {
    this.groups.set(id, merge(this.groups.get(id), { kind, ...part(id, label, options) }));
    return id;
  }

  node(kind: NodeKind, id: string, label: string, options: PartOptions = {}): string {
    this.nodes.set(id, merge(this.nodes.get(id), { kind, ...part(id, label, options) }));
    return id;
  }

  /** An arrow of this stack replaces the same arrow of another stack. */
  edge(kind: EdgeKind, from: string, to: string, label: string, options: Origin = {}): void {
    const { isForeign = false, urns = [] } = options;
    const edge = { kind, from, to, label, isForeign, urns };
    const before = this.edges.get(keyOf(edge));
    if (!before || (before.isForeign && !isForeign)) this.edges.set(keyOf(edge), edge);
    else if (before.isForeign === isForeign) {
      const labels = before.label === label ? label : `${before.label}, ${label}`;
      this.edges.set(keyOf(edge), { ...edge, label: labels, urns: union(before.urns, urns) });
    }
  }

  has(id: string): boolean {
    return this.nodes.has(id) || this.groups.has(id);
  }

  edgesOf(id: string): DiagramEdge[] {
    return [...this.edges.values()].filter(({ from, to }) => from === id || to === id);
  }

  all(kind: NodeKind): DiagramNode[] {
    return [...this.nodes.values()].filter((node) => node.kind === kind);
  }

  /** Removes nodes that only have arrows among themselves. @returns the resources they stood for */
  take(ids: readonly string[]): string[] {
    const urns = ids.flatMap((id) => this.nodes.get(id)?.urns ?? []);
    for (const id of ids) this.nodes.delete(id);
    for (const [key, { from, to }] of this.edges) {
      if (ids.includes(from) || ids.includes(to)) this.edges.delete(key);
    }
    return urns;
  }

  /**
   * Finishes the picture. A stack that failed half-way may have registered only one end of an arrow;
   * such an arrow is dropped.
   */
  finish(
    stack: string,
    clusterStack: string | undefined,
    own: readonly RecordedResource[],
  ): Diagram {
    const nodes = this.keptNodes();
    const kept = new Set(nodes.map(({ id }) => id));
    const edges = [...this.edges.values()]
      .filter(({ from, to }) => kept.has(from) && kept.has(to))
      .filter((edge) => !edge.isForeign || edge.kind === "routes")
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const groups = groupsAround(nodes, [...this.groups.values()])
      .map((group) => this.place(group))
      .sort(byId);
    const urns = new Set([...groups, ...nodes, ...edges].flatMap((each) => each.urns));
    return {
      stack,
      ...(clusterStack !== undefined && { clusterStack }),
      groups,
      nodes,
      edges,
      drawn: own.filter(({ urn }) => urns.has(urn)).length,
      total: own.length,
    };
  }

  /** Own nodes, the nodes at the other end of an own arrow, and where their traffic goes. */
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
      .map((node) => this.place(node))
      .sort(byId);
  }

  /** Keeps a part in its box, if there is such a box: a stack that failed half-way may have none. */
  private place<T extends DiagramGroup | DiagramNode>(placed: T): T {
    const isBoxed = placed.group === undefined || this.groups.has(placed.group);
    return isBoxed ? placed : { ...placed, group: undefined };
  }
}

function part(id: string, label: string, options: PartOptions) {
  const { details = [], group, isForeign = false, urns = [] } = options;
  return { id, label, details, isForeign, urns, ...(group !== undefined && { group }) };
}

/** The boxes that hold nodes, at any depth. */
export function groupsAround(
  nodes: readonly DiagramNode[],
  groups: readonly DiagramGroup[],
): DiagramGroup[] {
  const used = new Set<string>();
  const use = (id: string | undefined): void => {
    if (id === undefined || used.has(id)) return;
    used.add(id);
    use(groups.find((group) => group.id === id)?.group);
  };
  for (const { group } of nodes) use(group);
  return groups.filter(({ id }) => used.has(id));
}

function merge<T extends DiagramGroup | DiagramNode>(before: T | undefined, added: T): T {
  if (!before) return added;
  return {
    ...before,
    isForeign: before.isForeign && added.isForeign,
    urns: union(before.urns, added.urns),
  };
}
