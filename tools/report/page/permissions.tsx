/** Who can do what before and after IRSA. */
import type { ComponentChildren, JSX } from "preact";
import type { Comparison } from "../permissions/compare";
import { Figure, type Picture } from "./pictures";
import { Findings } from "./stack";

const COMMAND =
  "aws autoscaling terminate-instance-in-auto-scaling-group \\\n" +
  "  --instance-id INSTANCE --no-should-decrement-desired-capacity";

/** The comparison, and the pictures of its two sides. */
export interface DrawnComparison {
  readonly comparison: Comparison;
  readonly before: Picture;
  readonly after: Picture;
}

/** The chapter's question: why a policy on the node role is a bad idea. */
export function Permissions({ drawn }: { drawn: DrawnComparison }): JSX.Element {
  const { comparison } = drawn;
  const { managed, metadata } = comparison;
  return (
    <section class="permissions" aria-labelledby="irsa">
      <h3 id="irsa">Who can do what, before and after IRSA</h3>
      <p>
        The same stack was rehearsed twice: with <code>permissions: nodeRole</code>, the chapter's
        shortcut, and with <code>permissions: irsa</code>. The policies of both then answered the
        same requests.
      </p>
      <div class="pair">
        <Figure
          picture={drawn.before}
          id="irsa-before"
          caption="Before: the policy is on the node role, whose credentials every node's metadata service hands out."
        />
        <Figure
          picture={drawn.after}
          id="irsa-after"
          caption="After: a role of its own, which only one service account may assume."
        />
      </div>
      <Requests comparison={comparison} />
      <h4>Every action of the autoscaler's policy</h4>
      <Actions comparison={comparison} />
      <p>
        “Any pod” is a pod that can get the nodes' credentials. With this stack's launch template
        the metadata service answers a pod {metadata}; the hop limit decides that.
        {managed.length > 0 &&
          ` The node role also has ${managed.join(" and ")}, which are the same in both.`}
      </p>
      <h4>What the policy pack finds in the shortcut</h4>
      <Findings findings={comparison.findings.before} />
      <h4>What it finds in the role of its own</h4>
      <Findings findings={comparison.findings.after} />
    </section>
  );
}

const mark = (isAllowed: boolean): JSX.Element =>
  isAllowed ? <span class="yes">may</span> : <span class="no">may not</span>;

/** A table whose first column heads its rows. */
function Rights({
  caption,
  head,
  rows,
}: {
  caption: string;
  head: readonly string[];
  rows: readonly { isWrite?: boolean; cells: readonly ComponentChildren[] }[];
}): JSX.Element {
  return (
    <div class="scroll" role="region" tabindex={0} aria-label={caption}>
      <table class="rights">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((title) => (
              <th scope="col" key={title}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ isWrite, cells: [first, ...cells] }, i) => (
            <tr key={i} class={isWrite ? "write" : undefined}>
              <th scope="row">{first}</th>
              {cells.map((cell, j) => (
                <td key={j}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Requests({ comparison: { group, answers } }: { comparison: Comparison }): JSX.Element {
  return (
    <>
      <h4>The same requests, answered by both</h4>
      <p>
        This command terminates a node of the Auto Scaling group <code>{group}</code>, whatever runs
        on it:
      </p>
      <pre tabindex={0} role="region" aria-label="The request">
        <code>{COMMAND}</code>
      </pre>
      <Rights
        caption="Who may make which request"
        head={["Who", "Request", "nodeRole", "irsa"]}
        rows={answers.map(({ caller, request, before, after }) => ({
          cells: [caller, request, mark(before), mark(after)],
        }))}
      />
    </>
  );
}

function Actions({ comparison: { rows, account } }: { comparison: Comparison }): JSX.Element {
  return (
    <Rights
      caption="Who may call each action. The first rows change something; the rest only read."
      head={[
        "Action",
        "nodeRole: any pod",
        `nodeRole: ${account}`,
        "irsa: any pod",
        `irsa: ${account}`,
      ]}
      rows={rows.map(({ action, isWrite, before, after }) => ({
        isWrite,
        cells: [
          <code key="action">{action}</code>,
          ...[before.anyPod, before.workload, after.anyPod, after.workload].map(mark),
        ],
      }))}
    />
  );
}
