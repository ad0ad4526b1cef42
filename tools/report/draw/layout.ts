/** Where the parts of a picture go: Graphviz's dot decides, given the size of each. */
import type { Edge, Graph, Node, Subgraph } from "@viz-js/viz" with { "resolution-mode": "import" };
import type { Diagram, DiagramEdge, DiagramGroup, DiagramNode } from "../model/diagram";
import { groupLines, labelLines, nodeLines, PADDING, sizeOf, type Line } from "./lines";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedGroup extends Box {
  readonly group: DiagramGroup;
  readonly lines: readonly Line[];
}

export interface PlacedNode extends Box {
  readonly node: DiagramNode;
  readonly lines: readonly Line[];
}

export interface PlacedEdge {
  readonly edge: DiagramEdge;
  /** Points of a Bézier curve: a start, then three for each piece. */
  readonly curve: readonly Point[];
  /** The triangle at its end. */
  readonly head: readonly Point[];
  readonly label?: Box & { readonly lines: readonly Line[] };
}

export type Point = readonly [number, number];

/** A picture with a place for everything, in pixels from the top left. */
export interface Layout {
  readonly diagram: Diagram;
  readonly width: number;
  readonly height: number;
  readonly groups: readonly PlacedGroup[];
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const POINTS_PER_INCH = 72;

/** Graphviz leaves room for a label of a known size by a table of that size with nothing in it. */
function room({ width, height }: { width: number; height: number }): { html: string } {
  const table = `BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0" FIXEDSIZE="TRUE"`;
  return {
    html: `<TABLE ${table} WIDTH="${width}" HEIGHT="${height}"><TR><TD></TD></TR></TABLE>`,
  };
}

function graphOf(diagram: Diagram): Graph {
  const inside = (group: string | undefined): Pick<Subgraph, "nodes" | "subgraphs"> => ({
    nodes: diagram.nodes.filter((node) => node.group === group).map(graphNode),
    subgraphs: [
      ...sideBySide(diagram, group),
      ...diagram.groups
        .filter((inner) => inner.group === group)
        .map((inner) => ({
          name: `cluster ${inner.id}`,
          graphAttributes: {
            label: room(sizeOf(groupLines(inner, diagram))),
            labeljust: "l",
            margin: 16,
          },
          ...inside(inner.id),
        })),
    ],
  });
  return {
    directed: true,
    graphAttributes: { rankdir: "TB", ranksep: 0.42, nodesep: 0.25, pad: 0, newrank: true },
    nodeAttributes: { shape: "box", fixedsize: true, label: "" },
    edgeAttributes: { arrowsize: 0.7 },
    edges: [
      ...diagram.edges.map(({ from, to, kind, label }) => ({
        tail: from,
        head: to,
        attributes: {
          class: kind,
          // To be made is no step of the way down that traffic takes.
          ...(kind === "configures" && to.startsWith("load-balancer:") && { constraint: false }),
          ...(label !== "" && { label: room(pad(sizeOf(labelLines(label)))) }),
        },
      })),
      ...columns(diagram),
    ],
    ...inside(undefined),
  };
}

/** Keeps the ways into a group at one height. */
function sideBySide({ nodes }: Diagram, group: string | undefined): Subgraph[] {
  const ports = nodes.filter((node) => node.group === group && node.kind === "nodePort");
  return ports.length < 2
    ? []
    : [{ graphAttributes: { rank: "same" }, nodes: ports.map(({ id: name }) => ({ name })) }];
}

/** Puts the nodes of a group below each other that no arrow joins to anything: a row would be wide. */
function columns({ nodes, edges }: Diagram): Edge[] {
  const touched = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const sources = new Set(edges.map(({ from }) => from));
  const groups = new Set(nodes.map(({ group }) => group));
  return [...groups].flatMap((group) => {
    const inside = nodes.filter((node) => node.group === group).map(({ id }) => id);
    const end = inside.filter((id) => touched.has(id) && !sources.has(id)).at(-1);
    const loose = inside.filter((id) => !touched.has(id));
    const column = end === undefined ? loose : [end, ...loose];
    return column.slice(1).map((head, i) => ({
      tail: column[i] ?? head,
      head,
      attributes: { style: "invis" },
    }));
  });
}

function graphNode(node: DiagramNode): Node {
  const { width, height } = pad(sizeOf(nodeLines(node)), PADDING);
  const inches = (pixels: number) => pixels / POINTS_PER_INCH;
  return { name: node.id, attributes: { width: inches(width), height: inches(height) } };
}

const pad = ({ width, height }: { width: number; height: number }, by = 4) => ({
  width: width + 2 * by,
  height: height + by,
});

/** What is read of Graphviz's answer. */
interface Answer {
  readonly bb: string;
  readonly objects?: readonly { name: string; bb?: string; pos?: string }[];
  readonly edges?: readonly {
    tail: number;
    head: number;
    class?: string;
    lp?: string;
    _draw_: readonly Operation[];
    _hdraw_: readonly Operation[];
  }[];
}

interface Operation {
  readonly op: string;
  readonly points?: readonly Point[];
}

const numbers = (text = "") => text.split(",").map(Number);
const round = (value: number) => Math.round(value * 10) / 10;
const pointsOf = (operations: readonly Operation[], op: string): Point[] =>
  (operations.find((operation) => operation.op === op)?.points ?? []).map(([x, y]) => [
    round(x),
    round(y),
  ]);

function boxOf(bb: string | undefined): Box {
  const [left = 0, bottom = 0, right = 0, top = 0] = numbers(bb);
  return {
    x: round(left),
    y: round(Math.min(top, bottom)),
    width: round(right - left),
    height: round(Math.abs(bottom - top)),
  };
}

function around(position: string | undefined, size: { width: number; height: number }): Box {
  const [x = 0, y = 0] = numbers(position);
  return { x: round(x - size.width / 2), y: round(y - size.height / 2), ...size };
}

/** Lays a picture out. The same picture is always laid out the same. */
export async function layOut(diagram: Diagram): Promise<Layout> {
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  const answer = viz.renderJSON(graphOf(diagram), { yInvert: true }) as Answer;
  const objects = answer.objects ?? [];
  const placed = new Map(objects.map((object) => [object.name, object]));
  const shown = (answer.edges ?? []).filter((drawn) => drawn.class !== undefined);
  const edges = shown.map((drawn): PlacedEdge => {
    const [from, to] = [objects[drawn.tail]?.name, objects[drawn.head]?.name];
    const edge = diagram.edges.find(
      (e) => e.from === from && e.to === to && e.kind === drawn.class,
    );
    if (!edge) throw new Error(`Graphviz drew an arrow that nobody asked for: ${from} to ${to}`);
    const lines = labelLines(edge.label);
    return {
      edge,
      curve: pointsOf(drawn._draw_, "b"),
      head: pointsOf(drawn._hdraw_, "P"),
      ...(lines.length > 0 && { label: { ...around(drawn.lp, sizeOf(lines)), lines } }),
    };
  });
  const { width, height } = boxOf(answer.bb);
  return {
    diagram,
    width: Math.ceil(width),
    height: Math.ceil(height),
    groups: diagram.groups.map((group) => ({
      group,
      lines: groupLines(group, diagram),
      ...boxOf(placed.get(`cluster ${group.id}`)?.bb),
    })),
    nodes: diagram.nodes.map((node) => ({
      node,
      lines: nodeLines(node),
      ...around(placed.get(node.id)?.pos, pad(sizeOf(nodeLines(node)), PADDING)),
    })),
    edges,
  };
}
