/** The files that the sandbox keeps between commands. */
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { sync as writeFileAtomically } from "write-file-atomic";
import type { CloudResource } from "../cloud";
import type { CloudStore } from "../cloud/stateful-cloud";
import { UserError } from "../shared/user-error";

/** Keeps the cloud in a file that is always whole: a new one is written, and takes its place. */
export class CloudFile implements CloudStore {
  constructor(private readonly path: string) {}

  load(): CloudResource[] {
    if (!existsSync(this.path)) return [];
    return JSON.parse(readFileSync(this.path, "utf8")) as CloudResource[];
  }

  save(resources: CloudResource[]): void {
    mkdirSync(dirname(this.path), { recursive: true });
    // Safe from a killed process, which is what happens here; not from a power cut, which costs an fsync.
    writeFileAtomically(this.path, JSON.stringify(resources), { fsync: false });
  }
}

/**
 * Lets one command at a time have the cloud.
 * @returns what gives it back
 * @throws UserError when another command has it
 */
export function lock(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    try {
      const file = openSync(path, "wx");
      writeFileSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const owner = Number(readFileSync(path, "utf8"));
      if (owner && isAlive(owner)) {
        throw new UserError(
          `Another sandbox command is running (process ${owner}); the cloud has room for one.`,
          { fix: "wait for it to end", cause: error },
        );
      }
      // Whoever had it was killed.
      rmSync(path, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
