/** Port-forwards, opened by the command itself and closed by it. */
import { createServer, type AddressInfo, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { CouldNotCheck } from "../shared/could-not-check";
import { redact, firstLine } from "../shared/redact";
import type { KubeClient } from "./kube-client";
import { questionSignal, within } from "../shared/deadline";
import { textOf } from "../shared/kube-errors";
import { fetchPage, NoAnswer, type Page } from "./page";

/** A pod, and the port that its container listens on. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** The WebSocket of a forward that is not to be made anew: what we use of it. */
interface Channel {
  close(): void;
  onclose: () => void;
  onerror: () => void;
}

/**
 * Fetches pages from a pod through a port of this machine, as kubectl port-forward does.
 * @returns the pages in order
 * @throws NoAnswer where the pod does not answer, CouldNotCheck where the forward is refused
 */
export async function fetchThrough(
  kube: KubeClient,
  to: PodPort,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Page[]> {
  const forward = await open(kube, to, signal);
  try {
    const pages: Page[] = [];
    for (const path of paths) pages.push(await forward.fetch(path));
    return pages;
  } finally {
    forward.close();
  }
}

async function open(kube: KubeClient, to: PodPort, signal: AbortSignal) {
  const { PortForward } = await import("@kubernetes/client-node");
  const forward = new PortForward(kube.config);
  const sockets = new Set<{ destroy(): void }>();
  let problem: string | undefined;

  const carry = async (socket: Socket): Promise<void> => {
    const complaint = new PassThrough();
    complaint.on("data", (chunk: Buffer) => {
      problem ??= firstLine(redact(chunk.toString()));
      socket.destroy();
    });
    try {
      const opening = forward.portForward(
        to.namespace,
        to.pod,
        [to.port],
        socket,
        complaint,
        socket,
      );
      const channel = (await within<unknown>(opening, questionSignal(signal))) as Channel;
      sockets.add({ destroy: () => channel.close() });
      channel.onclose = () => socket.end();
      channel.onerror = () => socket.destroy();
    } catch (error) {
      problem ??= `the API server did not open it: ${firstLine(redact(textOf(error)))}`;
      socket.destroy();
    }
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    void carry(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const name = `port-forward to ${to.namespace}/${to.pod}:${to.port}`;
  return {
    async fetch(path: string): Promise<Page> {
      try {
        return await fetchPage(`http://127.0.0.1:${port}${path}`, signal);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        if (problem !== undefined && /403|Forbidden/.test(problem)) {
          throw new CouldNotCheck(
            `the ${name} is not allowed to you: ${problem}`,
            "kubectl auth can-i create pods/portforward",
          );
        }
        throw new NoAnswer(name, problem ?? error.why);
      }
    },
    close(): void {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
