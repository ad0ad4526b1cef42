/** Serves the simulated providers to an engine, on ports of this machine. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as grpc from "@grpc/grpc-js";
import { version as awsVersion } from "@pulumi/aws/package.json";
import { version as kubernetesVersion } from "@pulumi/kubernetes/package.json";
import type { Operations } from "./operations";
import { Provider } from "./provider";
import { NO_NETWORK, type Ports } from "./pulumi";
import type { RealCluster } from "./real-cluster";

/** Providers that are being served. */
export interface Served {
  readonly ports: Ports;
  /** Ends them. */
  stop(): Promise<void>;
}

/**
 * Serves aws, kubernetes and eks.
 * @param real a cluster of the user's own: EKS hands out its kubeconfig, and kubernetes is not served
 */
export async function serve(operations: Operations, real?: RealCluster): Promise<Served> {
  const servers: grpc.Server[] = [];
  const start = (version: string): Promise<number> => {
    const server = new grpc.Server();
    servers.push(server);
    return new Provider(version, operations).serve(server);
  };
  const worker = new Worker(join(__dirname, "eks", "worker.cjs"), {
    stdout: true,
    // gRPC would go through a proxy to this machine's own ports.
    env: { ...process.env, ...NO_NETWORK },
    workerData: { kubeconfig: real?.kubeconfig },
  });
  const stop = async (): Promise<void> => {
    for (const server of servers) server.forceShutdown();
    await worker.terminate();
  };
  try {
    const ports = {
      aws: await start(awsVersion),
      ...(!real && { kubernetes: await start(kubernetesVersion) }),
      eks: await portOf(worker),
    };
    return { ports, stop };
  } catch (error) {
    // Servers that listen would keep the command from ending, without a word.
    await stop();
    throw error;
  }
}

/** Pulumi's provider server prints its port, on the first line. */
function portOf(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.stdout.once("data", (line: Buffer) => {
      // Nothing more is expected; were there any, it must not fill up.
      worker.stdout.resume();
      resolve(Number(line.toString()));
    });
  });
}
