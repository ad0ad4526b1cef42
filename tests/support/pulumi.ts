/** The real Pulumi CLI, for tests that need no language host. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { findPulumi } from "../../tools/shared/find-cli";

const BUILT = join(__dirname, "..", "..", ".cache", "pulumi");

/** The folder of the CLI that tests/real/setup.sh builds, or that is on PATH; undefined if there is none. */
export function findRealPulumi(): string | undefined {
  if (existsSync(join(BUILT, "pulumi"))) return BUILT;
  const found = findPulumi();
  return found && dirname(found);
}
