/** Whether this machine can run a real node. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { noClusterBecause, isInstalled } from "../cluster/installed";

/** Why no node can be started; undefined if one can. */
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
