/** Load balancers in AWS: the one that a hostname belongs to. */
import type { Context } from "./check";

/** A load balancer, of whichever generation. */
export interface LiveLoadBalancer {
  readonly name: string;
  readonly kind: "network" | "application" | "gateway" | "classic";
  /** A classic one has no state: it is there, or not. */
  readonly state: string;
  readonly scheme: string;
  readonly securityGroups: readonly string[];
}

/** Finds the load balancer of a hostname; undefined where AWS has none. */
export async function findLoadBalancer(
  context: Context,
  hostname: string,
): Promise<LiveLoadBalancer | undefined> {
  const wanted = hostname.toLowerCase().replace(/^dualstack\./, "");
  const { aws } = context;
  const current = await aws.loadBalancersV2();
  const found = await aws.all(
    (options) => current.sdk.paginateDescribeLoadBalancers({ client: current.client }, {}, options),
    (page) => page.LoadBalancers,
  );
  const match = found.find((each) => each.DNSName?.toLowerCase() === wanted);
  if (match) {
    return {
      name: match.LoadBalancerName ?? hostname,
      kind: match.Type ?? "network",
      state: match.State?.Code ?? "unknown",
      scheme: match.Scheme ?? "",
      securityGroups: match.SecurityGroups ?? [],
    };
  }
  const classic = await aws.classicLoadBalancers();
  const earlier = await aws.all(
    (options) => classic.sdk.paginateDescribeLoadBalancers({ client: classic.client }, {}, options),
    (page) => page.LoadBalancerDescriptions,
  );
  const old = earlier.find((each) => each.DNSName?.toLowerCase() === wanted);
  if (!old) return undefined;
  return {
    name: old.LoadBalancerName ?? hostname,
    kind: "classic",
    state: "active",
    scheme: old.Scheme ?? "",
    securityGroups: old.SecurityGroups ?? [],
  };
}

/** The host of a load balancer's entry, as a URL takes it. */
export function findHost(
  entries: readonly { hostname?: string; ip?: string }[] | undefined,
): string | undefined {
  const entry = entries?.[0];
  return entry?.hostname ?? entry?.ip;
}
