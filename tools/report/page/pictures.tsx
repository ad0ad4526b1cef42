/** The pictures of a stack, each with its words. */
import type { JSX } from "preact";
import { EDGE_KINDS, GROUP_KINDS, NODE_KINDS } from "../draw/kinds";
import type { Layout } from "../draw/layout";
import { accessOf, edgeText, nodeText } from "../draw/prose";
import { Svg } from "../draw/svg";
import type { Diagram, View } from "../model/diagram";

/** A picture that was laid out. */
export interface Picture {
  readonly view: View;
  readonly layout: Layout;
}

const CAPTIONS: Readonly<Record<View, string>> = {
  reach: "What runs where, and who may reach it.",
  rights: "Which IAM role each part takes, and what the role lets it change.",
};

/** Width of the page's column in pixels; what is wider may stand out of it, where there is room. */
const COLUMN = 1100;
/** What the box around a picture adds to its width. */
const BORDER = 36;

/** A picture in a box that scrolls by itself, with its caption and the same in words. */
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
  const counts = { "data-nodes": diagram.nodes.length, "data-edges": diagram.edges.length };
  return (
    <figure
      class={layout.width > COLUMN ? "picture wide" : "picture"}
      style={`--width:${layout.width + BORDER}px`}
      id={id}
      data-stack={diagram.stack}
      data-view={view}
      {...counts}
    >
      <figcaption>
        <strong id={`${id}-caption`}>{caption ?? CAPTIONS[view]}</strong>
        {view === "reach" && ` ${accessOf(diagram)}`}
      </figcaption>
      <div
        class="scroll"
        role="region"
        tabindex={0}
        aria-labelledby={`${diagram.stack} ${id}-caption`}
      >
        <Svg layout={layout} id={id} />
      </div>
      <details>
        <summary>The same in words</summary>
        <Words diagram={diagram} />
      </details>
    </figure>
  );
}

function Words({ diagram }: { diagram: Diagram }): JSX.Element {
  return (
    <div class="words">
      <p>What is where:</p>
      <Inside diagram={diagram} group={undefined} />
      {diagram.edges.length > 0 ? <p>Arrows:</p> : <p>No arrows.</p>}
      {diagram.edges.length > 0 && (
        <ul>
          {diagram.edges.map((edge) => (
            <li key={`${edge.from} ${edge.to} ${edge.kind}`}>{edgeText(edge, diagram)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Inside({ diagram, group }: { diagram: Diagram; group: string | undefined }): JSX.Element {
  return (
    <ul>
      {diagram.nodes
        .filter((node) => node.group === group)
        .map((node) => (
          <li key={node.id}>{nodeText(node, diagram)}</li>
        ))}
      {diagram.groups
        .filter((inner) => inner.group === group)
        .map((inner) => (
          <li key={inner.id}>
            {[inner.label, ...inner.details].join("; ")}
            <Inside diagram={diagram} group={inner.id} />
          </li>
        ))}
    </ul>
  );
}

/** What the arrows and the parts mean that the pictures have. */
export function Legend({ diagrams }: { diagrams: readonly Diagram[] }): JSX.Element {
  const edges = new Set(diagrams.flatMap((diagram) => diagram.edges.map(({ kind }) => kind)));
  const nodes = new Set(diagrams.flatMap((diagram) => diagram.nodes.map(({ kind }) => kind)));
  const groups = new Set(diagrams.flatMap((diagram) => diagram.groups.map(({ kind }) => kind)));
  const kindsOf = <K extends string, V>(table: Readonly<Record<K, V>>, used: ReadonlySet<K>) =>
    (Object.entries(table) as [K, V][]).filter(([kind]) => used.has(kind));
  const parts = [...kindsOf(NODE_KINDS, nodes), ...kindsOf(GROUP_KINDS, groups)];
  return (
    <section aria-labelledby="legend">
      <h2 id="legend">How to read the pictures</h2>
      <p>
        A box holds what is inside it. A dashed outline was there before the stack: another stack
        made it, or Kubernetes itself. A picture leaves out what would only fill it, and says so;
        the tree below it has every resource.
      </p>
      <ul class="arrows">
        {kindsOf(EDGE_KINDS, edges).map(([kind, { caption, meaning }]) => (
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
          {parts.map(([kind, { caption, meaning }]) => (
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
