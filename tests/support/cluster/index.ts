/** The live cluster and moto's server in a test file: started once per run, skipped if missing. */
import { LiveCluster } from "./live-cluster";
import { noClusterBecause } from "./installed";
import { Moto, noMotoBecause } from "./moto";

export { ApiError, type KubernetesObject } from "./api";
export { NEVER_READY } from "./kubelet";
export type { LiveCluster } from "./live-cluster";
export type { Moto } from "./moto";
export { freePorts, until } from "./processes";

let cluster: Promise<LiveCluster> | undefined;
let moto: Promise<Moto> | undefined;

// Outside of any `describe`: after all tests of the run.
after(async function () {
  this.timeout(60_000);
  // A part that failed to start was reported by its own test.
  await Promise.allSettled([cluster, moto].map(async (started) => (await started)?.stop()));
});

/**
 * Gives the tests of a `describe` the cluster, empty before each of them. Without a cluster the
 * tests are skipped, and the reason is printed. Everything ends with the process.
 * @param options `keep`: what a test creates stays until the last test has ended
 */
export function useLiveCluster({ keep = false } = {}): () => LiveCluster {
  let used: LiveCluster | undefined;
  before(async function () {
    this.timeout(180_000);
    const reason = noClusterBecause();
    if (reason) return skip(this, reason);
    cluster ??= LiveCluster.start();
    used = await cluster;
  });
  (keep ? after : afterEach)(async function () {
    this.timeout(120_000);
    await used?.reset();
  });
  return () => used!;
}

/** Gives the tests of a `describe` moto's server, empty before each of them; or skips them. */
export function useMoto(): () => Moto {
  let used: Moto | undefined;
  before(async function () {
    this.timeout(120_000);
    const reason = noMotoBecause();
    if (reason) return skip(this, reason);
    moto ??= Moto.start();
    used = await moto;
  });
  beforeEach(() => used?.reset());
  return () => used!;
}

function skip(context: Mocha.Context, reason: string): never {
  console.log(`      skipped: ${reason}`);
  context.skip();
}
