/** What tests/real/setup.sh has installed, and where. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..", "..");
const SETUP = "bash tests/real/setup.sh";
const BINARIES = join(ROOT, ".cache", "control-plane");
const MOTO_SERVER = join(ROOT, ".cache", "iam-venv", "bin", "moto_server");

/** The path of a program of the control plane. */
export function binary(name: string): string {
  return join(BINARIES, name);
}

/** The path of a program of another part. */
export function program(part: string, name: string): string {
  return join(ROOT, ".cache", part, name);
}

/** Whether setup.sh has installed a part. */
export function isInstalled(part: string): boolean {
  return existsSync(program(part, "stamp"));
}

/** The definitions of KWOK's own kinds, in YAML. */
export function kwokDefinitions(): string[] {
  return ["logs", "portforwards"].map((kind) =>
    readFileSync(join(BINARIES, "crds", `kwok.x-k8s.io_${kind}.yaml`), "utf8"),
  );
}

/** Why no cluster can be started; undefined if one can. */
export function noClusterBecause(): string | undefined {
  if (process.platform !== "linux") return "the live cluster needs Linux";
  // The set-up writes its stamp last.
  return existsSync(binary("stamp")) ? undefined : `no control plane: run ${SETUP}`;
}

/** moto's server, and why it cannot be started, if it cannot. */
export function motoServer(): { path: string; missing?: string } {
  const flask = existsSync(join(MOTO_SERVER, "..", "flask"));
  const missing = flask && existsSync(MOTO_SERVER) ? undefined : `no moto server: run ${SETUP}`;
  return { path: MOTO_SERVER, missing };
}
