/**
 * The machine that a real node runs on: namespaces of its own for network, mounts, processes and host
 * name, joined to this machine by a pair of virtual interfaces. All of it goes with its first process.
 */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Daemon, until } from "../cluster/processes";

const run = promisify(execFile);

/** Prefix of our cgroups and interfaces, before the id of the process that made them. */
const PREFIX = "eksx";
/** In a machine's directory: the id of the process that made it. */
const OWNER = "owner";
const CGROUPS = "/sys/fs/cgroup";

/** Its first process: sets the machine up, starts what it is given, and waits for it. */
const INIT = `
set -eu
directory=$1 host=$2 address=$3
mount --make-rprivate /
mkdir -p "$directory/lib" "$directory/log"
mount --bind "$directory/lib" /var/lib
mount --bind "$directory/log" /var/log
mount -t tmpfs tmpfs /run
hostname node
echo started
until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
ip link set lo up
ip address add "$address/24" dev eth0
ip link set eth0 up
ip route add default via "$host"
echo 1 >/proc/sys/net/ipv4/ip_forward
echo joined
shift 3
for program; do sh -c "exec $program" & done
wait
`;

/** A running machine. */
export class Machine {
  private constructor(
    /** Its files. */
    readonly directory: string,
    /** This machine's address on the link between the two. */
    readonly hostAddress: string,
    readonly address: string,
    readonly cgroup: string,
    private readonly daemon: Daemon,
    private readonly pid: number,
    private readonly logFile: string,
  ) {}

  /**
   * Starts one.
   * @param programs command lines that it runs, given its addresses and its cgroup
   */
  static async start(
    directory: string,
    programs: (machine: { hostAddress: string; address: string; cgroup: string }) => string[],
  ): Promise<Machine> {
    removeLeftovers();
    mkdirSync(directory, { recursive: true });
    const network = freeNetwork();
    const hostAddress = `${network}.1`;
    const address = `${network}.2`;
    const cgroup = `${PREFIX}-${process.pid}`;
    makeCgroup(cgroup);
    writeFileSync(join(directory, OWNER), String(process.pid));
    const init = join(directory, "init.sh");
    writeFileSync(init, INIT);
    const logFile = join(directory, "machine.log");
    const unshared = ["--net", "--mount", "--pid", "--uts", "--fork", "--kill-child"];
    const commands = programs({ hostAddress, address, cgroup });
    const args = [...unshared, "--mount-proc", "sh", init, directory, hostAddress, address];
    const daemon = Daemon.start("the node's machine", "unshare", [...args, ...commands], logFile);
    const wrote = (word: string) => (): boolean => {
      if (!daemon.isRunning) throw new Error(`the machine ended:\n${daemon.lastWords}`);
      return existsSync(logFile) && readFileSync(logFile, "utf8").split("\n").includes(word);
    };
    await until("the machine's namespaces", wrote("started"));
    const pid = daemon.firstChild();
    const machine = new Machine(directory, hostAddress, address, cgroup, daemon, pid, logFile);
    const link = `${PREFIX}-${process.pid}`.slice(0, 15);
    const pair = ["type", "veth", "peer", "name", "eth0", "netns", String(pid)];
    await run("ip", ["link", "add", link, ...pair]);
    await run("ip", ["address", "add", `${hostAddress}/24`, "dev", link]);
    await run("ip", ["link", "set", link, "up"]);
    await until("the machine's network", wrote("joined"));
    return machine;
  }

  get isRunning(): boolean {
    return this.daemon.isRunning;
  }

  /** The last lines that its programs wrote. */
  get lastWords(): string {
    return readFileSync(this.logFile, "utf8").trimEnd().split("\n").slice(-15).join("\n");
  }

  /** Runs a command inside. @returns what it wrote */
  async run(program: string, ...args: string[]): Promise<string> {
    const inside = ["--target", String(this.pid), "--net", "--mount", "--pid", "--uts"];
    return (await run("nsenter", [...inside, "--", program, ...args])).stdout;
  }

  /** Ends every process inside; namespaces, mounts and the link go with them. */
  async stop(): Promise<void> {
    if (this.daemon.isRunning) process.kill(this.pid, "SIGKILL");
    await this.daemon.stop();
    await until("the machine's cgroups to be empty", () => removeCgroup(this.cgroup), 20);
  }
}

/** The first free /24 of a range that is for networks of one's own (RFC 1918), as far as it shows. */
function freeNetwork(): string {
  const taken = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  for (let i = process.pid % 200; ; i = (i + 1) % 200) {
    const network = `10.231.${i}`;
    if (!taken.some(({ address }) => address.startsWith(`${network}.`))) return network;
  }
}

/** The roots of the trees of control groups: one each controller, or with version 2 the only one. */
function cgroupRoots(): string[] {
  if (existsSync(join(CGROUPS, "cgroup.controllers"))) return [CGROUPS];
  return readdirSync(CGROUPS).map((name) => join(CGROUPS, name));
}

function makeCgroup(name: string): void {
  for (const root of cgroupRoots()) mkdirSync(join(root, name), { recursive: true });
  if (!existsSync(join(CGROUPS, "cgroup.controllers"))) return inheritCpus(name);
  // Version 2: the kubelet's pods need every controller that there is.
  const controllers = readFileSync(join(CGROUPS, "cgroup.controllers"), "utf8").trim().split(" ");
  const wanted = controllers.map((each) => `+${each}`).join(" ");
  for (const directory of [CGROUPS, join(CGROUPS, name)]) {
    writeFileSync(join(directory, "cgroup.subtree_control"), wanted);
  }
}

/** Version 1: a cpuset has no processors until it is given some. */
function inheritCpus(name: string): void {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    const from = join(CGROUPS, "cpuset", file);
    if (existsSync(from)) writeFileSync(join(CGROUPS, "cpuset", name, file), readFileSync(from));
  }
}

/** Removes a cgroup in every tree, from the leaves up. @returns whether it is gone */
function removeCgroup(name: string): boolean {
  const remove = (directory: string): void => {
    for (const child of readdirSync(directory)) {
      if (statSync(join(directory, child)).isDirectory()) remove(join(directory, child));
    }
    rmdirSync(directory);
  };
  let isGone = true;
  for (const root of cgroupRoots()) {
    const directory = join(root, name);
    try {
      if (existsSync(directory)) remove(directory);
    } catch {
      // A process in it is still ending.
      isGone = false;
    }
  }
  return isGone;
}

/** Removes the cgroups and files of killed runs. The rest ended with their processes. */
function removeLeftovers(): void {
  const isGone = (owner: string): boolean => !existsSync(join("/proc", owner));
  for (const name of new Set(cgroupRoots().flatMap((root) => readdirSync(root)))) {
    const owner = new RegExp(`^${PREFIX}-(\\d+)$`).exec(name)?.[1];
    if (owner && isGone(owner)) removeCgroup(name);
  }
  for (const name of readdirSync(tmpdir()).filter((each) =>
    each.startsWith("eks-exercises-live-"),
  )) {
    const file = join(tmpdir(), name, "node", OWNER);
    if (existsSync(file) && isGone(readFileSync(file, "utf8"))) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}
