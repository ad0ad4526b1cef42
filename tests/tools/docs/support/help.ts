/** Whether the programs know the options that the docs give them. */
import { execFileSync, spawnSync } from "node:child_process";
import { pulumiArguments } from "./checks";
import { optionsOf, type Command } from "./shell";

/** Whether a program is on PATH. */
export function isThere(program: string, ...version: string[]): boolean {
  return spawnSync(program, version).status === 0;
}

const texts = new Map<string, string>();

function help(program: string, words: readonly string[]): string {
  const key = [program, ...words].join(" ");
  const known = texts.get(key);
  if (known !== undefined) return known;
  const text = execFileSync(program, [...words, "--help"], {
    encoding: "utf8",
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  texts.set(key, text);
  return text;
}

function knows(text: string, option: string): boolean {
  const escaped = option.replaceAll("-", "\\-");
  return new RegExp(`(^|[\\s,])${escaped}([\\s,=]|$)`, "m").test(text);
}

/** Options that Pulumi does not know. Its command groups are `GROUPS`. */
export function pulumiProblems(command: Command): string[] {
  const args = pulumiArguments(command);
  if (!args || OURS.includes(args[0] ?? "")) return [];
  const words = GROUPS.includes(args[0] ?? "") && /^[a-z]/.test(args[1] ?? "") ? 2 : 1;
  const text = help("pulumi", args.slice(0, words));
  // Of a command that it does not know, pulumi shows the help of the group.
  if (/^Available Commands:|^Usage:\n.*\[command\]/m.test(text)) {
    return [`${command.join(" ")}: pulumi has no such command`];
  }
  return optionsOf(args)
    .filter((option) => !knows(text, option))
    .map((option) => `${command.join(" ")}: pulumi has no ${option} here`);
}

const GROUPS = ["config", "stack", "state", "policy"];
/** Commands of the sandbox and the teardown, which Pulumi does not have. */
const OURS = ["cloud", "autoscale", "reset", "recover", "teardown"];

/** Options that kubectl does not have. */
export function kubectlProblems(command: Command): string[] {
  if (command[0] !== "kubectl") return [];
  const isGroup = command[1] === "create" && /^[a-z]+$/.test(command[2] ?? "");
  const text = help("kubectl", command.slice(1, isGroup ? 3 : 2)) + globalOptions();
  return optionsOf(command)
    .filter((option) => !knows(text.replace(/=[^\n]*/g, ""), option))
    .map((option) => `${command.join(" ")}: kubectl has no ${option} here`);
}

function globalOptions(): string {
  const known =
    texts.get("kubectl options") ?? execFileSync("kubectl", ["options"], { encoding: "utf8" });
  texts.set("kubectl options", known);
  return known;
}

/** The AWS CLI's objection to a command. Asked for a skeleton, the CLI calls nobody. */
export function awsProblems(command: Command): string[] {
  const [program, service, operation] = command;
  if (program !== "aws" || operation === undefined) return [];
  // Commands of the CLI's own, which have no skeleton.
  if (service === "eks" && ["update-kubeconfig", "get-token"].includes(operation)) return [];
  const { status, stderr } = spawnSync("aws", [...command.slice(1), "--generate-cli-skeleton"], {
    encoding: "utf8",
    env: { ...process.env, AWS_DEFAULT_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true" },
  });
  return status === 0 ? [] : [`${command.join(" ")}: ${stderr.trim().split("\n").at(-1)}`];
}
