/** The command, after its arguments: prepares the stacks, judges, tells. */
import { writeFileSync } from "node:fs";
import { styleText } from "node:util";
import { stackNames } from "../shared/stack-files";
import { CouldNotCheck } from "../shared/could-not-check";
import { Budget } from "../shared/deadline";
import { findPulumi } from "../shared/find-cli";
import { UserError } from "../shared/user-error";
import { exitCodeOf, type StackReport } from "./report";
import { asJson, asJunit } from "./report-json";
import { describe, heading, skippedLines, problemLines, summary, type Paint } from "./report-text";
import { judgeOnTerminal } from "./report-terminal";
import { prepare, type Judged, type Prepared, type VerifyOptions } from "./run";

export { Budget };

/** The command line, read. */
export interface Arguments extends Omit<VerifyOptions, "directory"> {
  readonly stacks: readonly string[];
  readonly all: boolean;
  readonly json: boolean;
  readonly junit?: string;
  /** Seconds that the run may take. */
  readonly timeout: number;
}

/** Where to say what; a process's own streams, or a test's. */
export interface Streams {
  readonly out: { write(text: string): unknown; isTTY?: boolean };
  readonly error: { write(text: string): unknown };
}

/**
 * Runs the command.
 * @returns its exit code: 0 all passed, 1 something failed, 2 something could not be checked
 * @throws UserError if the arguments do not go together
 */
export async function verify(
  directory: string,
  args: Arguments,
  streams: Streams,
  budget = new Budget(args.timeout),
): Promise<number> {
  const stacks = chooseStacks(directory, args);
  const options = { ...args, directory };
  const prepared = await Promise.all(stacks.map((stack) => prepare(stack, options, budget)));
  const isTerminal = streams.out.isTTY === true && !args.json;
  const isColoured = isTerminal && process.env["NO_COLOR"] === undefined;
  const paint: Paint = (style, text) => (isColoured ? styleText(style, text) : text);
  const say = (text: string): void => void streams.out.write(`${text}\n`);
  const reports = args.json
    ? await judgeQuietly(prepared, args)
    : isTerminal
      ? await judgeShown(prepared, args, say, paint)
      : await judgePlainly(prepared, args, say, streams, paint);
  budget.close();
  const junit = args.junit === undefined ? undefined : await writeJunit(args.junit, reports);
  if (args.json) streams.out.write(asJson(reports));
  else say(`\n${summary(reports, paint)}`);
  if (junit) streams.error.write(`${junit}\n`);
  const code = exitCodeOf(reports);
  return junit && code === 0 ? 2 : code;
}

function chooseStacks(directory: string, { stacks, all, config }: Arguments): readonly string[] {
  const known = stackNames(directory);
  if (all) {
    if (stacks.length > 0 || config !== undefined) {
      throw new UserError("--all goes without names of stacks, and without --config.");
    }
    if (!findPulumi()) {
      throw new UserError(
        "--all asks the Pulumi CLI which stacks are up, and there is none on PATH. Name the stacks instead.",
      );
    }
    return known;
  }
  if (config !== undefined) {
    if (stacks.length > 1) {
      throw new UserError("--config is the file of one stack: name one stack, or none.");
    }
    return [stacks[0] ?? /Pulumi\.(.+)\.yaml$/.exec(config)?.[1] ?? "config"];
  }
  if (stacks.length === 0) {
    throw new UserError(`Name a stack, or --all. Known: ${known.join(", ")}`);
  }
  const unknown = stacks.filter((stack) => !known.includes(stack.split("/").at(-1)!));
  if (unknown.length > 0) {
    throw new UserError(`There is no stack ${unknown.join(", ")}. Known: ${known.join(", ")}`);
  }
  return [...new Set(stacks)];
}

function reportOf(stack: Prepared, judged: readonly Judged[], { all }: Arguments): StackReport {
  const { stack: name, notes, skipped, problem, isNotUp } = stack;
  return {
    stack: name,
    notes,
    judged,
    skipped,
    ...(problem && { problem }),
    isNotUp: all && isNotUp,
  };
}

function judgeQuietly(prepared: readonly Prepared[], args: Arguments): Promise<StackReport[]> {
  return Promise.all(
    prepared.map(async (stack) => {
      const judged = await Promise.all(
        stack.checks.map((check) => stack.judge(check, () => undefined)),
      );
      return reportOf(stack, judged, args);
    }),
  );
}

/** Lines in the chapter's order, each as soon as it and those before it are known. */
async function judgePlainly(
  prepared: readonly Prepared[],
  args: Arguments,
  say: (text: string) => void,
  streams: Streams,
  paint: Paint,
): Promise<StackReport[]> {
  const running = prepared.map((stack) => ({
    stack,
    judging: stack.checks.map((check) => {
      let told = "";
      return stack.judge(check, (text) => {
        if (text !== told) streams.error.write(`  waiting: ${check.id}: ${text}\n`);
        told = text;
      });
    }),
  }));
  const reports: StackReport[] = [];
  const told = new Set<string>();
  for (const { stack, judging } of running) {
    if (reports.length > 0) say("");
    say(heading(stack, paint));
    const judged: Judged[] = [];
    for (const each of judging) {
      const one = await each;
      say(describe(one, paint, told));
      judged.push(one);
    }
    const report = reportOf(stack, judged, args);
    for (const line of [...skippedLines(report, paint), ...problemLines(report, paint)]) say(line);
    reports.push(report);
  }
  return reports;
}

async function judgeShown(
  prepared: readonly Prepared[],
  args: Arguments,
  say: (text: string) => void,
  paint: Paint,
): Promise<StackReport[]> {
  for (const stack of prepared) {
    for (const note of stack.notes) say(paint("dim", `${stack.stack}: ${note}`));
  }
  const judged = await judgeOnTerminal(prepared);
  const reports = prepared.map((stack, i) => reportOf(stack, judged[i]!, args));
  const told = new Set<string>();
  for (const report of reports) {
    const open = report.judged.filter(({ result }) => result.status !== "passed");
    const rest = [...skippedLines(report, paint), ...problemLines(report, paint)];
    if (open.length === 0 && rest.length === 0) continue;
    say(`\n${paint("bold", report.stack)}`);
    for (const each of open) say(describe(each, paint, told));
    for (const line of rest) say(line);
  }
  return reports;
}

async function writeJunit(
  file: string,
  reports: readonly StackReport[],
): Promise<string | undefined> {
  try {
    writeFileSync(file, await asJunit(reports));
    return undefined;
  } catch (error) {
    return `--junit ${file} could not be written: ${(error as Error).message}`;
  }
}

/** Ends a run: what is known by then is told. */
export function interrupt(budget: Budget): void {
  budget.abort(new CouldNotCheck("you ended it before there was an answer"));
}
