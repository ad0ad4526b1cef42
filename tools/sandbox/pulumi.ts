/** The Pulumi CLI: where it is, and the surroundings that make it work on the simulated cloud. */
import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import ipaddr from "ipaddr.js";
import { findOnPath } from "../shared/find-cli";
import { MY_ADDRESS } from "../shared/network";
import { UserError } from "../shared/user-error";
import { commandWith } from "./typed-command";

/** Ports that the simulated providers listen on, by package. */
export type Ports = Readonly<Record<string, number>>;

/** What to say when there is no CLI. */
export const NO_PULUMI = `The sandbox runs the Pulumi CLI, and there is none on PATH.
  fix: install it (https://www.pulumi.com/docs/install), and open a new terminal
  or: npm run rehearse, which shows the same stacks and needs no CLI`;

/**
 * Sends whatever is meant for the network to a port on which nobody listens: the engine looks for
 * plugins on github.com, whatever it needs. What is on this machine is reached without a proxy.
 */
const NOWHERE = "http://127.0.0.1:9";
const LOOPBACK = "localhost,127.0.0.1,::1";
export const NO_NETWORK: NodeJS.ProcessEnv = {
  HTTPS_PROXY: NOWHERE,
  https_proxy: NOWHERE,
  HTTP_PROXY: NOWHERE,
  http_proxy: NOWHERE,
  NO_PROXY: LOOPBACK,
  no_proxy: LOOPBACK,
  no_grpc_proxy: LOOPBACK,
};

/**
 * The caller's address: SANDBOX_ADDRESS, or one that is always the same.
 * @throws UserError if it is none
 */
export function callerAddress(): string {
  const address = process.env["SANDBOX_ADDRESS"] || MY_ADDRESS;
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return address;
  throw new UserError(`SANDBOX_ADDRESS: ${address}`, {
    allowed: "an IPv4 address",
    fix: commandWith({ SANDBOX_ADDRESS: "198.51.100.7" }),
  });
}

/** The engine on one project, with its own backend and the simulated providers. */
export class Engine {
  private readonly environment: NodeJS.ProcessEnv;
  private child: ChildProcess | undefined;

  constructor(
    private readonly binary: string,
    private readonly directory: string,
    private readonly sandbox: string,
    ports: Ports,
    isRealCluster = false,
  ) {
    for (const folder of ["home", "backend"]) {
      mkdirSync(join(sandbox, folder), { recursive: true });
    }
    const hook = `--require ${JSON.stringify(join(__dirname, "network-hook.cjs"))}`;
    const isInteractive = process.stdin.isTTY && process.stdout.isTTY;
    this.environment = {
      ...process.env,
      PWD: directory,
      NODE_OPTIONS: `${process.env["NODE_OPTIONS"] ?? ""} ${hook}`.trim(),
      SANDBOX_ADDRESS: callerAddress(),
      // The command that a message is to name: pulumi itself would build a real cluster.
      EKS_EXERCISES_PULUMI: "npm run sandbox --",
      PULUMI_HOME: join(sandbox, "home"),
      // Without .attrs files, which are not written atomically: a kill could leave an empty one,
      // and the engine then says "failed to load checkpoint: EOF".
      PULUMI_BACKEND_URL: `${pathToFileURL(join(sandbox, "backend")).href}?metadata=skip`,
      // Not one that is exported for real stacks: with another the next day, nothing could be read.
      PULUMI_CONFIG_PASSPHRASE: "sandbox",
      PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
      ...(!isRealCluster && NO_NETWORK),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_DEBUG_PROVIDERS: Object.entries(ports)
        .map(([name, port]) => `${name}:${port}`)
        .join(","),
      // Nobody is there to say yes.
      ...(!isInteractive && { PULUMI_SKIP_CONFIRMATIONS: "true" }),
    };
  }

  /** Makes a stack, unless it is there. */
  async ensureStack(stack: string, project: string): Promise<void> {
    const name = stack.split("/").at(-1)!;
    const file = join(this.sandbox, "backend", ".pulumi", "stacks", project, `${name}.json`);
    if (existsSync(file)) return;
    const code = await this.run(["stack", "init", name, "--no-select", "--non-interactive"], true);
    if (code !== 0) throw new UserError(`The stack ${name} could not be created.`, { exitCode: 1 });
  }

  /**
   * Installs the plugin of a real provider into the sandbox's own folder, unless it is there or on PATH.
   * @throws UserError when it cannot be had
   */
  async ensurePlugin(name: string, version: string): Promise<void> {
    const installed = join(this.sandbox, "home", "plugins", `resource-${name}-v${version}`);
    if (existsSync(installed) || findOnPath(`pulumi-resource-${name}`)) return;
    const code = await this.run(["plugin", "install", "resource", name, version], true);
    if (code !== 0) {
      throw new UserError(`Pulumi's provider for ${name} could not be installed.`, { exitCode: 1 });
    }
  }

  /** The stack that is selected; undefined if none is. */
  async selectedStack(): Promise<string | undefined> {
    const options = { cwd: this.directory, env: this.environment };
    const { stdout } = await promisify(execFile)(
      this.binary,
      ["stack", "--show-name", "--non-interactive"],
      options,
    ).catch(() => ({ stdout: "" }));
    return stdout.trim() || undefined;
  }

  /**
   * Runs the CLI to its end; signals that reach this process reach it too.
   * @returns its exit code
   */
  run(args: readonly string[], quiet = false): Promise<number> {
    this.child = spawn(this.binary, args, {
      cwd: this.directory,
      env: this.environment,
      stdio: quiet ? ["ignore", "ignore", "inherit"] : "inherit",
    });
    return ended(this.child);
  }

  /** Kills the CLI that runs, as a crash would: it has no time to tidy up. Its children go too. */
  kill(): void {
    const pid = this.child?.pid;
    if (pid === undefined) return;
    for (const victim of [pid, ...descendants(pid)]) {
      try {
        process.kill(victim, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
  }
}

/** Processes that a process started, and those that they did. */
function descendants(pid: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const parents = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const found = [pid];
  for (const parent of found) {
    found.push(...parents.filter(([, p]) => p === parent).map(([child]) => child));
  }
  return found.slice(1);
}

function ended(child: ChildProcess): Promise<number> {
  // A terminal sends Ctrl-C to the engine as well, which then stops in good order.
  const stay = (): void => undefined;
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on("SIGINT", stay).on("SIGTERM", pass);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.removeListener("SIGINT", stay).removeListener("SIGTERM", pass);
      resolve(signal ? 130 : (code ?? 1));
    });
  });
}
