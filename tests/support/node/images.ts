/**
 * Stand-ins for the chapter's images, which cannot be pulled where the tests run: one OCI archive, with
 * the real names, tags, ports and users. Their program is in tests/real/stand-ins.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { copyFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  JENKINS_IMAGE,
  KUBERNETES,
  SOCK_SHOP,
  SOCK_SHOP_IMAGES,
} from "../../../components/catalog";

const run = promisify(execFile);
const ROOT = join(__dirname, "..", "..", "..");
const SOURCE = join(ROOT, "tests", "real", "stand-ins");
const CACHE = join(ROOT, ".cache", "stand-ins");

/** The image that holds a pod's namespaces. */
export const PAUSE_IMAGE = "registry.k8s.io/pause:3.10.1";

/** Images that the stand-ins of the charts name, as the real charts do. */
const CHART_IMAGES = {
  clusterAutoscaler: "registry.k8s.io/autoscaling/cluster-autoscaler",
  nginx: "docker.io/nginx/nginx-ingress:5.5.4",
  "ingress-nginx": "registry.k8s.io/ingress-nginx/controller:v1.15.1",
} as const;

interface Image {
  readonly name: string;
  readonly entrypoint: readonly string[];
  readonly user?: string;
  readonly env?: readonly string[];
}

/** All of them. Each entry point is a link to the one program, which plays the part that it names. */
function images(): Image[] {
  const shop = [...new Set(Object.values(SOCK_SHOP).map(({ image }) => image))].map((image) => {
    const port = Object.values(SOCK_SHOP).find((service) => service.image === image)!.port;
    const isFrontEnd = image === SOCK_SHOP_IMAGES["front-end"];
    const entrypoint = isFrontEnd ? ["/bin/front-end"] : ["/bin/listen", String(port)];
    return { name: `docker.io/${image.includes("/") ? image : `library/${image}`}`, entrypoint };
  });
  const version = /:([\d.]+)/.exec(JENKINS_IMAGE)![1]!;
  const jenkins = {
    name: `docker.io/${JENKINS_IMAGE}`,
    entrypoint: ["/bin/jenkins"],
    user: "1000:1000",
    env: [`JENKINS_VERSION=${version}`],
  };
  const autoscalers = Object.values(KUBERNETES).map(({ clusterAutoscaler }) => ({
    name: `${CHART_IMAGES.clusterAutoscaler}:${clusterAutoscaler}`,
    entrypoint: ["/cluster-autoscaler"],
  }));
  return [
    { name: PAUSE_IMAGE, entrypoint: ["/bin/pause"], user: "65535:65535" },
    jenkins,
    ...shop,
    ...autoscalers,
    { name: CHART_IMAGES.nginx, entrypoint: ["/nginx-ingress"], user: "101" },
    { name: CHART_IMAGES["ingress-nginx"], entrypoint: ["/usr/bin/dumb-init", "--"], user: "101" },
  ];
}

/** Builds the archive, unless it is there already. @returns its path */
export async function imageArchive(): Promise<string> {
  const digest = createHash("sha256");
  for (const file of readdirSync(SOURCE).sort()) digest.update(readFileSync(join(SOURCE, file)));
  digest.update(readFileSync(__filename)).update(JSON.stringify(images()));
  const archive = join(CACHE, `${digest.digest("hex").slice(0, 16)}.tar`);
  if (existsSync(archive)) return archive;
  const scratch = join(CACHE, `making-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  try {
    const layer = await layerIn(scratch);
    const layout = join(scratch, "layout");
    await writeLayout(layout, layer);
    const made = join(scratch, "archive.tar");
    await run("tar", ["--create", "--file", made, "--directory", layout, "."]);
    for (const old of readdirSync(CACHE).filter((name) => name.endsWith(".tar"))) {
      rmSync(join(CACHE, old));
    }
    renameSync(made, archive);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return archive;
}

/** The one layer of all images: the program, and its names. @returns the layer's path */
async function layerIn(scratch: string): Promise<string> {
  const root = join(scratch, "root");
  for (const folder of ["bin", "usr/bin"]) mkdirSync(join(root, folder), { recursive: true });
  mkdirSync(join(root, "tmp"), { mode: 0o1777 });
  // Jenkins' image gives its home to its user.
  mkdirSync(join(root, "var", "jenkins_home"), { recursive: true });
  chownSync(join(root, "var", "jenkins_home"), 1000, 1000);
  const program = join(root, "bin", "stand-in");
  await run("go", ["build", "-trimpath", "-ldflags", "-s -w", "-o", program, "."], {
    cwd: SOURCE,
    env: { ...process.env, CGO_ENABLED: "0" },
  });
  const started = ["/bin/cat", "/nginx-ingress-controller"];
  const names = new Set([...started, ...images().map(({ entrypoint }) => entrypoint[0]!)]);
  for (const name of names) symlinkSync("/bin/stand-in", join(root, name));
  const layer = join(scratch, "layer.tar");
  await run("tar", ["--create", "--numeric-owner", "--file", layer, "--directory", root, "."]);
  return layer;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Writes an OCI image layout of all images. */
async function writeLayout(layout: string, layer: string): Promise<void> {
  const blobs = join(layout, "blobs", "sha256");
  mkdirSync(blobs, { recursive: true });
  const describe = (kind: string, content: Buffer): Descriptor => ({
    mediaType: `application/vnd.oci.image.${kind}`,
    digest: `sha256:${createHash("sha256").update(content).digest("hex")}`,
    size: content.length,
  });
  const put = (kind: string, value: unknown): Descriptor => {
    const content = Buffer.from(JSON.stringify(value));
    const descriptor = describe(kind, content);
    writeFileSync(join(blobs, descriptor.digest.slice("sha256:".length)), content);
    return descriptor;
  };
  const layerDescriptor = describe("layer.v1.tar", readFileSync(layer));
  copyFileSync(layer, join(blobs, layerDescriptor.digest.slice("sha256:".length)));
  const manifests = images().map(({ name, entrypoint, user, env = [] }) => {
    const config = put("config.v1+json", {
      architecture: "amd64",
      os: "linux",
      config: { Entrypoint: entrypoint, User: user, Env: ["PATH=/bin", ...env], WorkingDir: "/" },
      rootfs: { type: "layers", diff_ids: [layerDescriptor.digest] },
    });
    const manifest = { schemaVersion: 2, config, layers: [layerDescriptor] };
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    return {
      ...put("manifest.v1+json", { ...manifest, mediaType }),
      platform: { architecture: "amd64", os: "linux" },
      annotations: { "io.containerd.image.name": name },
    };
  });
  writeFileSync(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
  return Promise.resolve();
}
