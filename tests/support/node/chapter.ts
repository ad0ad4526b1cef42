/**
 * Runs the chapter on real parts: the engine, the Kubernetes provider, an API server, a node, and EKS's
 * load balancer controller on moto. AWS and EKS are the sandbox's.
 */
import assert from "node:assert/strict";
import { Agent, get } from "node:http";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { runVerify } from "../verify/command";
import { fileOf } from "../verify/look";
import type { Sections } from "../verify/look";
import { findPulumi } from "../../../tools/shared/find-cli";
import { Sandbox, type Outcome } from "../../real/engine/sandbox";
import { ChartHosts } from "../charts";
import { isInstalled, program } from "../cluster/installed";
import { isTrue } from "../cluster/live-cluster";
import { until } from "../cluster/processes";
import { inventory } from "../cluster/tidying";
import { Cloud, noCloudControllerBecause } from "./cloud-controller";
import { noNodeBecause } from "./index";
import { NodeCluster } from "./real-node";

/** The name of the cluster that exercise 1 creates. */
const CLUSTER = "student-exercise-cluster";

/** Why the chapter cannot be run on real parts; undefined if it can. */
function noChapterBecause(): string | undefined {
  if (!findPulumi()) return "no Pulumi CLI: run bash tests/real/setup.sh pulumi";
  if (!isInstalled("kubernetes-provider")) {
    return "no Kubernetes provider: run bash tests/real/setup.sh kubernetes-provider";
  }
  return noNodeBecause() ?? noCloudControllerBecause();
}

/** An answer to a request for a page. */
export interface Answer {
  readonly status: number;
  readonly title: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The parts, while they run. */
export class Chapter {
  private constructor(
    readonly node: NodeCluster,
    readonly cloud: Cloud,
    readonly charts: ChartHosts,
    readonly sandbox: Sandbox,
  ) {}

  static async start(): Promise<Chapter> {
    const cloud = await Cloud.start(CLUSTER);
    const charts = await ChartHosts.start();
    const node = await NodeCluster.start({ providerID: cloud.providerID });
    cloud.control(node.plane);
    return new Chapter(node, cloud, charts, new Sandbox());
  }

  /** Runs a command of the sandbox, which may fail. */
  try(args: string, environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return this.sandbox.try(args, {
      ...environment,
      ...this.charts.environment,
      SANDBOX_KUBECONFIG: this.node.plane.kubeconfig,
      PATH: `${program("kubernetes-provider", "")}:${process.env["PATH"]}`,
    });
  }

  /** Runs a command of the sandbox, which must succeed. @returns what it wrote */
  async run(args: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code, text } = await this.try(args, environment);
    const more = `${text}\n${this.cloud.lastWords}\n${this.charts.asked.join("\n")}`;
    assert.equal(code, 0, `pulumi ${args}\n${more}`);
    return text;
  }

  /** Brings a stack up, and asserts that a preview and a refresh then find nothing to change. */
  async bringUp(stack: string, config = ""): Promise<void> {
    await this.run(`up -s ${stack} --skip-preview ${config}`);
    await this.run(`preview -s ${stack} --expect-no-changes ${config}`);
    await this.run(`refresh -s ${stack} --skip-preview --expect-no-changes ${config}`);
  }

  /** Destroys a stack, and asserts that its state is empty. */
  async destroy(stack: string): Promise<void> {
    await this.run(`destroy -s ${stack} --skip-preview`);
    assert.deepEqual(this.sandbox.state(stack), []);
  }

  /** The cluster's objects as `KIND NAMESPACE/NAME`, without those that controllers replace. */
  async inventory(): Promise<string[]> {
    const names = await inventory(this.node.plane.api);
    return names.filter((name) => !/^(Event|EndpointSlice) /.test(name)).sort();
  }

  /** Asserts that the cluster has nothing more than before; pods need a moment to end. */
  async hasOnly(before: readonly string[]): Promise<void> {
    const more = async () => (await this.inventory()).filter((name) => !before.includes(name));
    const end = Date.now() + 60_000;
    while ((await more()).length > 0 && Date.now() < end) await sleep(500);
    assert.deepEqual(await more(), []);
  }

  /** The uid of an object; another one means another object. */
  async uid(apiVersion: string, kind: string, namespace: string, name: string): Promise<unknown> {
    const reference = { apiVersion, kind, metadata: { namespace, name } };
    return (await this.node.plane.api.get(reference)).metadata["uid"];
  }

  /** Waits until a pod is ready. */
  async podReady(namespace: string, name: string): Promise<void> {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { namespace, name } };
    await until(`the pod ${namespace}/${name}`, async () =>
      isTrue(await this.node.plane.api.find(pod), "Ready"),
    );
  }

  /** The pod behind a Service. @throws ApiError when the Service is not there */
  async podBehind(namespace: string, service: string): Promise<string> {
    const { api } = this.node.plane;
    const reference = { apiVersion: "v1", kind: "Service", metadata: { namespace, name: service } };
    const { spec } = await api.get<{ spec: { selector: Record<string, string> } }>(reference);
    const pods = await api.list("v1", "Pod", namespace);
    const isBehind = (labels: Record<string, string>): boolean =>
      Object.entries(spec.selector).every(([key, value]) => labels[key] === value);
    const found = pods.find(({ metadata }) =>
      isBehind((metadata["labels"] ?? {}) as Record<string, string>),
    );
    assert.ok(found, `no pod is behind ${namespace}/${service}`);
    return found.metadata.name;
  }

  /** Asks for a page as `kubectl port-forward service/NAME` does. */
  async pageThroughForward(
    namespace: string,
    service: string,
    port: number,
    path: string,
  ): Promise<Answer> {
    const pod = await this.podBehind(namespace, service);
    const { KubeConfig, PortForward } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    config.loadFromFile(this.node.plane.kubeconfig);
    const forward = new PortForward(config);
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on("error", () => undefined));
      void forward.portForward(namespace, pod, [port], socket, null, socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      return await page(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  }

  /** Runs verify on sections of a stack file, on this cluster. @returns each check's status */
  async verify(sections: Sections): Promise<Record<string, string>> {
    const kubeconfig = { path: this.node.plane.kubeconfig, context: "live" };
    const all = { allowedCidrs: ["203.0.113.7/32"], cluster: { kubeconfig }, ...sections };
    const config = Object.fromEntries(
      Object.entries(all).map(([key, value]) => [`eks-exercises:${key}`, value]),
    );
    const file = fileOf(stringify({ config }), "Pulumi.real.yaml");
    const { stdout, stderr } = await runVerify(["--config", file, "--json", "--timeout", "90"]);
    assert.ok(stdout.startsWith("{"), `${stdout}\n${stderr}`);
    const { stacks } = JSON.parse(stdout) as {
      stacks: { checks: { id: string; status: string }[] }[];
    };
    const checks = stacks.flatMap((stack) => stack.checks);
    for (const check of checks) {
      if (!["passed", "skipped"].includes(check.status)) console.log(JSON.stringify(check));
    }
    return Object.fromEntries(checks.map(({ id, status }) => [id, status]));
  }

  async stop(): Promise<void> {
    this.sandbox.remove();
    this.charts.stop();
    await this.cloud.stop();
    await this.node.stop();
  }
}

/** Requests a page once, without redirects. @throws Error if nobody answers */
export function page(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    const asked = get(url, { agent, timeout: 10_000 }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("error", reject);
      response.on("end", () => {
        const title = /<title>([^<]*)</.exec(text)?.[1] ?? "";
        resolve({ status: response.statusCode ?? 0, title, headers: response.headers });
      });
    });
    asked.on("timeout", () => asked.destroy(new Error(`${url}: no answer in time`)));
    asked.on("error", reject);
  });
}

/** Asserts that nobody answers at an address. kube-proxy needs a moment for its rules. */
export async function refuses(url: string): Promise<void> {
  await until(`${url} to be refused`, () =>
    page(url).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === "ECONNREFUSED",
    ),
  );
}

/** Waits until a page answers with a status. */
export function answers(url: string, status = 200): Promise<Answer> {
  return until(`${url} to answer ${status}`, async () => {
    const answer = await page(url);
    return answer.status === status && answer;
  });
}

let started: Promise<Chapter> | undefined;

// Outside of any `describe`: after all tests of the run.
after(async function () {
  this.timeout(90_000);
  // A part that failed to start was reported by its own test.
  await Promise.allSettled([started?.then((chapter) => chapter.stop())]);
});

/** Gives the tests of a `describe` the parts, started once per run; without them the tests are skipped. */
export function useChapter(): () => Chapter {
  let chapter: Chapter | undefined;
  before(async function () {
    this.timeout(240_000);
    const reason = noChapterBecause();
    if (reason) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    started ??= Chapter.start();
    chapter = await started;
  });
  return () => chapter!;
}
