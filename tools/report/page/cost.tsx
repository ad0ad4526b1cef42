/** What things cost, as tables with bars. */
import type { JSX } from "preact";
import { HOURS_PER_MONTH } from "../../cloud/prices";
import type { Rehearsal } from "../../rehearse/rehearse";
import { isExercise } from "../../shared/stack-files";
import { chapterOf } from "./chapter";

/** A bar that repeats the number beside it for the eye. Its width is the row's `--share`. */
function Bar(): JSX.Element {
  return (
    <td class="bar" aria-hidden="true">
      <span />
    </td>
  );
}

const shareStyle = (share: number) => `--share:${Math.round(share * 1000) / 10}%`;
const aDay = (perHour: number) => (perHour * 24).toFixed(2);

/** What one stack costs, item by item. */
export function CostTable({ rehearsal }: { rehearsal: Rehearsal }): JSX.Element {
  const { cost, stack } = rehearsal;
  if (cost.lines.length === 0) return <p>Nothing beyond the cluster.</p>;
  const most = Math.max(...cost.lines.map(({ perHour }) => perHour));
  return (
    <div class="scroll" role="region" tabindex={0} aria-label={`Cost of ${stack}`}>
      <table class="cost">
        <caption>
          {cost.perHour.toFixed(4)} {cost.currency} an hour, {aDay(cost.perHour)} a day, while it is
          up
        </caption>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col" class="number">
              Quantity
            </th>
            <th scope="col" class="number">
              {cost.currency} an hour
            </th>
            <td class="bar" aria-hidden="true" />
          </tr>
        </thead>
        <tbody>
          {cost.lines.map(({ item, quantity, perHour }) => (
            <tr key={item} style={shareStyle(perHour / most)}>
              <th scope="row">{item}</th>
              <td class="number">{quantity}</td>
              <td class="number">{perHour.toFixed(4)}</td>
              <Bar />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** All stacks at a glance: what they are, how big, what a day costs, and whether they come up. */
export function Overview({
  rehearsals,
  failing,
}: {
  rehearsals: readonly Rehearsal[];
  failing: ReadonlySet<string>;
}): JSX.Element {
  const most = Math.max(...rehearsals.map(({ cost }) => cost.perHour), 0.0001);
  const currency = rehearsals[0]?.cost.currency ?? "";
  return (
    <div class="scroll" role="region" tabindex={0} aria-label="All stacks">
      <table class="cost overview">
        <caption>All stacks, and what a day of each costs</caption>
        <thead>
          <tr>
            <th scope="col">Stack</th>
            <th scope="col" class="number">
              Resources
            </th>
            <th scope="col" class="number">
              {currency} a day
            </th>
            <td class="bar" aria-hidden="true" />
          </tr>
        </thead>
        <tbody>
          {rehearsals.map(({ stack, resources, cost, errors }) => (
            <tr key={stack} style={shareStyle(errors.length > 0 ? 0 : cost.perHour / most)}>
              <th scope="row">
                <a href={`#${stack}`}>{chapterOf(stack).title}</a>
                {failing.has(stack) && <strong class="bad"> (fails)</strong>}
              </th>
              <td class="number">{resources.length}</td>
              <td class="number">{errors.length > 0 ? "not known" : aDay(cost.perHour)}</td>
              <Bar />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What the exercises cost together, without `dev`, which is the whole chapter once more. */
export function ChapterCost({
  rehearsals,
}: {
  rehearsals: readonly Rehearsal[];
}): JSX.Element | null {
  const exercises = rehearsals.filter(({ stack, errors }) => isExercise(stack) && !errors.length);
  const perHour = exercises.reduce((sum, { cost }) => sum + cost.perHour, 0);
  const currency = exercises[0]?.cost.currency;
  if (exercises.length < 2) return null;
  return (
    <p class="total">
      {exercises.length} exercises up at once cost{" "}
      <strong>
        {perHour.toFixed(2)} {currency} an hour
      </strong>
      , {aDay(perHour)} a day, {Math.round(perHour * HOURS_PER_MONTH)} a month.
    </p>
  );
}
