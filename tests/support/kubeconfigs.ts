/** Kubeconfig files of clusters that are not on EKS, in a directory that is removed with the process. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "./harness";

const directory = mkdtempSync(join(tmpdir(), "eks-exercises-kubeconfigs-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));

/** Writes a kubeconfig file. @returns its path */
export function kubeconfigFile(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** A file with two contexts, kind-kind and minikube. */
export const TWO_CONTEXTS = kubeconfigFile(
  "two",
  JSON.stringify({ contexts: [{ name: "kind-kind" }, { name: "minikube" }] }),
);

/** A configuration with a kind cluster, and nothing else. */
export const KIND: Config = {
  cluster: { kubeconfig: { path: TWO_CONTEXTS, context: "kind-kind" } },
};
