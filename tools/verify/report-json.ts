/** Results as JSON, and as JUnit's XML, for instructors' tools. */
import type { Builder } from "junit-report-builder";
import type { Check } from "./check";
import { exitCodeOf, totals, type StackReport } from "./report";
import type { Result } from "./result";

/** One JSON document. */
export function asJson(reports: readonly StackReport[]): string {
  const stacks = reports.map(({ stack, notes, judged, skipped, problem, isNotUp }) => ({
    stack,
    notes,
    ...(problem && { [isNotUp ? "skipped" : "couldNotCheck"]: problem }),
    checks: [
      ...judged.map(({ check, result, seconds }) => ({
        ...describe(check),
        ...publish(result),
        seconds,
      })),
      ...skipped.map(({ check, why }) => ({ ...describe(check), status: "skipped", why })),
    ],
  }));
  const document = { ...totals(reports), exitCode: exitCodeOf(reports), stacks };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function describe({ id, title, exercise, passage }: Omit<Check, "run">) {
  return { id, title, exercise, passage };
}

/** A result without what only the waiting needs. */
function publish(result: Result) {
  if (result.status !== "failed") return result;
  const { status, expected, seen, likelyCause, lookCloser } = result;
  return { status, expected, seen, likelyCause, lookCloser };
}

/** JUnit's XML: a suite a stack; what could not be checked is an error, what does not apply skipped. */
export async function asJunit(reports: readonly StackReport[]): Promise<string> {
  // The package exports its builder itself; its types speak of a property `default` of it.
  const junit = (await import("junit-report-builder")).default as unknown as Builder;
  const builder = junit.newBuilder();
  for (const { stack, judged, skipped, problem, isNotUp } of reports) {
    const suite = builder.testSuite().name(stack);
    const className = `eks-exercises.${stack}`;
    for (const { check, result, seconds } of judged) {
      const test = suite
        .testCase()
        .className(className)
        .name(`${check.id}: ${check.title}`)
        .time(seconds);
      if (result.status === "failed") {
        const { expected, seen, likelyCause, lookCloser } = result;
        const text = [
          `expected: ${expected}`,
          `seen: ${seen}`,
          `likely cause: ${likelyCause}`,
          `look closer: ${lookCloser}`,
          `chapter: ${check.passage}`,
        ].join("\n");
        test.failure(seen, "failed").standardError(text);
      } else if (result.status === "unknown") {
        test.error(result.why, "could not check", `${result.why}\nchapter: ${check.passage}`);
      } else {
        test.standardOutput(result.seen);
      }
    }
    for (const { check, why } of skipped) {
      suite
        .testCase()
        .className(className)
        .name(`${check.id}: ${check.title}`)
        .skipped()
        .standardOutput(why);
    }
    if (problem) {
      const test = suite.testCase().className(className).name("the stack");
      if (isNotUp) test.skipped().standardOutput(problem.why);
      else test.error(problem.why, "could not check");
    }
  }
  return builder.build();
}
