import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "./tags";

/** How the private subnets of a network reach the Internet. */
export const NatGateways = {
  /** Not at all; the nodes are in public subnets, or have VPC endpoints. */
  None: "none",
  /** By one gateway: the cheapest, and without it all private nodes are cut off. */
  Single: "single",
  /** By a gateway in each zone, so that no zone depends on another. */
  PerZone: "perZone",
} as const;
export type NatGateways = (typeof NatGateways)[keyof typeof NatGateways];

/** Arguments of Network. */
export interface NetworkArgs {
  /** The cluster that the subnets are tagged for: load balancer controllers find them by it. */
  clusterName: pulumi.Input<string>;
  /** How many availability zones to spread over, from 2 to 4: EKS wants two at least. */
  zones: number;
  /**
   * The private subnets' way to the Internet.
   * @default "none"
   */
  natGateways?: NatGateways;
  /**
   * Whether the private subnets reach AWS by endpoints in the VPC.
   * @default false
   */
  vpcEndpoints?: boolean;
  /** Tags for all of it. */
  tags?: Tags;
}

/** The addresses of a VPC of our own. */
export const VPC_BLOCK = "10.0.0.0/16";
