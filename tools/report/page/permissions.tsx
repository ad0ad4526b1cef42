/** Who can do what before and after IRSA. */
import type { JSX } from "preact";
import type { Comparison } from "../permissions/compare";
import { Figure, type Picture } from "./pictures";
import { Findings } from "./stack";

/** The comparison, and how its two sides are drawn. */
export interface DrawnComparison {
  readonly comparison: Comparison;
  readonly before: Picture;
  readonly after: Picture;
}

/** The chapter's question: why a policy on the nodes' role is a bad idea. */
export function Permissions({ drawn }: { drawn: DrawnComparison }): JSX.Element {
  const { comparison } = drawn;
  const { left, metadata } = comparison;
  return (
    <section class="permissions" aria-labelledby="irsa">
      <h3 id="irsa">Who can do what, before and after IRSA</h3>
      <p>
        The same stack was rehearsed twice: with <code>permissions: nodeRole</code>, the chapter's
        shortcut, and with <code>permissions: irsa</code>. The policies of both were then asked the
        same questions: what stands in the tables is their answer.
      </p>
      <div class="pair">
        <Figure
          picture={drawn.before}
          id="irsa-before"
          caption="Before: the policy is on the nodes' role, which every node's metadata service hands out."
        />
        <Figure
          picture={drawn.after}
          id="irsa-after"
          caption="After: a role of its own, which only one service account may take."
        />
      </div>
      <Request comparison={comparison} />
      <h4>Every action of the autoscaler's policy</h4>
      <Actions comparison={comparison} />
      <p>
        “Any pod” is one that gets at the nodes' credentials. By the launch template of this stack
        the metadata service answers a pod {metadata}: the hop limit decides it.
        {left.length > 0 &&
          ` Left out, because they are the same in both: ${left.join(", ")} on the nodes' role.`}
      </p>
      <h4>What the policy pack says of the shortcut</h4>
      <Findings findings={comparison.findings.before} />
      <h4>And of the role of its own</h4>
      <Findings findings={comparison.findings.after} />
    </section>
  );
}

const mark = (isAllowed: boolean): JSX.Element =>
  isAllowed ? <span class="yes">may</span> : <span class="no">may not</span>;

function Request({ comparison: { request, answers } }: { comparison: Comparison }): JSX.Element {
  return (
    <>
      <h4>One request, asked of both</h4>
      <p>
        End a node of the Auto Scaling group <code>{request.group}</code>, whatever runs on it:
      </p>
      <pre tabindex={0} role="region" aria-label="The request">
        <code>{request.command}</code>
      </pre>
      <div class="scroll" role="region" tabindex={0} aria-label="Who may make the request">
        <table class="rights">
          <caption>
            Who may call <code>{request.action}</code> on that group
          </caption>
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">nodeRole</th>
              <th scope="col">irsa</th>
            </tr>
          </thead>
          <tbody>
            {answers.map(({ who, before, after }) => (
              <tr key={who}>
                <th scope="row">{who}</th>
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
        <caption>What each may call; the first rows change something, the others only read</caption>
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
              <td>{mark(before.anyPod)}</td>
              <td>{mark(before.workload)}</td>
              <td>{mark(after.anyPod)}</td>
              <td>{mark(after.workload)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
