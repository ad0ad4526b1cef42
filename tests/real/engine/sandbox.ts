/** Runs the sandbox's command in a cloud of the test's own. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parse, stringify } from "yaml";
import type { CloudResource } from "../../../tools/cloud";
import type { Entry } from "../../../tools/sandbox/journal";
import { findPulumi } from "../../../tools/shared/find-cli";

/** The project's own folder. */
export const PROJECT = join(__dirname, "..", "..", "..");
const PROJECT_NAME = "eks-exercises";

/** What a command left. */
export interface Outcome {
  readonly code: number;
  /** What it wrote, both streams. */
  readonly text: string;
}

/** A resource in the engine's state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly dependencies?: string[];
  readonly parent?: string;
  readonly provider?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

interface Checkpoint {
  readonly checkpoint: {
    readonly latest?: { readonly resources?: StateResource[] };
  };
}

/** Describes tests that need the real engine. Without one they are reported as skipped. */
export function describeEngine(title: string, tests: (this: Mocha.Suite) => void): void {
  describe(title, function () {
    this.timeout(300_000);
    before(function () {
      if (!findPulumi()) this.skip();
    });
    tests.call(this);
  });
}

/** A sandbox in a folder of its own. */
export class Sandbox {
  readonly directory: string;

  /**
   * @param project folder of the project whose command it runs
   * @param prefix what the name of the sandbox's folder begins with
   */
  constructor(
    private readonly project = PROJECT,
    prefix = "sandbox-test-",
  ) {
    this.directory = mkdtempSync(join(tmpdir(), prefix));
  }

  /** Runs a command; it may fail. */
  async try(args: string, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const main = join(this.project, "tools", "sandbox", "main.cjs");
    const child = spawn(process.execPath, [main, ...args.trim().split(" ")], {
      env: { ...process.env, NO_COLOR: "1", SANDBOX_DIRECTORY: this.directory, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A command that hangs is a failed test, not a test run without an end.
      timeout: 900_000,
      killSignal: "SIGKILL",
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    }
    const code = await new Promise<number>((resolve) => child.on("close", (c) => resolve(c ?? 1)));
    return { code, text };
  }

  /** Runs a command that must succeed. */
  async run(args: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code, text } = await this.try(args, env);
    assert.equal(code, 0, `pulumi ${args}\n${text}`);
    return text;
  }

  /** All that is in the simulated cloud, what AWS made by itself too. */
  cloud(): CloudResource[] {
    const file = join(this.directory, "cloud.json");
    if (!existsSync(file)) return [];
    return JSON.parse(readFileSync(file, "utf8")) as CloudResource[];
  }

  /** What is in the cloud now and stays. */
  lasting(): string[] {
    return this.cloud()
      .filter(({ inputs }) => inputs["until"] === undefined)
      .map(({ type, id }) => `${type} ${id}`);
  }

  /** The last command's operations on the cloud. */
  journal(): Entry[] {
    const text = readFileSync(join(this.directory, "journal.jsonl"), "utf8").trim();
    return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line) as Entry);
  }

  /** A stack's state file; empty if there is none yet. */
  stateText(stack: string): string {
    const path = join(
      this.directory,
      "backend",
      ".pulumi",
      "stacks",
      PROJECT_NAME,
      `${stack}.json`,
    );
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** The resources in a stack's state. */
  state(stack: string): StateResource[] {
    const text = this.stateText(stack);
    if (text === "") return [];
    const { checkpoint } = JSON.parse(text) as Checkpoint;
    return checkpoint.latest?.resources ?? [];
  }

  /** Throws the folder away. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A stack's file with other settings; the engine is told to use it instead. */
export function configured(
  sandbox: Sandbox,
  stack: string,
  settings: Record<string, unknown>,
): string {
  const file = parse(readFileSync(join(PROJECT, `Pulumi.${stack}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  for (const [key, value] of Object.entries(settings)) {
    file.config[`eks-exercises:${key}`] = value;
  }
  const path = join(sandbox.directory, `${stack}.yaml`);
  writeFileSync(path, stringify(file));
  return `--config-file ${path}`;
}

/** What a copy of the project does not need, or links. */
const NOT_COPIED = ["node_modules", ".git", ".sandbox", ".cache", "tests", "benchmarks", "docs"];

/** Copies the project for commands that change its files; the caller removes the copy. */
export function copyOfProject(prefix = "project-test-"): string {
  const copy = mkdtempSync(join(tmpdir(), prefix));
  const filter = (path: string): boolean => !NOT_COPIED.includes(basename(path));
  cpSync(PROJECT, copy, { recursive: true, filter });
  symlinkSync(join(PROJECT, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Refusals of the cloud in a journal. */
export function refusals(journal: readonly Entry[]): string[] {
  return journal.flatMap(({ error }) => error ?? []);
}
