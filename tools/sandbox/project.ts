/**
 * The project as the sandbox's engine sees it: the same files, by links. Only the stack files are
 * copies, because the sandbox has a passphrase of its own, whose salt the engine writes into them:
 * a real backend would stumble over it, and the sandbox over a real one's.
 */
import {
  cpSync,
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
/** Not part of the copy: git's folder, and the sandbox's own. */
const NOT_COPIED = [".git", ".sandbox"];

/** A copy of the project that the engine may write to. */
export class ProjectCopy {
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
    const names = this.projectNames();
    for (const old of readdirSync(this.directory)) {
      if (!STACK_FILE.test(old) || !names.includes(old)) {
        rmSync(join(this.directory, old), { recursive: true });
      }
    }
    for (const name of names) {
      if (STACK_FILE.test(name)) this.copyIn(name);
      else symlinkSync(join(this.project, name), join(this.directory, name));
    }
  }

  /**
   * Takes over into the project what a command changed, as the CLI would have: stack files that it
   * changed or removed, and other files that it wrote, such as a saved plan.
   * @returns the changes that could not be taken over, in words
   */
  syncBack(): string[] {
    this.moveOutNewFiles();
    for (const name of this.projectNames().filter((each) => STACK_FILE.test(each))) {
      if (!existsSync(join(this.directory, name))) rmSync(join(this.project, name));
    }
    return readdirSync(this.directory)
      .filter((file) => STACK_FILE.test(file))
      .flatMap((name) => this.copyOut(name) ?? []);
  }

  private projectNames(): string[] {
    return readdirSync(this.project).filter((name) => !NOT_COPIED.includes(name));
  }

  /** What is no link was written by the command: it belongs where it would be without a sandbox. */
  private moveOutNewFiles(): void {
    for (const entry of readdirSync(this.directory, { withFileTypes: true })) {
      if (entry.isSymbolicLink() || STACK_FILE.test(entry.name)) continue;
      const from = join(this.directory, entry.name);
      cpSync(from, join(this.project, entry.name), { recursive: true });
      rmSync(from, { recursive: true });
    }
  }

  private copyOut(name: string): string | undefined {
    const changed = withoutCipher(readFileSync(join(this.directory, name), "utf8"));
    const original = join(this.project, name);
    const before = existsSync(original) ? readFileSync(original, "utf8") : "";
    if (changed.trim() === withoutCipher(before).trim()) return undefined;
    const known = new Set<string>(before.match(SECURE));
    if (changed.match(SECURE)?.some((secret) => !known.has(secret))) {
      return (
        `${name} was not changed: its secret would be encrypted with the sandbox's own passphrase.\n` +
        "  fix: set it for a real stack, with pulumi itself: pulumi config set --secret"
      );
    }
    writeFileSync(original, `${changed.trimEnd()}\n${cipherOf(before)}`);
    return undefined;
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
