/** Where the parts of a picture go. ELK decides, given the size of each: it keeps arrows off boxes. */
import ELK from "elkjs/lib/elk.bundled";
import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import type { Diagram, DiagramEdge, DiagramGroup, DiagramNode } from "../model/diagram";
import { groupLines, labelLines, nodeLines, PADDING, sizeOf, type Line } from "./lines";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A text block: its place, and its lines. */
interface Text extends Box {
  readonly lines: readonly Line[];
}

interface PlacedGroup extends Box {
  readonly group: DiagramGroup;
  readonly title: Text;
}

interface PlacedNode extends Text {
  readonly node: DiagramNode;
}

export interface PlacedEdge {
  readonly edge: DiagramEdge;
  /** The arrow's corners, from its start to its end. */
  readonly points: readonly Point[];
  readonly label?: Text;
}

/** A picture with a place for everything, in pixels from the top left. */
export interface Layout {
  readonly diagram: Diagram;
  readonly width: number;
  readonly height: number;
  readonly groups: readonly PlacedGroup[];
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.spacing.nodeNode": "16",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeLabel": "3",
  "elk.layered.spacing.nodeNodeBetweenLayers": "24",
  "elk.layered.spacing.edgeNodeBetweenLayers": "18",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
};
const GROUP_OPTIONS = { "elk.padding": "[top=10,left=12,bottom=12,right=12]" };

/** A box's title is laid out as a node of its own, so that arrows go around it. */
const titleId = (group: string): string => `title of ${group}`;

function childrenOf(diagram: Diagram, group?: string): ElkNode[] {
  const { nodes, groups } = diagram;
  const own = groups.find(({ id }) => id === group);
  return [
    ...(own ? [{ id: titleId(own.id), ...sizeOf(groupLines(own, diagram)) }] : []),
    ...nodes.filter((node) => node.group === group).map(sizedNode),
    ...groups
      .filter((inner) => inner.group === group)
      .map(({ id }) => ({
        id,
        children: childrenOf(diagram, id),
        layoutOptions: GROUP_OPTIONS,
      })),
  ];
}

function sizedNode(node: DiagramNode): ElkNode {
  const { width, height } = sizeOf(nodeLines(node));
  return { id: node.id, width: width + 2 * PADDING, height: height + PADDING };
}

/** An arrow that configures is laid out backwards: what is configured is on the way of the traffic. */
const isBackwards = ({ kind }: DiagramEdge): boolean => kind === "configures";

function edgesOf({ edges }: Diagram): ElkExtendedEdge[] {
  return edges.map((edge, i) => {
    const size = sizeOf(labelLines(edge.label));
    const [source, target] = isBackwards(edge) ? [edge.to, edge.from] : [edge.from, edge.to];
    const labels = edge.label === "" ? [] : [{ text: edge.label, ...size }];
    return { id: `${i}`, sources: [source], targets: [target], labels };
  });
}

/** Invisible edges: each title above its box's content, and parts without arrows below the others. */
function orderOf({ nodes, groups, edges }: Diagram): ElkExtendedEdge[] {
  const parts = [...nodes, ...groups];
  const ancestors = (id: string): string[] => {
    const group = parts.find((part) => part.id === id)?.group;
    return [id, ...(group === undefined ? [] : ancestors(group))];
  };
  const joined = new Set(edges.flatMap(({ from, to }) => [...ancestors(from), ...ancestors(to)]));
  const pairs = groups.flatMap(({ id: group }) => {
    const inside = parts.filter((part) => part.group === group).map(({ id }) => id);
    const within = (id: string) => ancestors(id).find((each) => inside.includes(each));
    const inner = edges
      .map((edge) => (isBackwards(edge) ? [edge.to, edge.from] : [edge.from, edge.to]).map(within))
      .filter(([from, to]) => from !== undefined && to !== undefined && from !== to);
    const connected = inside.filter((id) => joined.has(id));
    const loose = inside.filter((id) => !joined.has(id));
    const first = connected.filter((id) => !inner.some(([, to]) => to === id));
    const last = connected.filter((id) => !inner.some(([from]) => from === id));
    const column = [...last.slice(0, 1), ...loose];
    return [
      ...(first.length > 0 ? first : loose.slice(0, 1)).map((id) => [titleId(group), id]),
      ...column.slice(1).map((id, i) => [column[i]!, id]),
    ];
  });
  return pairs.map(([from, to], i) => ({
    id: `order ${i}`,
    sources: [from!],
    targets: [to!],
  }));
}

const round = (value = 0) => Math.round(value * 10) / 10;

/** Lays a picture out. The same picture always gets the same layout. */
export async function layOut(diagram: Diagram): Promise<Layout> {
  const placed = await new ELK().layout({
    id: "picture",
    layoutOptions: OPTIONS,
    children: childrenOf(diagram),
    edges: [...edgesOf(diagram), ...orderOf(diagram)],
  });
  const boxes = new Map<string, Box>();
  const collect = (node: ElkNode): void => {
    boxes.set(node.id, boxOf(node));
    node.children?.forEach(collect);
  };
  collect(placed);
  const box = (id: string): Box => boxes.get(id) ?? boxOf({});
  const nodes = diagram.nodes.map((node) => ({ node, lines: nodeLines(node), ...box(node.id) }));
  const edges = diagram.edges.map((edge, i) => placeEdge(edge, placed.edges?.[i]));
  const groups = diagram.groups.map((group): PlacedGroup => {
    const lines = groupLines(group, diagram);
    return { group, title: { ...box(titleId(group.id)), lines }, ...box(group.id) };
  });
  const { width, height } = box("picture");
  const layout = { diagram, width: Math.ceil(width), height: Math.ceil(height), nodes, edges };
  return { ...layout, groups: groups.map((group) => alignTitle(group, { ...layout, groups })) };
}

function boxOf({ x, y, width, height }: Partial<Box>): Box {
  return { x: round(x), y: round(y), width: round(width), height: round(height) };
}

function placeEdge(edge: DiagramEdge, placed: ElkExtendedEdge | undefined): PlacedEdge {
  const points = (placed?.sections ?? [])
    .flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint])
    .map(({ x, y }) => ({ x: round(x), y: round(y) }));
  const [label] = placed?.labels ?? [];
  return {
    edge,
    points: isBackwards(edge) ? points.reverse() : points,
    ...(label && { label: { ...boxOf(label), lines: labelLines(edge.label) } }),
  };
}

/** Moves a title to the left of its box, and to its top, as far as nothing is in the way. */
function alignTitle(placed: PlacedGroup, layout: Layout): PlacedGroup {
  const { title } = placed;
  const [left, top] = [placed.x + PADDING, placed.y + 10];
  const candidates = [
    { ...title, x: left, y: top },
    { ...title, y: top },
    { ...title, x: left },
  ];
  const isInside = ({ x, width }: Box) => x + width <= placed.x + placed.width;
  const free = candidates.find((each) => isInside(each) && !isCovered(each, placed, layout));
  return { ...placed, title: free ?? title };
}

function isCovered(title: Box, own: PlacedGroup, { nodes, groups, edges }: Layout): boolean {
  const segments = edges.flatMap(({ points }) =>
    points.slice(1).map((end, i) => boxAround(points[i] ?? end, end)),
  );
  const labels = edges.flatMap(({ label }) => label ?? []);
  const inner = groups.filter(({ group }) => group.group === own.group.id);
  return [...nodes, ...inner, ...labels, ...segments].some((other) => overlap(title, other));
}

const boxAround = (a: Point, b: Point): Box => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
});

/** Whether two boxes are closer than a few pixels. */
function overlap(a: Box, b: Box, gap = 5): boolean {
  return (
    a.x < b.x + b.width + gap &&
    b.x < a.x + a.width + gap &&
    a.y < b.y + b.height + gap &&
    b.y < a.y + a.height + gap
  );
}
