/** The command through its real entry, in a process of its own. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectOutput, type Finished } from "../../../support/finished";
import { findRealPulumi } from "../../../support/pulumi";
import { DIRECTORY } from "../../../support/shipped";

const home = mkdtempSync(join(tmpdir(), "eks-exercises-teardown-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));

/** A backend without stacks, and no passphrase. */
const BACKEND = { PULUMI_BACKEND_URL: `file://${home}`, PULUMI_SKIP_UPDATE_CHECK: "true" };

/** Where the Pulumi CLI is, if there is one, without the rest of PATH. */
const PATH = [findRealPulumi(), "/usr/bin", "/bin"].filter(Boolean).join(":");

/** Runs `node tools/teardown/main.cjs` with arguments; with a terminal it is given the answer. */
export function runTeardown(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  directory = DIRECTORY,
): Promise<Finished> {
  const aws = Object.entries(process.env).filter(([name]) => name.startsWith("AWS_"));
  const child = spawn(process.execPath, ["tools/teardown/main.cjs", ...args], {
    cwd: directory,
    env: {
      PATH,
      HOME: home,
      NO_COLOR: "1",
      AWS_EC2_METADATA_DISABLED: "true",
      ...BACKEND,
      ...Object.fromEntries(aws),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return collectOutput(child);
}
