/** npm run rehearse [-- stack...] [--json] [--report DIR] */
import { createRequire } from "node:module";
import { join } from "node:path";
import { styleText } from "node:util";
import program = require("../../index");
import type * as Report from "../report";
import { runCommandLine } from "../shared/command-line";
import { UserError } from "../shared/user-error";
import { fails, Rehearsals, type Rehearsal } from "./rehearse";
import { projectName, stackNames } from "../shared/stack-files";
import { describeStack, footer, preamble, type Paint } from "./text";

const HELP = `Runs the program of each stack against a simulated cloud: no account, no Pulumi CLI, no network.

  npm run rehearse                                   all stacks
  npm run rehearse -- exercise-nodeport dev          these
  npm run --silent rehearse -- --json                one JSON document, and nothing else
  npm run rehearse -- --report DIR                   also a page with pictures: DIR/index.html

Exit code: 0 if all succeed, 1 if a program fails or the policy pack stops it, 2 if the arguments or Pulumi.yaml are wrong.`;

// Pulumi records a stack trace with every operation; mapping each costs more than all else here.
process.setSourceMapsEnabled(false);
Error.stackTraceLimit = 1;

const DIRECTORY = join(__dirname, "..", "..");

const OPTIONS = { json: { type: "boolean" }, report: { type: "string" } } as const;

runCommandLine({
  name: "rehearse",
  help: HELP,
  options: OPTIONS,
  main: ({ json = false, report }, named) => {
    projectName(DIRECTORY);
    const known = stackNames(DIRECTORY);
    const unknown = named.filter((stack) => !known.includes(stack));
    if (unknown.length > 0) {
      throw new UserError(`There is no stack ${unknown.join(", ")}. Known: ${known.join(", ")}`);
    }
    const stacks = named.length > 0 ? named : known;
    const all = new Rehearsals(DIRECTORY, program);
    const print = () => (json ? printJson(stacks, all) : printText(stacks, all));
    return report === undefined ? print() : withReport(report, stacks, all, json, print);
  },
});

/** Prints, and then writes the report as well; where it cannot be written, says so before. */
async function withReport(
  directory: string,
  stacks: string[],
  all: Rehearsals,
  json: boolean,
  print: () => Promise<number>,
): Promise<number> {
  // Loaded on demand: it brings ELK along. The TypeScript loader has no import() of its own files.
  const load = createRequire(__filename);
  const { prepare, writeReport } = load("../report") as typeof Report;
  prepare(directory);
  const code = await print();
  const rehearsals = await rehearseAll(stacks, all);
  const path = await writeReport(directory, rehearsals, all, { directory: DIRECTORY, program });
  // Standard output is the document's alone.
  (json ? console.error : console.log)(`report: ${path}`);
  return code;
}

async function printText(stacks: string[], all: Rehearsals): Promise<number> {
  const isColoured = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  const paint: Paint = (style, text) => (isColoured ? styleText(style, text) : text);
  console.log(preamble(paint));
  const rehearsals = await rehearseAll(stacks, all, (rehearsal) =>
    console.log(`\n${describeStack(rehearsal, paint)}`),
  );
  console.log(`\n${footer(paint)}`);
  const failed = rehearsals.filter(fails);
  console.log(`\n${rehearsals.length - failed.length} of ${rehearsals.length} stacks succeeded`);
  return failed.length > 0 ? 1 : 0;
}

async function printJson(stacks: string[], all: Rehearsals): Promise<number> {
  const rehearsals = await rehearseAll(stacks, all);
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
  all: Rehearsals,
  each: (rehearsal: Rehearsal) => void = () => undefined,
): Promise<Rehearsal[]> {
  const rehearsals: Rehearsal[] = [];
  for (const stack of stacks) {
    const rehearsal = await all.rehearse(stack);
    each(rehearsal);
    rehearsals.push(rehearsal);
  }
  return rehearsals;
}
