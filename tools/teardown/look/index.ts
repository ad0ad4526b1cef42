/** Looks in AWS for all that a cluster may leave. It only reads. */
import { Aws } from "../../shared/aws";
import { CouldNotCheck } from "../../shared/could-not-check";
import type { Leftover, LookContext } from "../leftover";
import type { Owner } from "../ownership";
import { keys, logGroups, oidcProviders, policies, roles } from "./account";
import { autoScalingGroups, clusters, instances, launchTemplates, volumes } from "./compute";
import { classicLoadBalancers, loadBalancers, targetGroups } from "./load-balancers";
import {
  elasticAddresses,
  natGateways,
  networkInterfaces,
  ownedVpcs,
  securityGroups,
  vpcs,
} from "./network";

/** Something that could not be looked for. */
export interface Blind {
  /** What was looked for. */
  readonly what: string;
  readonly why: string;
  /** The command that shows more. */
  readonly lookCloser?: string;
}

/** What a look came to. */
export interface Looked {
  readonly left: readonly Leftover[];
  readonly blind: readonly Blind[];
}

type LookUp = (context: LookContext) => Promise<Leftover[]>;

/** Kinds that are known by the cluster's name, and so only looked for once its stack is down. */
const NAMED = new Set<LookUp>([clusters, logGroups, keys]);

/** All kinds, in the order in which they can be removed. */
const LOOK_UPS: readonly (readonly [string, LookUp])[] = [
  ["load balancers", loadBalancers],
  ["classic load balancers", classicLoadBalancers],
  ["target groups", targetGroups],
  ["the EKS cluster", clusters],
  ["Auto Scaling groups", autoScalingGroups],
  ["instances", instances],
  ["volumes", volumes],
  ["NAT gateways", natGateways],
  ["Elastic IP addresses", elasticAddresses],
  ["network interfaces", networkInterfaces],
  ["security groups", securityGroups],
  ["launch templates", launchTemplates],
  ["the VPC", vpcs],
  ["log groups", logGroups],
  ["OIDC providers", oidcProviders],
  ["IAM roles", roles],
  ["IAM policies", policies],
  ["KMS keys", keys],
];

/** Most look-ups that run at a time: the APIs of AWS throttle. */
const AT_A_TIME = 6;

/**
 * Looks for everything that a cluster and the stacks on it may have left.
 * A kind that cannot be looked for does not keep the others from being found.
 */
export async function look(owner: Owner, signal: AbortSignal): Promise<Looked> {
  const aws = new Aws(owner.region, owner.profile, signal);
  const vpcsFound = await attempt("what is in the cluster's VPC", () => ownedVpcs(aws, owner));
  const context: LookContext = { aws, owner, vpcs: vpcsFound.found };
  const results: Attempt<Leftover>[] = [];
  const waiting = LOOK_UPS.filter(([, each]) => !owner.isUp || !NAMED.has(each)).entries();
  const work = async (): Promise<void> => {
    for (const [at, [what, lookUp]] of waiting) {
      results[at] = await attempt(what, () => lookUp(context));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));

  const left = results.flatMap(({ found }) => found);
  const blind = [vpcsFound, ...results].flatMap((each) => each.blind ?? []);
  if (left.length === 0 && blind.length > 1 && new Set(blind.map(({ why }) => why)).size === 1) {
    // Without credentials nothing can be looked for, which is worth saying once.
    return { left, blind: [{ ...blind[0]!, what: `what ${owner.clusterName} leaves in AWS` }] };
  }
  // What goes by itself is worth reporting only if what it goes with is gone already.
  const hasHolder = left.some(({ kind }) => /load balancer|NAT gateway|EKS cluster/.test(kind));
  return { left: left.filter(({ commands }) => !hasHolder || commands.length > 0), blind };
}

interface Attempt<T> {
  readonly found: readonly T[];
  readonly blind?: Blind;
}

async function attempt<T>(what: string, question: () => Promise<T[]>): Promise<Attempt<T>> {
  try {
    return { found: await question() };
  } catch (error) {
    if (!(error instanceof CouldNotCheck)) throw error;
    const { why, lookCloser } = error;
    return { found: [], blind: { what, why, ...(lookCloser !== undefined && { lookCloser }) } };
  }
}
