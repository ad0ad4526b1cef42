/** The whole report: one page that loads nothing else. */
import type { JSX } from "preact";
import { renderToStaticMarkup } from "preact-render-to-string";
import { NOT_COUNTED, PRICES } from "../../cloud/prices";
import { fails, type Rehearsal } from "../../rehearse/rehearse";
import { chapterOf } from "./chapter";
import { ChapterCost, Overview } from "./cost";
import { Permissions, type DrawnComparison } from "./permissions";
import { fitStyle, Legend } from "./pictures";
import { StackSection, type DrawnStack } from "./stack";
import { PAGE_STYLE } from "./style";

/** How a report is recognised; a file without it is not overwritten. */
export const GENERATOR = "eks-exercises rehearsal report";

/** What is in the report. */
export interface Report {
  /** In the order in which they are shown. */
  readonly stacks: readonly DrawnStack[];
  /** Shown with its own stack. */
  readonly comparison?: DrawnComparison;
}

const NOTHING_FROM_OUTSIDE =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The page as text. Rendering escapes everything in it. */
export function pageOf(report: Report): string {
  return `<!doctype html>\n${renderToStaticMarkup(<Page report={report} />)}\n`;
}

function Page({ report }: { report: Report }): JSX.Element {
  const { stacks, comparison } = report;
  const rehearsals = stacks.map(({ rehearsal }) => rehearsal);
  const failing = new Set(rehearsals.filter(fails).map(({ stack }) => stack));
  const pictures = [
    ...stacks.flatMap(({ rehearsal, pictures: drawn }) =>
      drawn.map((picture) => ({ id: `${rehearsal.stack}-${picture.view}`, picture })),
    ),
    ...(comparison
      ? [
          { id: "irsa-before", picture: comparison.before },
          { id: "irsa-after", picture: comparison.after },
        ]
      : []),
  ];
  const diagrams = pictures.map(({ picture }) => picture.layout.diagram);
  const style = `${PAGE_STYLE}@media screen {\n${fitStyle(pictures)}\n}`;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={NOTHING_FROM_OUTSIDE} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content={GENERATOR} />
        <title>The EKS chapter, rehearsed</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the stacks
        </a>
        <header>
          <p class="eyebrow">eks-exercises · rehearsal report</p>
          <h1>The EKS chapter, rehearsed</h1>
          <p class="rehearsal">
            <strong>This is a rehearsal.</strong> The real program ran against a simulated cloud.
            Nothing was created, and no id, address or host below exists. AWS, EKS and Kubernetes
            were not called.
          </p>
          <Contents rehearsals={rehearsals} comparison={comparison} />
        </header>
        <main id="content" tabindex={-1}>
          <section aria-labelledby="overview">
            <h2 id="overview">At a glance</h2>
            <p>
              {rehearsals.length - failing.size} of {rehearsals.length} stacks would come up.
            </p>
            <ChapterCost rehearsals={rehearsals} />
            <Overview rehearsals={rehearsals} failing={failing} />
          </section>
          <Legend diagrams={diagrams} />
          {stacks.map((drawn) => (
            <StackSection key={drawn.rehearsal.stack} drawn={drawn}>
              {comparison?.comparison.stack === drawn.rehearsal.stack && (
                <Permissions drawn={comparison} />
              )}
            </StackSection>
          ))}
        </main>
        <footer>
          <p>
            Cost: {PRICES.region}, {PRICES.currency}, on demand, prices of {PRICES.date}, while the
            stack is up: an estimate from a price list, not a bill. Not counted:{" "}
            {NOT_COUNTED.join(", ")}.
          </p>
          <p>
            Made by <code>npm run rehearse -- --report DIR</code>. The pictures show what the
            program registered; ELK laid them out.
          </p>
        </footer>
      </body>
    </html>
  );
}

function Contents({
  rehearsals,
  comparison,
}: {
  rehearsals: readonly Rehearsal[];
  comparison: DrawnComparison | undefined;
}): JSX.Element {
  return (
    <nav aria-label="Contents">
      <ul>
        <li>
          <a href="#overview">At a glance</a>
        </li>
        <li>
          <a href="#legend">How to read the pictures</a>
        </li>
        {rehearsals.map(({ stack }) => (
          <li key={stack}>
            <a href={`#${stack}`}>{chapterOf(stack).title}</a>
            {comparison?.comparison.stack === stack && (
              <ul>
                <li>
                  <a href="#irsa">Who can do what, before and after IRSA</a>
                </li>
              </ul>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
