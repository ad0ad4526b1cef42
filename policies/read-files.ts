import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
  statSync,
} from "node:fs";
import { join } from "node:path";

/** A file that cannot be read, or not as what it was given for: it gets a line, the others their findings. */
export class UnreadableFile extends Error {}

/**
 * The most that is read of a file, in bytes. The largest policy that AWS takes has 100 KiB (OpenSearch);
 * this is for the output of whole accounts.
 */
export const MAX_FILE = 16 * 1024 * 1024;

const CHUNK = 256 * 1024;

/** The descriptors that a shell passes as files: `<(aws iam get-role ...)`. */
const PASSED = /^\/(dev\/(stdin$|fd\/)|proc\/self\/fd\/)/;

const MESSAGES = new Map<string | undefined, string>([
  ["ENOENT", "there is no such file"],
  ["ELOOP", "its symbolic links lead in a circle"],
  ["EACCES", "reading it is not permitted"],
]);

function message(error: unknown): string {
  const { code, message: text } = error as NodeJS.ErrnoException;
  return MESSAGES.get(code) ?? text;
}

function checkKind(stats: Stats, path: string): void {
  if (stats.isFile() || PASSED.test(path)) return;
  const kind = stats.isCharacterDevice() || stats.isBlockDevice() ? "a device" : "a pipe or socket";
  throw new UnreadableFile(`it is ${kind}, not a file`);
}

function readBytes(descriptor: number): Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    let read: number;
    try {
      read = readSync(descriptor, chunk, 0, CHUNK, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") break;
      if (code !== "EAGAIN") throw error;
      // Standard input without blocking (a terminal): the writer is given a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      continue;
    }
    if (read === 0) break;
    size += read;
    if (size > MAX_FILE) throw tooLarge();
    chunks.push(chunk.subarray(0, read));
  }
  return Buffer.concat(chunks);
}

function tooLarge(): UnreadableFile {
  return new UnreadableFile(
    `it has more than ${MAX_FILE / 1024 / 1024} MiB, the most that is read; take less of the account into a file ` +
      "(aws iam get-account-authorization-details --filter Role User Group LocalManagedPolicy)",
  );
}

/** UTF-8, or UTF-16 as PowerShell's `>` writes it; without the mark that it begins with. */
function decode(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isUtf16 ? "utf16le" : "utf8").replace(/^\uFEFF/, "");
}

/** The text of a file, or of standard input (`-`). Throws UnreadableFile; never reads more than MAX_FILE. */
export function readText(path: string): string {
  if (path === "-") return decode(readBytes(0));
  let descriptor: number | undefined;
  try {
    // Opening a pipe waits for its writer: what it is has to be asked before.
    const stats = statSync(path);
    checkKind(stats, path);
    if (stats.size > MAX_FILE) throw tooLarge();
    descriptor = openSync(path, "r");
    checkKind(fstatSync(descriptor), path);
    return decode(readBytes(descriptor));
  } catch (error) {
    throw error instanceof UnreadableFile ? error : new UnreadableFile(message(error));
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The files that a path stands for: itself, or all `*.json` of a directory. Throws UnreadableFile. */
export function listFiles(path: string): string[] {
  if (path === "-") return [path];
  try {
    if (!statSync(path).isDirectory()) return [path];
    const files = listJson(path);
    if (files.length === 0) throw new UnreadableFile("there is no *.json in the directory");
    return files;
  } catch (error) {
    throw error instanceof UnreadableFile ? error : new UnreadableFile(message(error));
  }
}

function listJson(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === "node_modules" ? [] : listJson(path);
      return entry.name.endsWith(".json") ? [path] : [];
    });
}
