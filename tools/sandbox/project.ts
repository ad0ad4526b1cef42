/**
 * The project as the sandbox's engine sees it: the same files, by links. Only the stack files are
 * copies, because the sandbox has a passphrase of its own, whose salt the engine writes into them:
 * a real backend would stumble over it, and the sandbox over a real one's.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;
/** By what a stack file's secrets are encrypted: a passphrase's salt, or a key of a service. */
const CIPHER = /^(?:encryptionsalt|secretsprovider|encryptedkey):.*(?:\n|$)/gm;
const SECURE = /^\s*secure:.*$/gm;
/** What the sandbox's own folder and git have no place in. */
const LEFT_OUT = [".git", ".sandbox"];

/** A copy of the project that the engine may write to. */
export class Mirror {
  readonly directory: string;

  constructor(
    private readonly project: string,
    sandbox: string,
  ) {
    this.directory = join(sandbox, "project");
  }

  /** Brings it up to date with the project. */
  refresh(): void {
    mkdirSync(this.directory, { recursive: true });
    const names = readdirSync(this.project).filter((name) => !LEFT_OUT.includes(name));
    for (const old of readdirSync(this.directory)) {
      if (!STACK_FILE.test(old)) rmSync(join(this.directory, old));
      else if (!names.includes(old)) rmSync(join(this.directory, old));
    }
    for (const name of names) {
      if (STACK_FILE.test(name)) this.copyIn(name);
      else symlinkSync(join(this.project, name), join(this.directory, name));
    }
  }

  /**
   * Takes back what a command changed in a stack file, such as `config set`.
   * @returns what could not be taken back, in words
   */
  takeBack(): string[] {
    const problems: string[] = [];
    for (const name of readdirSync(this.directory).filter((file) => STACK_FILE.test(file))) {
      const changed = withoutCipher(readFileSync(join(this.directory, name), "utf8"));
      const original = join(this.project, name);
      const before = existsSync(original) ? readFileSync(original, "utf8") : "";
      if (changed.trim() === withoutCipher(before).trim()) continue;
      const known = new Set<string>(before.match(SECURE));
      if (changed.match(SECURE)?.some((secret) => !known.has(secret))) {
        problems.push(
          `${name} was not changed: its secret would be encrypted with the sandbox's own passphrase.\n` +
            "  fix: set it for a real stack, with pulumi itself: pulumi config set --secret",
        );
      } else {
        writeFileSync(original, `${changed.trimEnd()}\n${cipherOf(before)}`);
      }
    }
    return problems;
  }

  /** Names of the stacks that have a file. */
  stacks(): string[] {
    return readdirSync(this.project).flatMap((name) => STACK_FILE.exec(name)?.[1] ?? []);
  }

  private copyIn(name: string): void {
    const copy = join(this.directory, name);
    const cipher = existsSync(copy) ? cipherOf(readFileSync(copy, "utf8")) : "";
    const text = withoutCipher(readFileSync(join(this.project, name), "utf8"));
    writeFileSync(copy, `${text.trimEnd()}\n${cipher}`);
  }
}

function withoutCipher(text: string): string {
  return text.replace(CIPHER, "");
}

function cipherOf(text: string): string {
  return (text.match(CIPHER) ?? []).map((line) => `${line.trimEnd()}\n`).join("");
}
