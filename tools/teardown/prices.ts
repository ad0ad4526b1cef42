/** What leftovers cost in a day, in USD, in us-east-1; other regions differ by up to a third or so. */
import { HOURS_PER_MONTH, PRICES } from "../cloud/prices";

/** Prices that no stack of the program has, as of 2026-11-22. */
const MORE = {
  /** An hour of a Classic Load Balancer (https://aws.amazon.com/elasticloadbalancing/pricing/). */
  classicBalancer: 0.025,
  /** An hour of a NAT gateway (https://aws.amazon.com/vpc/pricing/). */
  natGateway: 0.045,
  /** A month of a GB of log events (https://aws.amazon.com/cloudwatch/pricing/). */
  logGbMonth: 0.03,
};

const DAY = 24;
const MONTHS_PER_DAY = DAY / HOURS_PER_MONTH;

/** USD a day. */
export const perDay = {
  controlPlane: PRICES.controlPlane * DAY,
  key: PRICES.keyMonth * MONTHS_PER_DAY,
  address: PRICES.publicIpv4 * DAY,
  natGateway: MORE.natGateway * DAY,
  /** @param addresses public addresses that it has: one in each zone */
  balancer: (addresses: number) => (PRICES.loadBalancer + addresses * PRICES.publicIpv4) * DAY,
  classicBalancer: (addresses: number) =>
    (MORE.classicBalancer + addresses * PRICES.publicIpv4) * DAY,
  volume: (gib: number) => gib * PRICES.gp3GbMonth * MONTHS_PER_DAY,
  logs: (bytes: number) => (bytes / 2 ** 30) * MORE.logGbMonth * MONTHS_PER_DAY,
  /** 0 for a type whose price is not known. */
  instance: (type: string | undefined) => (PRICES.instances[type ?? ""] ?? 0) * DAY,
};
