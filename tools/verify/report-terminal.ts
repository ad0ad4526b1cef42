/** The display on a terminal: a list that fills in, with what is waited for. */
import { styleText } from "node:util";
import type { Check } from "./check";
import type { Judged, Prepared } from "./run";

/** Widest that a line below a task may be; longer ones would wrap, and the display flicker. */
const WIDTH = (): number => (process.stdout.columns || 80) - 8;

function short(text: string): string {
  const width = WIDTH();
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** Judges all checks, showing how far they are. @returns what each stack's came to */
export async function judgeOnTerminal(stacks: readonly Prepared[]): Promise<Judged[][]> {
  const { Listr, ListrDefaultRendererLogLevels: levels } = await import("listr2");
  const icon = {
    [levels.COMPLETED]: "✔",
    [levels.FAILED]: "✖",
    [levels.SKIPPED_WITHOUT_COLLAPSE]: "?",
    [levels.SKIPPED_WITH_COLLAPSE]: "?",
  };
  const results = stacks.map(() => new Map<Check, Judged>());
  const list = new Listr(
    stacks.map((stack, at) => ({
      title: stack.stack,
      skip: () => (stack.checks.length === 0 ? `${stack.stack}: not checked` : false),
      task: (_context, parent) =>
        parent.newListr(
          stack.checks.map((check) => ({
            title: check.title,
            rendererOptions: { outputBar: 1 },
            task: async (
              __context: unknown,
              task: { title: string; output: string; skip(message?: string): void },
            ) => {
              const judged = await stack.judge(
                check,
                (text) => (task.output = short(`waiting: ${text}`)),
              );
              results[at]!.set(check, judged);
              const { result } = judged;
              if (result.status === "passed") {
                task.title =
                  short(`${check.title}`) + styleText("dim", tail(check.title, result.seen));
              } else if (result.status === "unknown") {
                task.skip(`${check.title}: could not check`);
              } else {
                throw new Error(check.title);
              }
            },
          })),
          { concurrent: true, exitOnError: false },
        ),
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: {
        collapseSubtasks: false,
        collapseErrors: true,
        showErrorMessage: false,
        collapseSkips: true,
        suffixSkips: false,
        icon,
      },
    },
  );
  await list.run();
  return stacks.map((stack, at) => stack.checks.flatMap((check) => results[at]!.get(check) ?? []));
}

/** What was seen, as far as it fits behind the title. */
function tail(title: string, seen: string): string {
  const room = WIDTH() - title.length - 2;
  if (room < 12) return "";
  return `: ${seen.length > room ? `${seen.slice(0, room - 1)}…` : seen}`;
}
