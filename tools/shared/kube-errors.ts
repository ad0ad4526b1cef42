/** What an error of the Kubernetes API means to whoever asked, without what is secret in it. */
import { CouldNotCheck } from "./could-not-check";
import { redact, firstLine } from "./redact";

/** What mends whatever is open to one address, in the order in which it works. */
export const ADDRESS_CHANGED =
  "your address has changed since: run pulumi up of the cluster's stack from the new address first, then of the other stacks";

interface Details {
  readonly code?: unknown;
  readonly body?: unknown;
  readonly message?: unknown;
  readonly type?: unknown;
  readonly cause?: unknown;
}

/** The status code of an answer of the API server; undefined for what is no answer. */
export function statusOf(error: unknown): number | undefined {
  const { code } = (error ?? {}) as Details;
  return typeof code === "number" ? code : undefined;
}

/** Whether asking again may help: the server was busy, or the connection was cut. */
export function mayPass(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status === 429 || status >= 500;
  return /ECONNRESET|EPIPE|socket hang up/.test(textOf(error));
}

/** @param server the API server's address, @param seconds how long it was waited for */
export function kubeError(error: unknown, server: string, seconds: number): CouldNotCheck {
  if (error instanceof CouldNotCheck) return error;
  const status = statusOf(error);
  return status === undefined
    ? transportError(error, server, seconds)
    : answer(error, status, server);
}

function answer(error: unknown, status: number, server: string): CouldNotCheck {
  const said = saidBy((error as Details).body);
  if (status === 401) {
    return new CouldNotCheck(
      `the API server at ${server} does not accept your credentials (401 Unauthorized)`,
      "aws sts get-caller-identity (is it who made the cluster?), then connect kubectl again",
    );
  }
  if (status === 403) {
    return new CouldNotCheck(
      `the API server at ${server} does not let you look (403 Forbidden): ${said}`,
      "kubectl auth can-i --list",
    );
  }
  const words = said === "" ? "" : `: ${said}`;
  return new CouldNotCheck(
    `the API server at ${server} answered ${status}${words}`,
    "kubectl get --raw /readyz?verbose",
  );
}

const TRANSPORT: readonly (readonly [RegExp, string, string])[] = [
  [
    /ECONNREFUSED/,
    "nothing answers there (connection refused)",
    "is the cluster running? pulumi up, or kind get clusters, minikube status",
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    "that host has no address: the cluster is gone, or you are offline",
    "aws eks list-clusters; then connect kubectl again",
  ],
  [
    /certificate|self.signed|unable to verify|UNABLE_TO|altname|DEPTH_ZERO/i,
    "its certificate is not one that your kubeconfig trusts: it may be of an earlier cluster",
    "connect kubectl again: aws eks update-kubeconfig",
  ],
  [
    /ECONNRESET|EPIPE|hang up|Premature close/i,
    "the connection was cut",
    "kubectl get --raw /readyz?verbose",
  ],
];

function transportError(error: unknown, server: string, seconds: number): CouldNotCheck {
  const text = textOf(error);
  if (/abort|timeout|ETIMEDOUT/i.test(text)) {
    return new CouldNotCheck(
      `the API server at ${server} did not answer within ${seconds} seconds`,
      `is the endpoint still open to you? If not, ${ADDRESS_CHANGED}`,
    );
  }
  for (const [pattern, meaning, lookCloser] of TRANSPORT) {
    if (pattern.test(text)) {
      return new CouldNotCheck(`the API server at ${server}: ${meaning}`, lookCloser);
    }
  }
  return new CouldNotCheck(
    `the API server at ${server} could not be asked: ${firstLine(redact(text))}`,
    "kubectl cluster-info",
  );
}

/** All that an error and its causes say of themselves. */
export function textOf(error: unknown): string {
  const parts: string[] = [];
  let at: unknown = error;
  for (let depth = 0; at !== undefined && at !== null && depth < 4; depth++) {
    if (typeof at !== "object") {
      if (typeof at === "string") parts.push(at);
      break;
    }
    const { code, message, type, cause } = at as Details;
    for (const part of [message, code, type]) if (typeof part === "string") parts.push(part);
    if (at instanceof AggregateError) parts.push(...at.errors.map(textOf));
    at = cause;
  }
  return parts.join(" ");
}

/** What the server says in a Status object, or in plain text. */
function saidBy(body: unknown): string {
  let value = body;
  if (typeof value === "string") {
    try {
      value = JSON.parse(value) as unknown;
    } catch {
      return firstLine(redact(value as string));
    }
  }
  const message = (value as { message?: unknown } | null)?.message;
  return typeof message === "string" ? firstLine(redact(message)) : "";
}
