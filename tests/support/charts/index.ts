/**
 * Stands in for the hosts of the chapter's Helm charts, with the charts of tests/real/charts. The
 * program, its pins and the provider stay as they are: the provider finds these hosts through a proxy
 * on loopback, by the variables that every program heeds, and trusts one more certificate authority.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext, TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { CHARTS, type ChartPin } from "../../../components/catalog";

const run = promisify(execFile);
const SOURCE = join(__dirname, "..", "..", "real", "charts");

/** The charts that there are stand-ins for. */
const PINS: readonly ChartPin[] = [CHARTS.clusterAutoscaler, CHARTS.nginx, CHARTS["ingress-nginx"]];

interface Content {
  readonly type: string;
  readonly body: Buffer;
}

/** The hosts, while they run. */
export class ChartHosts {
  /** What was asked of them: `GET https://HOST/PATH`. */
  asked: readonly string[] = [];

  private constructor(
    /** Lets a provider find them; for the command that starts it. */
    readonly environment: NodeJS.ProcessEnv,
    private readonly end: () => void,
  ) {}

  static async start(): Promise<ChartHosts> {
    const directory = mkdtempSync(join(tmpdir(), "eks-exercises-charts-"));
    const contents = new Map<string, Content>();
    for (const pin of PINS) await publish(pin, directory, contents);
    const hosts = [...new Set([...contents.keys()].map((url) => new URL(url).host))];
    const certificate = await certificateOf(hosts, directory);
    const asked: string[] = [];
    const site = createServer((question, response) => answer(question, response, contents, asked));
    const proxy = createServer();
    const sockets = new Set<Socket>();
    proxy.on("connect", (question, stream) => {
      const socket = stream as Socket;
      sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => undefined));
      if (!hosts.includes((question.url ?? "").replace(/:443$/, ""))) {
        asked.push(`refused: CONNECT ${question.url}`);
        return socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      }
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      const secureContext = createSecureContext(certificate);
      const secure = new TLSSocket(socket, { isServer: true, secureContext });
      site.emit(
        "connection",
        secure.on("error", () => undefined),
      );
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const environment = {
      HTTPS_PROXY: url,
      // The API server and the engine are on loopback.
      NO_PROXY: "127.0.0.1,localhost",
      SSL_CERT_FILE: join(directory, "certificate.pem"),
      // Helm's own cache and settings, so that none of a user's is read or changed.
      HELM_CACHE_HOME: join(directory, "cache"),
      HELM_CONFIG_HOME: join(directory, "config"),
      HELM_DATA_HOME: join(directory, "data"),
    };
    const remove = (): void => rmSync(directory, { recursive: true, force: true });
    process.once("exit", remove);
    const charts = new ChartHosts(environment, () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      remove();
    });
    charts.asked = asked;
    return charts;
  }

  stop(): void {
    this.end();
  }
}

function answer(
  question: IncomingMessage,
  response: ServerResponse,
  contents: ReadonlyMap<string, Content>,
  asked: string[],
): void {
  const url = `https://${(question.headers.host ?? "").replace(/:443$/, "")}${question.url}`;
  asked.push(`${question.method} ${url}`);
  const found = contents.get(url);
  if (!found) return void response.writeHead(404).end();
  const digest = `sha256:${sha256(found.body)}`;
  response.writeHead(200, {
    "content-type": found.type,
    "content-length": found.body.length,
    "docker-content-digest": digest,
  });
  response.end(question.method === "HEAD" ? undefined : found.body);
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Packs a chart at the version of its pin, and puts it where the pin says. */
async function publish(
  pin: ChartPin,
  directory: string,
  contents: Map<string, Content>,
): Promise<void> {
  const name = pin.chart.split("/").at(-1)!;
  const folder = join(directory, "packed", name);
  mkdirSync(folder, { recursive: true });
  cpSync(join(SOURCE, name), folder, { recursive: true });
  const described = parse(readFileSync(join(folder, "Chart.yaml"), "utf8")) as object;
  const chart = { ...described, version: pin.version };
  writeFileSync(join(folder, "Chart.yaml"), stringify(chart));
  const archive = join(directory, `${name}.tgz`);
  await run("tar", [
    "--create",
    "--gzip",
    "--file",
    archive,
    "--directory",
    join(folder, ".."),
    name,
  ]);
  const body = readFileSync(archive);
  if (pin.repository) {
    const file = `${name}-${pin.version}.tgz`;
    const entry = { ...chart, urls: [file], digest: sha256(body), created: "2026-11-22T00:00:00Z" };
    const index = { apiVersion: "v1", entries: { [name]: [entry] } };
    contents.set(`${pin.repository}/index.yaml`, {
      type: "text/yaml",
      body: Buffer.from(stringify(index)),
    });
    contents.set(`${pin.repository}/${file}`, { type: "application/gzip", body });
    return;
  }
  publishInRegistry(pin, chart, body, contents);
}

/** An OCI registry's answers for one chart: its manifest by tag and by digest, and two blobs. */
function publishInRegistry(
  pin: ChartPin,
  chart: object,
  archive: Buffer,
  contents: Map<string, Content>,
): void {
  const [, host, repository] = /^oci:\/\/([^/]+)\/(.+)$/.exec(pin.chart)!;
  const root = `https://${host}/v2/`;
  const blob = (mediaType: string, body: Buffer) => {
    const digest = `sha256:${sha256(body)}`;
    const type = "application/octet-stream";
    contents.set(`${root}${repository}/blobs/${digest}`, { type, body });
    return { mediaType, digest, size: body.length };
  };
  const type = "application/vnd.oci.image.manifest.v1+json";
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: blob("application/vnd.cncf.helm.config.v1+json", Buffer.from(JSON.stringify(chart))),
      layers: [blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", archive)],
    }),
  );
  contents.set(root, { type: "application/json", body: Buffer.from("{}") });
  for (const reference of [pin.version, `sha256:${sha256(manifest)}`]) {
    contents.set(`${root}${repository}/manifests/${reference}`, { type, body: manifest });
  }
  const tags = Buffer.from(JSON.stringify({ name: repository, tags: [pin.version] }));
  contents.set(`${root}${repository}/tags/list`, { type: "application/json", body: tags });
}

/** A certificate for the hosts, signed by itself. */
async function certificateOf(
  hosts: readonly string[],
  directory: string,
): Promise<{ key: Buffer; cert: Buffer }> {
  const [key, cert] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
  const names = hosts.map((host) => `DNS:${host}`).join(",");
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-subj", "/CN=chart hosts of the tests", "-addext", `subjectAltName=${names}`];
  const files = ["-keyout", key, "-out", cert, "-days", "2"];
  await run("openssl", ["req", "-x509", ...kind, ...subject, ...files]);
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
