/** Runs the real CLI on projects that use the package of components, in a cloud of the test's own. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { version as awsVersion } from "@pulumi/aws/package.json";
import { version as eksVersion } from "@pulumi/eks/package.json";
import { version as kubernetesVersion } from "@pulumi/kubernetes/package.json";
import { GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb";
import { StatefulCloud } from "../../../tools/cloud/stateful-cloud";
import { Faults } from "../../../tools/sandbox/faults";
import { Journal } from "../../../tools/sandbox/journal";
import { clockOf } from "../../../tools/sandbox/latency";
import { unary } from "../../../tools/sandbox/messages";
import { Operations } from "../../../tools/sandbox/operations";
import { Provider } from "../../../tools/sandbox/provider";
import { serve, type Served } from "../../../tools/sandbox/serve";
import { CloudFile } from "../../../tools/sandbox/store";
import { MY_ADDRESS } from "../../../tools/shared/network";

/** The project's own folder. */
export const ROOT = join(__dirname, "..", "..", "..");
const CACHE = join(ROOT, ".cache");
const SCHEMA = join(CACHE, "kubernetes-provider", "schema.json");

/** A missing real part that a test needs; undefined if there is none. */
export function missingPart(): string | undefined {
  return ["pulumi", "pulumi-yaml", "kubernetes-provider"].find(
    (part) => !existsSync(join(CACHE, part, "stamp")),
  );
}

/** The result of a command. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real CLI with the simulated providers, in folders of the test's own. */
export class ComponentsEngine {
  readonly directory = mkdtempSync(join(tmpdir(), "components-"));
  private served?: Served;
  private readonly kubernetes = new grpc.Server({ "grpc.max_send_message_length": -1 });

  /** Serves the simulated providers. Kubernetes' has the schema of the real one, for YAML. */
  async start(): Promise<void> {
    const clock = clockOf(undefined);
    const store = new CloudFile(join(this.directory, "cloud.json"));
    const { eniDelayMs } = clock;
    const cloud = new StatefulCloud({ store, eniDelayMs, address: MY_ADDRESS.split("/")[0]! });
    const journal = new Journal(join(this.directory, "journal.jsonl"));
    const operations = new Operations(cloud, clock, new Faults(undefined), journal);
    this.served = await serve(operations);
    const getSchema = unary(() => {
      const response = new GetSchemaResponse();
      const schema = JSON.parse(readFileSync(SCHEMA, "utf8")) as object;
      response.setSchema(JSON.stringify({ ...schema, version: kubernetesVersion }));
      return response;
    });
    const port = await new Provider(kubernetesVersion, operations).serve(this.kubernetes, {
      getSchema,
    });
    Object.assign(this.served.ports, { kubernetes: port });
    this.pretendInstalled();
  }

  /** The CLI wants the plugins of a package installed before it reads the package's schema. */
  private pretendInstalled(): void {
    for (const [name, version] of [
      ["aws", awsVersion],
      ["eks", eksVersion],
      ["kubernetes", kubernetesVersion],
    ]) {
      const folder = join(this.directory, "home", "plugins", `resource-${name}-v${version}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `pulumi-resource-${name}`), "#!/bin/sh\nexit 1\n", {
        mode: 0o755,
      });
    }
    mkdirSync(join(this.directory, "backend"));
  }

  /** Runs the CLI in a project's folder. */
  run(cwd: string, ...args: string[]): Promise<Finished> {
    const parts = [
      join(CACHE, "pulumi"),
      join(CACHE, "pulumi-yaml"),
      join(__dirname, "language-host"),
    ];
    const child = spawn("pulumi", [...args, "--non-interactive"], {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PATH: [...parts, process.env["PATH"]].join(delimiter),
        NO_COLOR: "1",
        PULUMI_HOME: join(this.directory, "home"),
        PULUMI_BACKEND_URL: pathToFileURL(join(this.directory, "backend")).href,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_DEBUG_PROVIDERS: Object.entries(this.served?.ports ?? {})
          .map(([name, port]) => `${name}:${port}`)
          .join(","),
      },
    });
    const text = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (chunk: string) => (text[name] += chunk));
    }
    return new Promise((resolve) =>
      child.on("close", (code) => resolve({ code: code ?? 1, ...text })),
    );
  }

  async stop(): Promise<void> {
    this.kubernetes.forceShutdown();
    await this.served?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
