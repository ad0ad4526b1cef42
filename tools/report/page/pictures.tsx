/** The pictures of a stack. Where a picture does not fit, the page shows its parts as nested cards. */
import type { JSX } from "preact";
import { EDGE_KINDS, GROUP_KINDS, NODE_KINDS } from "../draw/kinds";
import type { Layout } from "../draw/layout";
import { Svg } from "../draw/svg";
import { accessOf, arrowText, origin } from "../draw/words";
import type { Diagram, View } from "../model/diagram";

/** A picture that was laid out. */
export interface Picture {
  readonly view: View;
  readonly layout: Layout;
}

const CAPTIONS: Readonly<Record<View, string>> = {
  reach: "What runs where, and who can reach it.",
  rights: "Which IAM role each part assumes, and what the role may change.",
};

/** Width of the page's column, in pixels. A wider picture may stand out of the column. */
const COLUMN = 1100;
/** Border and padding around a picture, in pixels. */
const BORDER = 36;

/** A rule for each picture: if the page has no room for the picture, its cards are open instead. */
export function fitStyle(pictures: readonly { id: string; picture: Picture }[]): string {
  return pictures
    .map(({ id, picture: { layout } }) => {
      const query = `@container (max-width: ${layout.width + BORDER - 1}px)`;
      return `${query} { #${id} .drawing { display: none; } }
@supports selector(::details-content) { ${query} {
  #${id} summary { display: none; }
  #${id} details::details-content { content-visibility: visible; block-size: auto; }
} }`;
    })
    .join("\n");
}

/** A picture with its caption, and the same as cards. */
export function Figure({
  picture,
  id,
  caption,
}: {
  picture: Picture;
  id: string;
  caption?: string;
}): JSX.Element {
  const { layout, view } = picture;
  const { diagram } = layout;
  return (
    <figure
      class={layout.width > COLUMN ? "picture wide" : "picture"}
      style={`--width:${layout.width + BORDER}px`}
      id={id}
    >
      <figcaption>
        <strong>{caption ?? CAPTIONS[view]}</strong>
        {view === "reach" && ` ${accessOf(diagram)}`}
      </figcaption>
      <div class="drawing">
        <Svg layout={layout} id={id} />
      </div>
      <details>
        <summary>The same in words</summary>
        <Cards diagram={diagram} group={undefined} />
      </details>
    </figure>
  );
}

/** The parts of a picture as nested lists, each with the arrows that start there. */
function Cards({ diagram, group }: { diagram: Diagram; group: string | undefined }): JSX.Element {
  return (
    <ul class="cards">
      {diagram.nodes
        .filter((node) => node.group === group)
        .map((node) => (
          <li key={node.id} class={`card ${NODE_KINDS[node.kind].family}`}>
            <span class="caption">{NODE_KINDS[node.kind].caption}</span>{" "}
            <strong>{node.label}</strong>
            <small>{[...node.details, ...origin(node, diagram)].join("; ")}</small>
            {diagram.edges
              .filter(({ from }) => from === node.id)
              .map((edge) => (
                <span class="arrow" key={`${edge.kind} ${edge.to}`}>
                  → {arrowText(edge, diagram)}
                </span>
              ))}
          </li>
        ))}
      {diagram.groups
        .filter((inner) => inner.group === group)
        .map((inner) => (
          <li key={inner.id} class="card">
            <strong>{inner.label}</strong>
            <small>{inner.details.join("; ")}</small>
            <Cards diagram={diagram} group={inner.id} />
          </li>
        ))}
    </ul>
  );
}

/** What the arrows and parts of the pictures mean. */
export function Legend({ diagrams }: { diagrams: readonly Diagram[] }): JSX.Element {
  const kinds = diagrams.flatMap(({ nodes, groups, edges }) => [...nodes, ...groups, ...edges]);
  const used = new Set<string>(kinds.map(({ kind }) => kind));
  const usedOf = <V,>(table: Readonly<Record<string, V>>) =>
    Object.entries(table).filter(([kind]) => used.has(kind));
  return (
    <section aria-labelledby="legend">
      <h2 id="legend">How to read the pictures</h2>
      <p>
        A box contains the parts inside it. A dashed outline existed before the stack: another stack
        or Kubernetes created it. A picture shows what matters for its question; the tree below it
        has every resource.
      </p>
      <ul class="arrows">
        {usedOf(EDGE_KINDS).map(([kind, { caption, meaning }]) => (
          <li key={kind}>
            <svg class="diagram" width="56" height="14" viewBox="0 0 56 14" aria-hidden="true">
              <g class={`edge ${kind}`}>
                <path d="M2 7H46" />
                <polygon points="46,3 55,7 46,11" />
              </g>
            </svg>
            <span>
              <strong>{caption}</strong> {meaning}
            </span>
          </li>
        ))}
      </ul>
      <details>
        <summary>What each part is, in a sentence</summary>
        <dl class="glossary">
          {[...usedOf(NODE_KINDS), ...usedOf(GROUP_KINDS)].map(([kind, { caption, meaning }]) => (
            <div key={kind}>
              <dt>{caption}</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}
