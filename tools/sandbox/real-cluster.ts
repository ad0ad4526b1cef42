/** A cluster of the user's own, whose Kubernetes takes the place of the simulated one. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { expandHome } from "../../settings/kubeconfig";
import { UserError } from "../shared/user-error";
import { commandWith } from "./typed-command";

/** What the sandbox knows of the cluster. */
export interface RealCluster {
  readonly context: string;
  readonly server: string;
  /** A kubeconfig of this one context, with the content of every file that the original names. */
  readonly kubeconfig: Record<string, unknown>;
}

type Entry = Record<string, unknown>;
interface Named {
  readonly name?: string;
  readonly context?: { readonly cluster?: string; readonly user?: string };
  readonly cluster?: Entry;
  readonly user?: Entry;
}

/** Fields that name a file, each with the field that takes the file's content. */
const FILES: Readonly<Record<string, string>> = {
  "certificate-authority": "certificate-authority-data",
  "client-certificate": "client-certificate-data",
  "client-key": "client-key-data",
};

/**
 * Reads the cluster that SANDBOX_KUBECONFIG (a path) and SANDBOX_CONTEXT name; undefined if neither is
 * set. A file with several contexts needs SANDBOX_CONTEXT: its current context may be any cluster.
 * @throws UserError with what is wrong, what is allowed and the fix
 */
export function readRealCluster(environment: NodeJS.ProcessEnv): RealCluster | undefined {
  const { SANDBOX_KUBECONFIG: given, SANDBOX_CONTEXT: wanted } = environment;
  if (!given && !wanted) return undefined;
  if (!given) {
    throw new UserError(`SANDBOX_CONTEXT: ${wanted}`, {
      allowed: "with SANDBOX_KUBECONFIG only",
      fix: commandWith({ SANDBOX_KUBECONFIG: "~/.kube/config", SANDBOX_CONTEXT: wanted! }),
    });
  }
  const path = resolve(expandHome(given));
  const file = readKubeconfig(path, given);
  const names = (file.contexts ?? []).map(({ name }) => name ?? "");
  const context = wanted || (names.length === 1 ? names[0]! : "");
  const found = findContext(file, context);
  if (!found) {
    throw new UserError(`SANDBOX_CONTEXT: ${wanted || "(not set)"}`, {
      allowed: `a context of ${given} that names a cluster: ${names.join(", ") || "it has none"}`,
      fix: names[0]
        ? commandWith({ SANDBOX_KUBECONFIG: given, SANDBOX_CONTEXT: names.at(-1)! })
        : "kind create cluster",
    });
  }
  const folder = dirname(path);
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    clusters: [{ name: context, cluster: withContents(found.cluster, folder) }],
    users: [{ name: context, user: withContents(found.user, folder) }],
    contexts: [{ name: context, context: { ...found.entry, cluster: context, user: context } }],
  };
  return { context, server: found.server, kubeconfig };
}

/** A context with its cluster and user; undefined if it names no cluster. */
function findContext({ contexts = [], clusters = [], users = [] }: Kubeconfig, context: string) {
  const entry = contexts.find(({ name }) => name === context)?.context;
  const cluster = clusters.find(({ name }) => name === entry?.cluster)?.cluster;
  const user = users.find(({ name }) => name === entry?.user)?.user ?? {};
  const server = cluster?.["server"];
  return entry && cluster && typeof server === "string"
    ? { entry, cluster, user, server }
    : undefined;
}

interface Kubeconfig {
  readonly contexts?: readonly Named[];
  readonly clusters?: readonly Named[];
  readonly users?: readonly Named[];
}

function readKubeconfig(path: string, given: string): Kubeconfig {
  try {
    const file: unknown = parse(readFileSync(path, "utf8"), { logLevel: "error" });
    if (typeof file === "object" && file !== null) return file;
    throw new Error("it is not a kubeconfig");
  } catch (error) {
    // The first line only: a YAML error cites the file, which may hold a token.
    const reason = (error as Error).message.split("\n", 1)[0]!.replace(/:$/, "");
    throw new UserError(`SANDBOX_KUBECONFIG: ${given}`, {
      allowed: `a kubeconfig file that can be read (${reason})`,
      fix: `kind create cluster --kubeconfig ${given}`,
      cause: error,
    });
  }
}

/** An entry whose files are replaced by their content: the engine runs in another folder. */
function withContents(entry: Entry, folder: string): Entry {
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => {
      if (typeof value !== "string") return [key, value];
      const file = (): Buffer => readFileSync(resolve(folder, expandHome(value)));
      if (key === "tokenFile") return ["token", file().toString("utf8").trim()];
      const data = FILES[key];
      return data === undefined ? [key, value] : [data, file().toString("base64")];
    }),
  );
}

/** What every command says while Kubernetes is real. */
export function realClusterNotice({ context, server }: RealCluster): string {
  return `Kubernetes is real: the context ${context}, ${server}. AWS and EKS are simulated.`;
}

/** Why a command of the sandbox's own cannot work on a real cluster; undefined if it can. */
export function refusedOnRealCluster(args: readonly string[]): string | undefined {
  if (args[0] !== "recover") return undefined;
  const refresh = ["refresh", ...args.slice(1)].join(" ");
  return (
    "recover: it looks interrupted resources up in the simulated cloud, and Kubernetes is real\n" +
    `  fix: npm run sandbox -- ${refresh}\n` +
    "  It asks about each; docs/recover.md has the answers."
  );
}
