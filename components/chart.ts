import type { ChartPin } from "./catalog";

/** How long a release may take: images are pulled and, for load balancers, AWS is waited for. */
const TIMEOUT_SECONDS = 600;

/** The arguments that every Helm release of ours has in common. */
export function chartArgs(pin: ChartPin, release: string, namespace: string) {
  return {
    chart: pin.chart,
    version: pin.version,
    repositoryOpts: pin.repository ? { repo: pin.repository } : undefined,
    name: release,
    namespace,
    // A release that fails is taken back whole, so that the next up begins anew.
    atomic: true,
    timeout: TIMEOUT_SECONDS,
  };
}
