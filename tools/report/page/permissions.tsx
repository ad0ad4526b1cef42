/** Who can do what before and after IRSA. */
import type { JSX } from "preact";
import type { Comparison } from "../permissions/compare";
import { Figure, type Picture } from "./pictures";
import { Findings } from "./stack";

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

function Requests({ comparison: { group, answers } }: { comparison: Comparison }): JSX.Element {
  return (
    <>
      <h4>The same requests, answered by both</h4>
      <p>
        This command terminates a node of the Auto Scaling group <code>{group}</code>, whatever runs
        on it:
      </p>
      <pre tabindex={0} role="region" aria-label="The request">
        <code>
          {
            "aws autoscaling terminate-instance-in-auto-scaling-group \\\n  --instance-id INSTANCE --no-should-decrement-desired-capacity"
          }
        </code>
      </pre>
      <div class="scroll" role="region" tabindex={0} aria-label="Who may make the requests">
        <table class="rights">
          <caption>Who may make which request</caption>
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">Request</th>
              <th scope="col">nodeRole</th>
              <th scope="col">irsa</th>
            </tr>
          </thead>
          <tbody>
            {answers.map(({ caller, request, before, after }) => (
              <tr key={`${caller} ${request}`}>
                <th scope="row">{caller}</th>
                <td class="request">{request}</td>
                <td>{mark(before)}</td>
                <td>{mark(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Actions({ comparison: { rows, account } }: { comparison: Comparison }): JSX.Element {
  return (
    <div class="scroll" role="region" tabindex={0} aria-label="Every action of the policy">
      <table class="rights">
        <caption>
          Who may call each action. The first rows change something; the rest only read.
        </caption>
        <thead>
          <tr>
            <th scope="col" rowspan={2}>
              Action
            </th>
            <th scope="colgroup" colspan={2}>
              nodeRole
            </th>
            <th scope="colgroup" colspan={2}>
              irsa
            </th>
          </tr>
          <tr>
            <th scope="col">any pod</th>
            <th scope="col">{account}</th>
            <th scope="col">any pod</th>
            <th scope="col">{account}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ action, isWrite, before, after }) => (
            <tr key={action} class={isWrite ? "write" : undefined}>
              <th scope="row">
                <code>{action}</code>
              </th>
              {[before.anyPod, before.workload, after.anyPod, after.workload].map(
                (isAllowed, i) => (
                  <td key={i}>{mark(isAllowed)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
