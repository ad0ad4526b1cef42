/** Processes that a test starts: their logs and their end. None outlives the tests. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Ends every registered process once the pipe to it closes: also when the tests are killed. */
const GUARD = `
  let told = "";
  process.stdin.on("data", (chunk) => (told += chunk));
  process.stdin.on("end", () => {
    const ended = new Set(told.split("\\n").filter((line) => line[0] === "-").map((line) => line.slice(1)));
    for (const pid of told.split("\\n").filter((line) => line && line[0] !== "-" && !ended.has(line)))
      try { process.kill(Number(pid), "SIGKILL"); } catch {}
  });
`;

let guard: ChildProcess | undefined;

function tellGuard(line: string): void {
  if (!guard) {
    // A group of its own: what ends the tests from a terminal must not end the guard first.
    guard = spawn(process.execPath, ["-e", GUARD], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    guard.unref();
    (guard.stdin as unknown as { unref(): void }).unref();
  }
  guard.stdin!.write(`${line}\n`);
}

/** A process beside the tests, which does not keep the runner alive. */
export class Daemon {
  private readonly child: ChildProcess;

  private constructor(
    readonly name: string,
    private readonly logFile: string,
    child: ChildProcess,
  ) {
    this.child = child;
  }

  /** Starts a program, whose output goes into a file. */
  static start(
    name: string,
    program: string,
    args: readonly string[],
    logFile: string,
    env: NodeJS.ProcessEnv = {},
  ): Daemon {
    const log = openSync(logFile, "a");
    const child = spawn(program, args, {
      stdio: ["ignore", log, log],
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    });
    closeSync(log);
    child.on("error", () => undefined);
    child.unref();
    if (child.pid !== undefined) tellGuard(String(child.pid));
    return new Daemon(name, logFile, child);
  }

  get isRunning(): boolean {
    const { pid, exitCode, signalCode } = this.child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** The id of the process that it started first. */
  firstChild(): number {
    const { pid } = this.child;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ")[0]);
  }

  /** The last lines that it wrote. */
  get lastWords(): string {
    return readFileSync(this.logFile, "utf8").trimEnd().split("\n").slice(-15).join("\n");
  }

  /** Pauses it, like a server that no longer answers, until `resume`. */
  pause(): void {
    this.child.kill("SIGSTOP");
  }

  resume(): void {
    this.child.kill("SIGCONT");
  }

  /** Ends it: SIGTERM first. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    const closed = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.ref();
    this.child.kill("SIGCONT");
    this.child.kill("SIGTERM");
    const inTime = await Promise.race([closed.then(() => true), sleep(5000, false)]);
    if (!inTime) {
      this.child.kill("SIGKILL");
      await closed;
    }
    tellGuard(`-${this.child.pid}`);
  }
}

/**
 * Waits until something holds.
 * @param holds its answer is returned as soon as it is neither undefined nor false
 * @throws Error with what was waited for after `seconds`, and the last failure of `holds`
 */
export async function until<T>(
  what: string,
  holds: () => Promise<T | undefined | false> | T | undefined | false,
  seconds = 60,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last = "";
  for (;;) {
    try {
      const held = await holds();
      if (held !== undefined && held !== false) return held;
    } catch (error) {
      last = `: ${(error as Error).message}`;
      if (error instanceof Hopeless) throw error;
    }
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}${last}`);
    await sleep(50);
  }
}

/** A condition that waiting cannot change. */
export class Hopeless extends Error {}

/** Ports of this machine that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.on("error", reject);
          server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
