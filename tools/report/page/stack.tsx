/** A stack's section: pictures, findings, outputs, cost, resources. */
import type { ComponentChildren, JSX } from "preact";
import { RULES } from "../../../policies/analyser";
import type { StackFinding } from "../../rehearse/findings";
import type { RecordedResource } from "../../rehearse/records";
import type { Rehearsal } from "../../rehearse/rehearse";
import type { Diagram } from "../model/diagram";
import { count } from "../model/recordings";
import { chapterOf } from "./chapter";
import { CostTable } from "./cost";
import { Figure, type Picture } from "./pictures";

/** A rehearsed stack, and its pictures. */
export interface DrawnStack {
  readonly rehearsal: Rehearsal;
  readonly diagram: Diagram;
  readonly pictures: readonly Picture[];
}

/** The section of a stack. Its children come after the pictures. */
export function StackSection({
  drawn,
  children,
}: {
  drawn: DrawnStack;
  children?: ComponentChildren;
}): JSX.Element {
  const { rehearsal, diagram, pictures } = drawn;
  const { stack, resources, outputs, warnings, errors, findings } = rehearsal;
  const { title, lead } = chapterOf(stack);
  return (
    <section class="stack" aria-labelledby={stack}>
      <h2 id={stack}>{title}</h2>
      <p class="lead">{lead}</p>
      <p class="facts">
        Stack <code>{stack}</code>, {count(resources.length, "resource")}
        {diagram.clusterStack !== undefined && (
          <>
            , on the cluster of{" "}
            <a href={`#${diagram.clusterStack}`}>
              <code>{diagram.clusterStack}</code>
            </a>
          </>
        )}
      </p>
      {errors.map(({ message }) => (
        <Notice key={message} kind="bad" title="It would not come up">
          {message}
        </Notice>
      ))}
      {warnings.map((warning) => (
        <Notice key={warning} kind="warn" title="The program warns">
          {warning}
        </Notice>
      ))}
      {pictures.map((picture) => (
        <Figure key={picture.view} picture={picture} id={`${stack}-${picture.view}`} />
      ))}
      {children}
      <h3>What the policy pack finds</h3>
      <Findings findings={findings} isJudged={errors.length === 0} />
      <h3>Outputs</h3>
      <Outputs stack={stack} outputs={outputs} />
      <h3>Cost</h3>
      {errors.length > 0 ? <p>Not known: the stack fails.</p> : <CostTable rehearsal={rehearsal} />}
      <h3>Resources</h3>
      <details>
        <summary>{count(resources.length, "resource")}, as a tree</summary>
        <p>
          The pictures stand for {diagram.drawn} of {count(diagram.total, "resource")}; the tree has
          all of them.
        </p>
        <Tree resources={resources} parent={undefined} />
      </details>
    </section>
  );
}

/** A message that must not be missed. */
function Notice({
  kind,
  title,
  children,
}: {
  kind: "bad" | "warn";
  title: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <div class={`notice ${kind}`}>
      <p>
        <strong>{title}</strong>
      </p>
      <p class="pre">{children}</p>
    </div>
  );
}

/** The findings of the policy pack. A stack whose program failed was not judged as a whole. */
export function Findings({
  findings,
  isJudged = true,
}: {
  findings: readonly StackFinding[];
  isJudged?: boolean;
}): JSX.Element {
  return (
    <>
      {!isJudged && (
        <p>
          The pack did not judge this stack: its program failed before it had registered all of its
          resources.
        </p>
      )}
      {isJudged && findings.length === 0 && <p>Nothing: all {RULES.length} rules pass.</p>}
      {findings.length > 0 && (
        <ul class="findings">
          {findings.map(({ rule, level, resource, statement, explanation, stops }) => (
            <li key={`${rule} ${resource} ${statement}`} class={`notice ${stops ? "bad" : "warn"}`}>
              <p>
                <strong>{rule}</strong> on <code>{resource}</code>:{" "}
                {stops ? "stops the preview" : `${level}, stops nothing`}
              </p>
              {explanation.map((line) => (
                <p key={line} class={line.includes("\n") ? "pre mono" : "pre"}>
                  {line}
                </p>
              ))}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Outputs({
  stack,
  outputs,
}: {
  stack: string;
  outputs: Rehearsal["outputs"];
}): JSX.Element {
  const entries = Object.entries(outputs);
  if (entries.length === 0) return <p>Nothing.</p>;
  return (
    <dl class="outputs" aria-label={`Outputs of ${stack}`}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Tree({
  resources,
  parent,
}: {
  resources: readonly RecordedResource[];
  parent: string | undefined;
}): JSX.Element {
  const children = resources.filter((resource) => resource.parent === parent);
  return (
    <ul class="tree">
      {children.map(({ urn, name, type }) => (
        <li key={urn}>
          <span>
            {name} <code>{type}</code>
          </span>
          {resources.some((resource) => resource.parent === urn) && (
            <Tree resources={resources} parent={urn} />
          )}
        </li>
      ))}
    </ul>
  );
}
