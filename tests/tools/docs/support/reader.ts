/**
 * Types what a page has its reader type, in a copy of the project, by bash, as it stands. Pulumi is
 * the sandbox's real engine on the simulated cloud; what a test cannot have (AWS, a cluster) is noted.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT, type CommandBlock } from "../../../../tools/docs/markdown";

/** What the copy does without: the copy's own node_modules is a link. */
const LEFT_OUT = ["node_modules", ".git", ".sandbox", ".cache"];

/** Ours, of which a page may speak and which a test of a page cannot run in itself. */
const NOTED_SCRIPTS = ["verify", "test", "test:*", "check", "docs", "format"];

/** The sandboxes that a reader has: by `npm run sandbox`, and by `pulumi` in place of AWS. */
const LANES = ["sandbox", "real"] as const;

export interface Typed {
  readonly code: number | null;
  readonly said: string;
}

/** A reader at a copy of the project. */
export class Reader {
  readonly directory = mkdtempSync(join(tmpdir(), "guide-reader-"));
  private readonly copy = join(this.directory, "project");

  constructor() {
    mkdirSync(this.copy);
    for (const name of readdirSync(PROJECT).filter((each) => !LEFT_OUT.includes(each))) {
      cpSync(join(PROJECT, name), join(this.copy, name), { recursive: true });
    }
    symlinkSync(join(PROJECT, "node_modules"), join(this.copy, "node_modules"));
    for (const folder of ["bin", "home", ...LANES]) mkdirSync(join(this.directory, folder));
    this.standIns();
  }

  /** A reader who has what another has brought up, in both sandboxes. */
  startFrom(other: Reader): void {
    for (const lane of LANES) {
      cpSync(join(other.directory, "sandbox"), join(this.directory, lane), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !path.startsWith(join(other.directory, "sandbox", "project")),
      });
    }
  }

  /** Types a block. One that is to fail must do so by its last line. */
  async type({ script, fails }: CommandBlock): Promise<Typed> {
    if (!fails) return this.bash(script);
    const lines = script.trim().split("\n");
    const before = await this.bash(lines.slice(0, -1).join("\n"));
    return before.code === 0 ? this.bash(lines.at(-1)!) : { ...before, code: 0 };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private bash(script: string): Promise<Typed> {
    const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
      cwd: this.copy,
      env: {
        PATH: `${join(this.directory, "bin")}:/usr/local/bin:/usr/bin:/bin`,
        HOME: join(this.directory, "home"),
        NO_COLOR: "1",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    }
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, said }));
    });
  }

  /** Programs that stand in for those of the reader's machine. */
  private standIns(): void {
    const sandbox = (lane: (typeof LANES)[number]): string =>
      `SANDBOX_DIRECTORY=${join(this.directory, lane)} exec`;
    const noted = `echo "$(basename "$0") $*" >> ${join(this.directory, "noted")}`;
    // With the PATH of the test, on which the real pulumi and npm are.
    const real = `export PATH=${JSON.stringify(process.env["PATH"])}`;
    this.program("pulumi", real, `${sandbox("real")} node tools/sandbox/main.cjs "$@"`);
    this.program(
      "npm",
      `case "$*" in ci|install|test*) ${noted}; exit 0;; esac`,
      `for word in "$@"; do case "$word" in ${NOTED_SCRIPTS.join("|")}) ${noted}; exit 0;; --) break;; esac; done`,
      // Of AWS, unless the sandbox's stacks are meant.
      `case "$*" in *" --sandbox"*) ;; *teardown*) ${noted}; exit 0;; esac`,
      real,
      `${sandbox("sandbox")} npm "$@"`,
    );
    this.program("aws", noted);
    this.program("kubectl", noted);
    // What kind leaves: a context of its name.
    const context = JSON.stringify({ contexts: [{ name: "kind-kind" }] });
    this.program(
      "kind",
      noted,
      'mkdir -p "$HOME/.kube"',
      `echo '${context}' > "$HOME/.kube/config"`,
    );
  }

  private program(name: string, ...lines: string[]): void {
    const file = join(this.directory, "bin", name);
    writeFileSync(file, `#!/bin/bash\nset -euo pipefail\n${lines.join("\n")}\n`);
    chmodSync(file, 0o755);
  }
}

/** Types blocks in their order; says of the first that does not do as it should what it said. */
export async function typeAll(reader: Reader, blocks: readonly CommandBlock[]): Promise<void> {
  for (const block of blocks) {
    const { code, said } = await reader.type(block);
    const isRight = block.fails ? code !== 0 && code !== 127 : code === 0;
    assert.ok(
      isRight,
      `${block.page}:${block.line} ended with ${code}\n${block.script}\n\n${said}`,
    );
  }
}
