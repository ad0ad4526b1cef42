/** A picture as SVG. Its colours are classes, so that light and dark are the style sheet's. */
import type { ComponentChild, JSX } from "preact";
import { summaryOf, titleOf } from "./prose";
import { NODE_KINDS } from "./kinds";
import type { Layout, PlacedEdge, Point } from "./layout";
import { LINE_HEIGHT, PADDING, type Line } from "./lines";

const RADIUS = { group: 10, node: 8 };
const at = ([x, y]: Point) => `${x} ${y}`;

/** A line of text at a place, or several below each other. */
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
  const baselines: number[] = [];
  lines.reduce((top, { size }) => {
    baselines.push(Math.round((top + size) * 10) / 10);
    return top + size * LINE_HEIGHT;
  }, y);
  return (
    <>
      {lines.map(({ text, className }, i) => (
        <text key={i} class={className} x={x} y={baselines[i]} text-anchor={anchor}>
          {text}
        </text>
      ))}
    </>
  );
}

function Arrow({ curve, head }: PlacedEdge): JSX.Element {
  const [start = [0, 0], ...rest] = curve;
  return (
    <>
      <path d={`M${at(start)}C${rest.map(at).join(" ")}`} />
      <polygon points={head.map((point) => point.join(",")).join(" ")} />
    </>
  );
}

/**
 * Draws a picture that was laid out.
 * @param id begins the ids in it; unique on a page
 * @param margin pixels around it
 * @param children what goes before all else, a style sheet for instance
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
  const { diagram, width, height, groups, nodes, edges } = layout;
  const foreign = (isForeign: boolean) => (isForeign ? " foreign" : "");
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="diagram"
      role="img"
      aria-labelledby={`${id}-title ${id}-summary`}
      width={width + 2 * margin}
      height={height + 2 * margin}
      viewBox={`${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`}
    >
      <title id={`${id}-title`}>{titleOf(diagram)}</title>
      <desc id={`${id}-summary`}>{summaryOf(diagram)}</desc>
      {children}
      {[...groups].sort(byDepth).map(({ group, x, y, width: across, height: down }) => (
        <g
          key={group.id}
          class={`group ${group.kind}${foreign(group.isForeign)}`}
          data-id={group.id}
        >
          <rect x={x} y={y} width={across} height={down} rx={RADIUS.group} />
        </g>
      ))}
      {edges.map((placed) => (
        <g
          key={keyOf(placed)}
          class={`edge ${placed.edge.kind}`}
          data-from={placed.edge.from}
          data-to={placed.edge.to}
        >
          <Arrow {...placed} />
        </g>
      ))}
      {groups.map(({ group, lines, x, y }) => (
        <g key={group.id} class="group-label" data-id={group.id}>
          <Text lines={lines} x={x + PADDING} y={y + 8} />
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
      {edges.map(({ label, edge }) =>
        label ? (
          <g key={`${edge.from} ${edge.to} ${edge.kind}`} class="edge-label">
            <Text lines={label.lines} x={label.x + label.width / 2} y={label.y} anchor="middle" />
          </g>
        ) : null,
      )}
    </svg>
  );
}

const keyOf = ({ edge }: PlacedEdge) => `${edge.from} ${edge.to} ${edge.kind}`;

/** What is around others goes below them. */
function byDepth(a: { width: number; height: number }, b: typeof a): number {
  return b.width * b.height - a.width * a.height;
}
