/** A picture as SVG. Its colours are classes: the style sheet has a light and a dark palette. */
import type { ComponentChild, JSX } from "preact";
import { NODE_KINDS } from "./kinds";
import type { Box, Layout, PlacedEdge, Point } from "./layout";
import { LINE_HEIGHT, PADDING, type Line } from "./lines";
import { summaryOf, titleOf } from "./words";

const RADIUS = { group: 10, node: 8 };
/** Length and half the width of an arrow's tip, in pixels. */
const TIP = { length: 9, half: 4 };

const round = (value: number) => Math.round(value * 10) / 10;
const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;

/** Lines of text below each other. */
function Text({
  lines,
  x,
  y,
  anchor = "start",
}: {
  lines: readonly Line[];
  x: number;
  y: number;
  anchor?: "start" | "middle";
}): JSX.Element {
  const tops = lines.map((_, i) =>
    lines.slice(0, i).reduce((top, { size }) => top + size * LINE_HEIGHT, y),
  );
  return (
    <>
      {lines.map(({ text, size, className }, i) => (
        <text key={i} class={className} x={x} y={round(tops[i]! + size)} text-anchor={anchor}>
          {text}
        </text>
      ))}
    </>
  );
}

/** A line with rounded corners, and a triangle at its end. */
function Arrow({ points }: PlacedEdge): JSX.Element {
  const [before, end] = points.slice(-2);
  if (!before || !end) return <></>;
  const foot = toward(end, before, TIP.length);
  const [dx, dy] = [end.x - foot.x, end.y - foot.y].map((side) => (side / TIP.length) * TIP.half);
  const tip = [end, { x: foot.x - dy!, y: foot.y + dx! }, { x: foot.x + dy!, y: foot.y - dx! }];
  return (
    <>
      <path d={roundedPath([...points.slice(0, -1), foot])} />
      <polygon points={tip.map(at).join(" ")} />
    </>
  );
}

function roundedPath(points: readonly Point[]): string {
  return points
    .map((point, i) => {
      const [before, after] = [points[i - 1], points[i + 1]];
      if (!before) return `M${at(point)}`;
      if (!after) return `L${at(point)}`;
      const [into, out] = [before, after].map((other) => toward(point, other, RADIUS.node));
      return `L${at(into!)}Q${at(point)} ${at(out!)}`;
    })
    .join("");
}

/** The point so many pixels from one point to another, half-way at most. */
function toward(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const share = Math.min(distance / length, 0.5);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/**
 * Draws a picture that was laid out.
 * @param id begins the ids in it; unique on a page
 * @param margin pixels around it
 * @param children what comes first, such as a style sheet
 */
export function Svg({
  layout,
  id,
  margin = 1,
  children,
}: {
  layout: Layout;
  id: string;
  margin?: number;
  children?: ComponentChild;
}): JSX.Element {
  const { diagram, groups, nodes, edges } = layout;
  const [width, height] = [layout.width + 2 * margin, layout.height + 2 * margin];
  const foreign = (isForeign: boolean) => (isForeign ? " foreign" : "");
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="diagram"
      role="img"
      aria-labelledby={`${id}-title ${id}-summary`}
      width={width}
      height={height}
      viewBox={`${-margin} ${-margin} ${width} ${height}`}
    >
      <title id={`${id}-title`}>{titleOf(diagram)}</title>
      <desc id={`${id}-summary`}>{summaryOf(diagram)}</desc>
      {children}
      {[...groups].sort(largerFirst).map(({ group, x, y, width: across, height: down }) => (
        <g
          key={group.id}
          class={`group ${group.kind}${foreign(group.isForeign)}`}
          data-id={group.id}
        >
          <rect x={x} y={y} width={across} height={down} rx={RADIUS.group} />
        </g>
      ))}
      {edges.map((placed, i) => (
        <g
          key={i}
          class={`edge ${placed.edge.kind}`}
          data-from={placed.edge.from}
          data-to={placed.edge.to}
        >
          <Arrow {...placed} />
        </g>
      ))}
      {groups.map(({ group, title }) => (
        <g key={group.id} class="group-label" data-id={group.id}>
          <Text {...title} />
        </g>
      ))}
      {nodes.map(({ node, lines, ...box }) => (
        <g
          key={node.id}
          class={`node ${NODE_KINDS[node.kind].family}${foreign(node.isForeign)}`}
          data-id={node.id}
        >
          <rect {...box} rx={RADIUS.node} />
          <Text lines={lines} x={box.x + PADDING} y={box.y + 6} />
        </g>
      ))}
      {edges.map(
        ({ label }, i) =>
          label && (
            <g key={i} class="edge-label">
              <Text lines={label.lines} x={label.x + label.width / 2} y={label.y} anchor="middle" />
            </g>
          ),
      )}
    </svg>
  );
}

/** A box is drawn before the boxes inside it. */
function largerFirst(a: Box, b: Box): number {
  return b.width * b.height - a.width * a.height;
}
