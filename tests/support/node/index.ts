/** The real node in a test file: started once for the file, skipped where it cannot be had. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { noClusterBecause, isInstalled } from "../cluster/installed";
import { NodeCluster, type NodeOptions } from "./real-node";

export { NodeCluster } from "./real-node";

/** Why no node can be started; undefined where one can. */
export function noNodeBecause(): string | undefined {
  const noCluster = noClusterBecause();
  if (noCluster) return noCluster;
  if (process.getuid?.() !== 0) return "a real node needs root";
  const setup = "bash tests/real/setup.sh node";
  if (!isInstalled("containerd")) return `no containerd: run ${setup}`;
  if (!existsSync("/usr/lib/cni/ptp")) return `no CNI plugins: run ${setup}`;
  const absent = ["runc", "iptables", "ip", "nsenter", "unshare", "go"].filter(
    (name) => !isOnPath(name),
  );
  if (absent.length > 0) return `no ${absent.join(", ")} on PATH: run ${setup}`;
  try {
    execFileSync("unshare", ["--net", "--mount", "--pid", "--uts", "--fork", "true"]);
  } catch {
    return "this machine allows no namespaces";
  }
  return undefined;
}

function isOnPath(name: string): boolean {
  return (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(`${folder}/${name}`));
}

/** Gives the tests of a `describe` a cluster with a real node; or skips them, and prints the reason. */
export function useNode(options: NodeOptions = {}): () => NodeCluster {
  let cluster: NodeCluster | undefined;
  before(async function () {
    this.timeout(180_000);
    const reason = noNodeBecause();
    if (reason) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    cluster = await NodeCluster.start(options);
  });
  after(async function () {
    this.timeout(60_000);
    await cluster?.stop();
  });
  return () => cluster!;
}
