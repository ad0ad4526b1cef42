/** What must hold for each command of the docs before any is run. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT, type CommandBlock } from "../../../../tools/docs/markdown";
import { stackConfig, stackNames } from "../../../../tools/shared/stack-files";
import { SettingsError, type Problem } from "../../../../settings/problems";
import { keysAt, TOP_NAMES } from "../../../../settings/mends";
import { SECTIONS, type SectionName } from "../../../../settings/schema";
import { parseSettings } from "../../../../settings/settings";
import { commandsOf, type Command } from "./shell";

/** Programs that the docs may use, and the marking that a block with each needs. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  npm: [],
  pulumi: [],
  cp: [],
  aws: ["aws"],
  kubectl: ["cluster", "aws", "kind"],
  kind: ["kind"],
  // Sets the environment of the commands after it.
  export: ["kind"],
  // Calls what no test has.
  curl: ["never"],
  bash: ["never"],
  npx: ["never"],
  // A command from another's output, such as a stack's.
  "$()": ["aws", "cluster"],
};

const SCRIPTS = Object.keys(
  (JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as { scripts: object }).scripts,
);

/** Problems of a block's commands, by their form and names alone. */
export function problemsOf(block: CommandBlock): string[] {
  const at = `${block.page}:${block.line}`;
  return commandsOf(block.script).flatMap((command) =>
    [
      ...markingProblems(command, block),
      ...npmProblems(command),
      ...settingProblems(command, block),
    ].map((problem) => `${at}: ${command.join(" ")}: ${problem}`),
  );
}

function markingProblems([program = ""]: Command, { needs, notRun }: CommandBlock): string[] {
  const wanted = PROGRAMS[program];
  if (!wanted) return [`the test does not know ${program}`];
  if (notRun || wanted.length === 0 || wanted.some((need) => needs.includes(need))) return [];
  return [`has no comment <!-- needs: ${wanted.join(" or ")} --> before its block`];
}

/** The name of an npm script that a command runs. */
export function scriptOf(command: Command): string | undefined {
  if (command[0] !== "npm" || command[1] !== "run") return undefined;
  return command.slice(2).find((word) => !word.startsWith("-"));
}

function npmProblems(command: Command): string[] {
  const script = scriptOf(command);
  if (script === undefined || SCRIPTS.includes(script)) return [];
  return [`package.json has no script ${script}`];
}

/** The arguments of pulumi, called directly or through the sandbox. */
export function pulumiArguments(command: Command): Command | undefined {
  if (command[0] === "pulumi") return command.slice(1);
  if (scriptOf(command) === "teardown" && command.includes("--sandbox")) return ["teardown"];
  const end = command.indexOf("--");
  return scriptOf(command) === "sandbox" && end > 0 ? command.slice(end + 1) : undefined;
}

function settingProblems(command: Command, block: CommandBlock): string[] {
  const args = pulumiArguments(command) ?? [];
  const stack = args[args.findIndex((word) => word === "-s" || word === "--stack") + 1];
  const isNamed = args.includes("-s") || args.includes("--stack");
  if (isNamed && !stackNames(PROJECT).includes(stack ?? "")) {
    return block.script.includes(`Pulumi.${stack}.yaml`) ? [] : [`there is no stack ${stack}`];
  }
  if (args[0] !== "config" || !["set", "rm"].includes(args[1] ?? "")) return [];
  return configProblems(args.slice(1), isNamed ? stack! : "exercise-cluster", block);
}

function configProblems(args: Command, stack: string, { fails }: CommandBlock): string[] {
  const [key = "", value = ""] = args.slice(1).filter((word) => !word.startsWith("-"));
  if (key.startsWith("aws:")) {
    return ["aws:region", "aws:profile"].includes(key) ? [] : [`an unknown key ${key}`];
  }
  // Whether a kubeconfig exists depends on the machine; a block that fails has a wrong value.
  const isNameOnly = args[0] === "rm" || fails || key.startsWith("cluster.kubeconfig");
  return isNameOnly ? unknownKey(key) : wrongValue(stack, key, value);
}

/** A stack's section with one value changed; `path` as in `pulumi config set --path`. */
function changed(section: unknown, steps: readonly string[], value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (/^\d+$/.test(step)) return [changed(undefined, rest, value)];
  const before = (section ?? {}) as Record<string, unknown>;
  return { ...before, [step]: changed(before[step], rest, value) };
}

/** The problems of a stack's settings after one value is changed. */
function problemsWith(stack: string, path: string, value: unknown): readonly Problem[] {
  const { config } = stackConfig(PROJECT, stack);
  const [name = "", ...steps] = path.split(/[.[\]]+/).filter(Boolean);
  const key = `eks-exercises:${name}`;
  const before = steps.length > 0 && key in config ? (JSON.parse(config[key]!) as unknown) : {};
  const after = changed(before, steps, value);
  const text = typeof after === "string" ? after : JSON.stringify(after);
  const around = { organization: "organization", project: "eks-exercises", stack: "test" };
  try {
    parseSettings({ ...config, [key]: text }, { ...around, region: "us-east-1" });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

function unknownKey(path: string): string[] {
  const [name = "", ...steps] = path.split(/[.[\]]+/).filter((step) => step && !/^\d+$/.test(step));
  const section = Object.hasOwn(SECTIONS, name) ? SECTIONS[name as SectionName] : undefined;
  const known = steps.length === 0 || !section ? TOP_NAMES : keysAt(section, steps.slice(0, -1));
  return known.includes(steps.at(-1) ?? name)
    ? []
    : [`there is no setting ${path}; known: ${known.join(", ")}`];
}

function wrongValue(stack: string, path: string, value: string): string[] {
  const plain = path.replace(/\[\d+\]/, "");
  return problemsWith(stack, path, /^\d+$/.test(value) ? Number(value) : value)
    .filter((problem) => problem.path.startsWith(plain))
    .map((problem) => `${problem.path} allows ${problem.allowed}`);
}
