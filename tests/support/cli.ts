/** Runs the rehearsal's command line, through its real entry, in a process of its own. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectOutput, type Finished } from "./finished";
import { DIRECTORY } from "./shipped";

// Any use of the network ends the process, with an exit code that nothing else has. The pipe by which
// the TypeScript loader looks for its parent is not network.
const NO_NETWORK = `
  const refuse = (what) => { process.stderr.write("network: " + what); process.exit(77); };
  const net = require("node:net");
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...args) {
    const [to] = args.flat();
    const path = typeof to === "string" ? to : to?.path;
    if (!String(path).endsWith(".pipe")) refuse(JSON.stringify(to));
    return connect.apply(this, args);
  };
  for (const dns of [require("node:dns"), require("node:dns").promises])
    for (const name of Object.keys(dns))
      if (/^(lookup|resolve|reverse)/.test(name)) dns[name] = () => refuse(name);
  require("node:dgram").createSocket = () => refuse("a datagram");
`;

const temporary = mkdtempSync(join(tmpdir(), "eks-exercises-cli-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));

const hook = join(temporary, "no-network.cjs");
writeFileSync(hook, NO_NETWORK);

/** Runs `node tools/rehearse/main.cjs` with arguments, in the project or a copy, without a network. */
export function rehearse(args: readonly string[], directory = DIRECTORY): Promise<Finished> {
  const child = spawn(process.execPath, ["--require", hook, "tools/rehearse/main.cjs", ...args], {
    cwd: directory,
    env: { PATH: process.env["PATH"], HOME: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return collectOutput(child);
}

let copies = 0;

/** Copies the project with a test's own stack files, which replace files of the same name. */
export function projectWith(stacks: Readonly<Record<string, string>>): string {
  const copy = join(temporary, String(copies++));
  const parts = ["index.ts", "package.json", "tsconfig.json", "Pulumi.yaml"];
  for (const part of [...parts, "components", "settings", "policies", "tools"]) {
    cpSync(join(DIRECTORY, part), join(copy, part), { recursive: true });
  }
  cpSync(
    join(DIRECTORY, "Pulumi.exercise-cluster.yaml"),
    join(copy, "Pulumi.exercise-cluster.yaml"),
  );
  symlinkSync(join(DIRECTORY, "node_modules"), join(copy, "node_modules"));
  for (const [stack, content] of Object.entries(stacks)) {
    writeFileSync(join(copy, `Pulumi.${stack}.yaml`), content);
  }
  return copy;
}
