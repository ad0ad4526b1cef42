/** npm run rehearse [-- stack...] [--json] */
import { join } from "node:path";
import { parseArgs, styleText } from "node:util";
import program = require("../index");
import { fails, Rehearsals, type Rehearsal } from "./rehearse";
import { describeStack, footer, preamble, type Paint } from "./report";
import { projectName, stackNames } from "./stack-files";

const HELP = `Runs the program of each stack against a simulated cloud: no account, no Pulumi CLI, no network.

  npm run rehearse                                   all stacks
  npm run rehearse -- exercise-nodeport dev          these
  npm run --silent rehearse -- --json                one JSON document, and nothing else

Exit code: 0 if all succeed, 1 if a program fails or the policy pack stops it, 2 if the arguments or Pulumi.yaml are wrong.`;

// Pulumi records a stack trace with every operation; mapping each costs more than all else here.
process.setSourceMapsEnabled(false);
Error.stackTraceLimit = 1;

const DIRECTORY = join(__dirname, "..");

async function main(): Promise<number> {
  let args;
  try {
    args = parseArgs({
      allowPositionals: true,
      options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (args.values.help) {
    console.log(HELP);
    return 0;
  }
  try {
    projectName(DIRECTORY);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  const known = stackNames(DIRECTORY);
  const unknown = args.positionals.filter((stack) => !known.includes(stack));
  if (unknown.length > 0) {
    console.error(`There is no stack ${unknown.join(", ")}. Known: ${known.join(", ")}`);
    return 2;
  }
  const stacks = args.positionals.length > 0 ? args.positionals : known;
  return args.values.json ? await printJson(stacks) : await printText(stacks);
}

async function printText(stacks: string[]): Promise<number> {
  const isColoured = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  const paint: Paint = (style, text) => (isColoured ? styleText(style, text) : text);
  console.log(preamble(paint));
  const rehearsals = await rehearseAll(stacks, (rehearsal) =>
    console.log(`\n${describeStack(rehearsal, paint)}`),
  );
  console.log(`\n${footer(paint)}`);
  const failed = rehearsals.filter(fails);
  console.log(`\n${rehearsals.length - failed.length} of ${rehearsals.length} stacks succeeded`);
  return failed.length > 0 ? 1 : 0;
}

async function printJson(stacks: string[]): Promise<number> {
  const rehearsals = await rehearseAll(stacks);
  const document = {
    stacks: rehearsals.map(({ stack, resources, outputs, warnings, errors, findings, cost }) => ({
      stack,
      resources: resources.map(({ urn, type, name, parent, inputs, outputs: made }) => ({
        urn,
        type,
        name,
        parent,
        inputs,
        outputs: made,
      })),
      outputs,
      warnings,
      errors: errors.map((error) => error.message),
      findings,
      cost,
    })),
  };
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  return rehearsals.some(fails) ? 1 : 0;
}

async function rehearseAll(
  stacks: string[],
  each: (rehearsal: Rehearsal) => void = () => undefined,
): Promise<Rehearsal[]> {
  const all = new Rehearsals(DIRECTORY, program);
  const rehearsals: Rehearsal[] = [];
  for (const stack of stacks) {
    const rehearsal = await all.rehearse(stack);
    each(rehearsal);
    rehearsals.push(rehearsal);
  }
  return rehearsals;
}

// Whoever reads may stop early, as head does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

void main().then((code) => {
  process.exitCode = code;
});
