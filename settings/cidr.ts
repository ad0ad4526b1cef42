import ipaddr from "ipaddr.js";
import type { Finding } from "./problems";
import type { Edit } from "./edits";

/** Blocks wider than this need `allowWorld`: 0.0.0.0/1 twice is the world too. */
const WIDEST = 8;

const ALLOWED = "an IPv4 CIDR block, such as 203.0.113.7/32 for one address";

/** Ranges that no caller from the Internet has, and that EKS refuses for its public endpoint. */
const NOT_PUBLIC = new Set(["private", "loopback", "linkLocal", "carrierGradeNat", "unspecified"]);

/** An entry of `allowedCidrs`, and the changes that its list allows. */
export interface CidrEntry {
  readonly path: string;
  /** Writes another block in its place. */
  readonly replaceBy: (block: string) => readonly Edit[];
  /** Removes it: without any entry, your own address is looked up. */
  readonly remove: readonly Edit[];
}

/**
 * Checks one entry of `allowedCidrs`.
 * @param mustBePublic whether callers come over the Internet (EKS), not over a local network (kind)
 */
export function checkCidr(
  { path, replaceBy, remove }: CidrEntry,
  value: string,
  options: { allowWorld: boolean; mustBePublic: boolean },
): Finding | undefined {
  const finding = (
    mends: (readonly Edit[])[],
    allowed = ALLOWED,
    rest: Partial<Finding> = {},
  ): Finding => ({ path, value, allowed, mends, ...rest });
  const trimmed = value.trim();
  if (ipaddr.IPv4.isValidFourPartDecimal(trimmed)) {
    return finding([replaceBy(`${trimmed}/32`), remove]);
  }
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(trimmed)) {
    const isIpv6 = ipaddr.IPv6.isValid(value) || ipaddr.IPv6.isValidCIDR(value);
    const allowed = "an IPv4 CIDR block: the cluster's endpoint and its nodes have IPv4 addresses";
    return finding([remove], isIpv6 ? allowed : ALLOWED);
  }
  const [address, bits] = ipaddr.IPv4.parseCIDR(trimmed);
  const network = `${ipaddr.IPv4.networkAddressFromCIDR(trimmed).toString()}/${bits}`;
  if (network !== value) return finding([replaceBy(network), remove]);
  if (bits < WIDEST && !options.allowWorld) {
    const everybody: Edit = { set: ["allowWorld"], to: true };
    return finding(
      [remove, [everybody]],
      `a block no wider than /${WIDEST}, unless allowWorld is true because everybody is meant`,
      { isChoice: true },
    );
  }
  const isWorld = bits < WIDEST;
  if (options.mustBePublic && !isWorld && NOT_PUBLIC.has(address.range())) {
    return finding(
      [remove],
      "a public block, as https://checkip.amazonaws.com shows yours: no caller reaches AWS from a private address",
    );
  }
  return undefined;
}

/** Whether callers from the Internet may have this address. */
export function isPublicAddress(address: string): boolean {
  return (
    ipaddr.IPv4.isValidFourPartDecimal(address) &&
    !NOT_PUBLIC.has(ipaddr.IPv4.parse(address).range())
  );
}
