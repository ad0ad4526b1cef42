/** The style sheet of the pictures, on a page or alone. Its contrasts meet WCAG AA, light and dark. */
import { FONT_FAMILY } from "./measure";

const LIGHT = `
  --paper: #ffffff; --ink: #18202a; --soft: #4c5867; --hair: #c3ccd6; --shade: #4a617d0d;
  --outside: #8a5200; --outside-fill: #fff5dc; --entrance: #0f6b47; --entrance-fill: #e2f5ea;
  --machine: #43536a; --machine-fill: #edf1f6; --workload: #1a56b0; --workload-fill: #e5effd;
  --identity: #6d33a8; --identity-fill: #f3e9fd;`;

const DARK = `
  --paper: #11161d; --ink: #e9eef4; --soft: #a9b5c3; --hair: #3a4654; --shade: #9fb8d60d;
  --outside: #f0b95c; --outside-fill: #33270d; --entrance: #62d3a0; --entrance-fill: #0f2b20;
  --machine: #a9b9cf; --machine-fill: #1f2731; --workload: #85b7ff; --workload-fill: #14263f;
  --identity: #cda3f8; --identity-fill: #2a1b3d;`;

/** The colours as custom properties of a selector, light and dark. */
export function palette(selector: string): string {
  return `${selector} {${LIGHT}\n}
@media screen and (prefers-color-scheme: dark) { ${selector} {${DARK}\n} }`;
}

const FAMILIES = ["outside", "entrance", "machine", "workload", "identity"]
  .map(
    (family) => `
.diagram .${family} rect { fill: var(--${family}-fill); stroke: var(--${family}); }
.diagram .${family} .caption { fill: var(--${family}); }`,
  )
  .join("");

const EDGES = Object.entries({
  reaches: ["outside", "2.25"],
  admits: ["outside", "1.5"],
  forwards: ["outside", "1.75"],
  routes: ["workload", "1.75"],
  configures: ["machine", "1.5"],
  assumes: ["identity", "1.75"],
  permits: ["identity", "1.75"],
})
  .map(
    ([kind, [family, width]]) => `
.diagram .edge.${kind} path { stroke: var(--${family}); stroke-width: ${width}; }
.diagram .edge.${kind} polygon { fill: var(--${family}); }`,
  )
  .join("");

/** The style of every picture. */
export const DIAGRAM_STYLE = `
.diagram { font-family: ${FONT_FAMILY}; background: var(--paper); }
.diagram text { fill: var(--ink); }
.diagram .caption { font-size: 12px; }
.diagram .name { font-size: 14px; font-weight: 700; }
.diagram .detail { font-size: 12px; fill: var(--soft); }
.diagram .group rect { fill: none; stroke: var(--hair); }
.diagram .group.namespace rect, .diagram .group.iam rect { fill: var(--shade); }
.diagram .foreign rect { stroke-dasharray: 5 4; }
.diagram .edge path { fill: none; }
.diagram .edge.admits path, .diagram .edge.permits path { stroke-dasharray: 6 4; }
.diagram .edge.forwards path { stroke-dasharray: 10 4; }
.diagram .edge.configures path { stroke-dasharray: 2 4; stroke-linecap: round; }
.diagram .edge-label text, .diagram .group-label text { paint-order: stroke; stroke: var(--paper);
  stroke-width: 4px; stroke-linejoin: round; }
.diagram .edge-label text { fill: var(--ink); }${FAMILIES}${EDGES}
`;
