/** Which cluster the kubeconfig leads to. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { CouldNotCheck } from "../shared/could-not-check";
import { redact, firstLine } from "../shared/redact";
import type { KubeConfig } from "./kube-types";
import type { Target } from "./target";

/** A kubeconfig with the context that is used, and what must not be shown of it. */
export interface Chosen {
  readonly config: KubeConfig;
  readonly context: string;
  readonly server: string;
  /** Whether the context's own names say that it is of the stack's cluster of EKS. */
  readonly isNamed: boolean;
  readonly secrets: readonly string[];
  /** Said where another than the current context is used. */
  readonly note?: string;
}

/**
 * Reads the kubeconfig: the one named, or KUBECONFIG's, or the usual. Of its contexts it takes the
 * one named; else the current one, unless another is plainly that of the stack's cluster.
 * @throws CouldNotCheck where there is none, or it cannot be read
 */
export async function chooseCluster(target: Target, signal: AbortSignal): Promise<Chosen> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const path = target.kubeconfig ?? process.env["KUBECONFIG"] ?? "";
  try {
    if (target.kubeconfig !== undefined) config.loadFromFile(target.kubeconfig);
    else if (path !== "") loadList(config, path, () => new KubeConfig());
    else config.loadFromFile(usual(target));
  } catch (error) {
    if (error instanceof CouldNotCheck) throw error;
    const reason = firstLine(redact(error instanceof Error ? error.message : String(error)));
    throw new CouldNotCheck(
      `the kubeconfig${path && ` ${path}`} cannot be read: ${reason}`,
      connect(target),
    );
  }
  endWith(signal, config);
  return choose(config, target, path === "" ? "~/.kube/config" : path);
}

/**
 * Lets a credential plugin, such as aws eks get-token, end with the run. The client starts it by a
 * function of its own, which is not among its public ones: where there is no such, nothing is done.
 */
function endWith(signal: AbortSignal, config: KubeConfig): void {
  type Starter = { execFn?: (command: string, args: string[], options: object) => unknown };
  const { authenticators } = config as unknown as { authenticators?: Starter[] };
  for (const authenticator of authenticators ?? []) {
    const start = authenticator.execFn;
    if (!start) continue;
    authenticator.execFn = (command, args, options) =>
      start(command, args, { ...options, signal, killSignal: "SIGKILL" });
  }
}

/**
 * Loads the files of a list as kubectl merges them: a file that does not exist is skipped, and of two
 * entries of one name, or two current contexts, the first counts. The client's own loader refuses both.
 */
function loadList(config: KubeConfig, list: string, another: () => KubeConfig): void {
  const named = list.split(delimiter).filter((file) => file !== "");
  const [first, ...others] = named.filter((file) => existsSync(file));
  if (first === undefined) throw new Error("none of these files exists");
  config.loadFromFile(first);
  for (const file of others) {
    const next = another();
    next.loadFromFile(file);
    const isNew = (known: readonly { name: string }[]) => (entry: { name: string }) =>
      known.every(({ name }) => name !== entry.name);
    config.clusters = [...config.clusters, ...next.clusters.filter(isNew(config.clusters))];
    config.users = [...config.users, ...next.users.filter(isNew(config.users))];
    config.contexts = [...config.contexts, ...next.contexts.filter(isNew(config.contexts))];
    if (!config.currentContext) config.setCurrentContext(next.currentContext);
  }
}

function usual(target: Target): string {
  const path = join(homedir(), ".kube", "config");
  if (existsSync(path)) return path;
  throw new CouldNotCheck(
    "there is no kubeconfig: neither --kubeconfig nor KUBECONFIG names one, and ~/.kube/config does not exist",
    connect(target),
  );
}

/** The command that connects kubectl. */
export function connect({ eks, outputs }: Target): string {
  const known = outputs["connectCommand"];
  if (typeof known === "string") return known;
  if (!eks) return "kubectl config get-contexts";
  const profile = eks.profile ? ` --profile ${eks.profile}` : "";
  return `aws eks update-kubeconfig --region ${eks.region} --name ${eks.clusterName}${profile}`;
}

function choose(config: KubeConfig, target: Target, path: string): Chosen {
  const names = config.getContexts().map(({ name }) => name);
  const wanted = target.context;
  if (wanted !== undefined && !names.includes(wanted)) {
    throw new CouldNotCheck(
      `${path} has no context ${wanted}; it has ${names.join(", ") || "none"}`,
      "kubectl config get-contexts",
    );
  }
  const current = config.getCurrentContext();
  let context = wanted ?? current;
  let note: string | undefined;
  if (wanted === undefined && target.eks && !isNamedAfter(config, context, target)) {
    const other = names.find((name) => isNamedAfter(config, name, target));
    if (other !== undefined) {
      note = `The context ${other} is used; the current one, ${current || "(none)"}, is of another cluster.`;
      context = other;
    }
  }
  config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (!cluster) {
    throw new CouldNotCheck(
      `${path} names no cluster: its current context is ${context || "not set"}`,
      connect(target),
    );
  }
  const server = withoutUserInfo(cluster.server);
  return {
    config,
    context,
    server,
    isNamed: isNamedAfter(config, context, target),
    secrets: listSecrets(config),
    note,
  };
}

/** Whether a context carries the names that AWS's own tools give one of this cluster. */
function isNamedAfter(config: KubeConfig, name: string, { eks }: Target): boolean {
  if (!eks || eks.clusterName === "") return false;
  const context = config.getContextObject(name);
  const arn = new RegExp(
    `^arn:[^:]+:eks:${escaped(eks.region)}:[^:]*:cluster/${escaped(eks.clusterName)}$`,
  );
  const eksctl = `${eks.clusterName}.${eks.region}.eksctl.io`;
  const given = [name, context?.cluster ?? ""];
  if (given.some((text) => arn.test(text) || text === eksctl || text.endsWith(`@${eksctl}`))) {
    return true;
  }
  const exec = config.getUser(context?.user ?? "")?.exec as { args?: unknown } | undefined;
  const args = Array.isArray(exec?.args) ? (exec.args as unknown[]) : [];
  const flag = args.findIndex((arg) => arg === "--cluster-name" || arg === "-i");
  const region = args.indexOf("--region");
  const isOfRegion = region < 0 || args[region + 1] === eks.region;
  return flag >= 0 && args[flag + 1] === eks.clusterName && isOfRegion;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function withoutUserInfo(server: string): string {
  return server.replace(/^(https?:\/\/)[^/@]*@/, "$1");
}

/** Values of the kubeconfig that no output may hold. */
function listSecrets(config: KubeConfig): string[] {
  const user = config.getCurrentUser();
  const exec = user?.exec as { env?: { value?: unknown }[] } | undefined;
  const values = [
    user?.token,
    user?.password,
    user?.keyData,
    ...(exec?.env ?? []).map((entry) => entry.value),
  ];
  return values.filter((value): value is string => typeof value === "string" && value.length > 7);
}
