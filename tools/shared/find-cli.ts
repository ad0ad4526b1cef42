/** Finds command-line programs on PATH. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The Pulumi CLI on PATH; undefined if there is none. */
export function findPulumi(path?: string): string | undefined {
  return findOnPath("pulumi", path);
}

/** A program on PATH; undefined if there is none that may be executed. */
export function findOnPath(program: string, path = process.env["PATH"] ?? ""): string | undefined {
  const name = process.platform === "win32" ? `${program}.exe` : program;
  return path
    .split(delimiter)
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
