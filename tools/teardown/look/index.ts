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

/** Most questions that are open at a time: the APIs of AWS throttle. */
const AT_A_TIME = 6;

/**
 * Looks for everything that a cluster and the stacks on it may have left.
 * A kind that cannot be looked for does not keep the others from being found.
 */
export async function look(owner: Owner, signal: AbortSignal): Promise<Looked> {
  const aws = new Aws(owner.region, owner.profile, signal);
  const blind: (Blind | undefined)[] = [];
  const left: Leftover[][] = [];
  const attempt = async <T>(
    at: number,
    what: string,
    question: () => Promise<T[]>,
  ): Promise<T[]> => {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof CouldNotCheck)) throw error;
      blind[at] = {
        what,
        why: error.why,
        ...(error.lookCloser && { lookCloser: error.lookCloser }),
      };
      return [];
    }
  };
  const found = await attempt(LOOK_UPS.length, "what is in the cluster's VPC", () =>
    ownedVpcs(aws, owner),
  );
  const context: LookContext = { aws, owner, vpcs: found };
  const lookUps = LOOK_UPS.filter(([, lookUp]) => !owner.isUp || !NAMED.has(lookUp));
  const waiting = lookUps.entries();
  const work = async (): Promise<void> => {
    for (const [at, [what, lookUp]] of waiting) {
      left[at] = await attempt(at, what, () => lookUp(context));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  const all = left.flat();
  // What goes by itself is worth a line only if what it goes with is gone already.
  const holders = all.some(({ kind }) => /load balancer|NAT gateway|EKS cluster/.test(kind));
  return {
    left: all.filter(({ commands }) => !holders || commands.length > 0),
    blind: blind.filter((each) => each !== undefined),
  };
}
