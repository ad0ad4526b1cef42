import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { Edit } from "./edits";
import type { Finding } from "./problems";

/** Which cluster of which kubeconfig file. */
export interface KubeconfigReference {
  readonly path: string;
  readonly context: string;
}

/** Replaces a leading `~` by your home directory, as the shell does. */
export function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}

/** Checks that the file is there and has the context, as far as these are known. */
export function checkKubeconfig({
  path,
  context,
}: Partial<KubeconfigReference>): Finding | undefined {
  if (path === undefined) return undefined;
  let contexts: string[];
  try {
    contexts = readContexts(path);
  } catch (error) {
    return {
      path: "cluster.kubeconfig.path",
      value: path,
      allowed: `a kubeconfig file that can be read (${reasonOf(error)})`,
      mends: [[{ remove: ["cluster", "kubeconfig", "path"] }]],
      otherwise:
        "create the cluster first (kind create cluster), or name the file that your tool wrote",
    };
  }
  if (context === undefined || contexts.includes(context)) return undefined;
  return {
    path: "cluster.kubeconfig.context",
    value: context,
    allowed: contexts.length > 0 ? contexts.join(", ") : `nothing: ${path} has no contexts`,
    mends: contextMends(contexts),
    otherwise: "create the cluster first: kind create cluster",
  };
}

/** Changes that name a context of the file; none if it cannot be read. */
export function mendContext(path: string): Edit[][] {
  try {
    return contextMends(readContexts(path));
  } catch {
    return [];
  }
}

function contextMends(contexts: readonly string[]): Edit[][] {
  return contexts.map((to) => [{ set: ["cluster", "kubeconfig", "context"], to }]);
}

function readContexts(path: string): string[] {
  return contextNames(parse(readFileSync(expandHome(path), "utf8"), { logLevel: "error" }));
}

/** The reason, without the lines that a YAML error cites: they may hold a token. */
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
