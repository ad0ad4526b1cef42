import ipaddr from "ipaddr.js";
import type { Problem } from "./problems";

/** Blocks wider than this need `allowWorld`: 0.0.0.0/1 twice is the world too. */
const WIDEST = 8;

const ALLOWED = "an IPv4 CIDR block, such as 203.0.113.7/32 for one address";

/** Ranges that no caller from the Internet has, and that EKS refuses for its public endpoint. */
const NOT_PUBLIC = new Set(["private", "loopback", "linkLocal", "carrierGradeNat", "unspecified"]);

/**
 * Checks one entry of `allowedCidrs`.
 * @param mustBePublic whether callers come over the Internet (EKS), not over a local network (kind)
 */
export function checkCidr(
  path: string,
  value: string,
  options: { allowWorld: boolean; mustBePublic: boolean },
): Problem | undefined {
  const problem = (fix: string, allowed = ALLOWED): Problem => ({ path, value, allowed, fix });
  if (ipaddr.IPv4.isValidFourPartDecimal(value)) {
    return problem(`write ${value}/32 for this one address`);
  }
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(value)) {
    const isIpv6 = ipaddr.IPv6.isValid(value) || ipaddr.IPv6.isValidCIDR(value);
    return problem(
      isIpv6
        ? "give an IPv4 block: the cluster's endpoint and node addresses are IPv4"
        : "remove allowedCidrs to have your own address found out, or write a block",
    );
  }
  const [address, bits] = ipaddr.IPv4.parseCIDR(value);
  const network = `${ipaddr.IPv4.networkAddressFromCIDR(value).toString()}/${bits}`;
  if (network !== value) return problem(`write ${network}, the network it is in`);
  if (bits < WIDEST && !options.allowWorld) {
    return problem(
      "name your own address; if everybody is really meant: pulumi config set allowWorld true",
      `a block no wider than /${WIDEST}, unless allowWorld is true`,
    );
  }
  const isWorld = bits < WIDEST;
  if (options.mustBePublic && !isWorld && NOT_PUBLIC.has(address.range())) {
    return problem(
      "name your public address (curl https://checkip.amazonaws.com), or remove allowedCidrs",
      "a public block: callers reach AWS from the Internet, never from a private address",
    );
  }
  return undefined;
}
