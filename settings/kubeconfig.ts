import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { setCommand, type Problem } from "./problems";

/** Which cluster of which kubeconfig file. */
export interface KubeconfigReference {
  readonly path: string;
  readonly context: string;
}

/** Replaces a leading `~` by your home directory, as the shell does. */
export function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}

/** Looks whether the file is there and has the context, as far as these are known. */
export function kubeconfigProblem({
  path,
  context,
}: Partial<KubeconfigReference>): Problem | undefined {
  if (path === undefined) return undefined;
  let contexts: string[];
  try {
    const text = readFileSync(expandHome(path), "utf8");
    contexts = contextNames(parse(text, { logLevel: "error" }));
  } catch (error) {
    return {
      path: "cluster.kubeconfig.path",
      value: path,
      allowed: `a kubeconfig file that can be read (${reasonOf(error)})`,
      fix: "create the cluster first (kind create cluster), or name the file that your tool wrote",
    };
  }
  if (context === undefined || contexts.includes(context)) return undefined;
  return {
    path: "cluster.kubeconfig.context",
    value: context,
    allowed: contexts.length > 0 ? contexts.join(", ") : `nothing: ${path} has no contexts`,
    fix: setCommand("cluster.kubeconfig.context", contexts[0] ?? "kind-kind"),
  };
}

/** What went wrong, without the lines that a YAML error cites: there may be a token in them. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0]!.replace(/:$/, "");
}

function contextNames(document: unknown): string[] {
  const contexts = (document as { contexts?: unknown } | null)?.contexts;
  if (!Array.isArray(contexts)) return [];
  return contexts
    .map((entry: { name?: unknown } | null) => entry?.name)
    .filter((name) => typeof name === "string");
}
