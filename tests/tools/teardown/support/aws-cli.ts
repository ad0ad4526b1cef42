/** The AWS CLI (version 1, of PyPI), which types the printed commands on moto. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { DIRECTORY } from "../../../support/shipped";

const AWS = join(DIRECTORY, ".cache", "aws-cli", "bin", "aws");

/** Whether tests/real/setup.sh has installed it. */
export function hasAwsCli(): boolean {
  return existsSync(AWS);
}

/** Runs a command in a shell, as it is typed. It must succeed. */
export async function awsCli(command: string, environment: NodeJS.ProcessEnv = {}): Promise<void> {
  const PATH = `${dirname(AWS)}:/usr/bin:/bin`;
  await promisify(execFile)("/bin/sh", ["-c", command], {
    env: { ...process.env, ...environment, PATH },
  });
}
