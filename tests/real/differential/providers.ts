/** The two providers that are compared: Pulumi's own for Kubernetes, and the sandbox's. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { StatefulCloud } from "../../../tools/cloud/stateful-cloud";
import { Faults } from "../../../tools/sandbox/faults";
import { Journal } from "../../../tools/sandbox/journal";
import { clockOf } from "../../../tools/sandbox/latency";
import { Operations } from "../../../tools/sandbox/operations";
import { Provider } from "../../../tools/sandbox/provider";
import { isInstalled, program } from "../../support/cluster/installed";

/** A provider that runs, until it is stopped. */
export interface Running {
  readonly port: number;
  stop(): void;
}

/** Why the real provider cannot run; undefined if it can. */
export function noProviderBecause(): string | undefined {
  if (isInstalled("kubernetes-provider")) return undefined;
  return "no Kubernetes provider: run bash tests/real/setup.sh kubernetes-provider";
}

/** What a provider asks of an engine: to take its log. */
function serveEngine(): Promise<{ server: grpc.Server; port: number }> {
  const server = new grpc.Server();
  const take = (_: unknown, done: grpc.sendUnaryData<Empty>): void => done(null, new Empty());
  server.addService(EngineService, { log: take });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve({ server, port }),
    );
  });
}

/** A provider prints its port on the first line. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the provider ended with ${code}`)));
    child.stdout!.once("data", (line: Buffer) => resolve(line.toString()));
  });
}

/** Starts the real provider. */
export async function startReal(env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const engine = await serveEngine();
  const home = mkdtempSync(join(tmpdir(), "provider-test-"));
  const binary = program("kubernetes-provider", "pulumi-resource-kubernetes");
  const child = spawn(binary, [`127.0.0.1:${engine.port}`], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env["PATH"], HOME: home, ...env },
  });
  const stop = (): void => {
    child.kill("SIGKILL");
    engine.server.forceShutdown();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    return { port: Number(await firstLine(child)), stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Starts the sandbox's provider, on a cloud of its own. */
export async function startSimulated(): Promise<Running> {
  const directory = mkdtempSync(join(tmpdir(), "provider-test-"));
  const store = { load: () => [], save: () => undefined };
  const cloud = new StatefulCloud({ store, eniDelayMs: 0 });
  const journal = new Journal(join(directory, "journal.jsonl"));
  const operations = new Operations(cloud, clockOf(undefined), new Faults(undefined), journal);
  const server = new grpc.Server();
  const port = await new Provider("4.34.2", operations).serve(server);
  const stop = (): void => {
    server.forceShutdown();
    rmSync(directory, { recursive: true, force: true });
  };
  return { port, stop };
}
