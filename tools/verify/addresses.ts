/** Who may reach what: CIDR blocks compared with those that are meant. */
import ipaddr from "ipaddr.js";

/** Blocks at least this wide are everybody, whatever they are called. */
const WORLD_BITS = 8;

type Block = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

function parse(block: string): Block | undefined {
  return ipaddr.isValidCIDR(block) ? ipaddr.parseCIDR(block) : undefined;
}

/** Whether a block admits the world, or a good part of it. */
function isWorld(block: string): boolean {
  const parsed = parse(block);
  return parsed !== undefined && parsed[1] < WORLD_BITS;
}

/** Whether a block is of a private network, such as the cluster's own: not reached from outside. */
function isPrivate(block: string): boolean {
  const parsed = parse(block);
  if (!parsed || isWorld(block)) return false;
  return ["private", "uniqueLocal", "linkLocal", "loopback"].includes(parsed[0].range());
}

/** Whether a block is wholly within one of others. */
export function isWithin(block: string, others: readonly string[]): boolean {
  const parsed = parse(block);
  if (!parsed) return false;
  return others.some((other) => {
    const outer = parse(other);
    if (!outer || outer[0].kind() !== parsed[0].kind() || outer[1] > parsed[1]) return false;
    return parsed[0].match(outer[0], outer[1]);
  });
}

/** Blocks that admit more than those who are meant, the world first. */
export function tooMany(blocks: readonly string[], meant: readonly string[]): string[] {
  const wide = blocks.filter((block) => isWorld(block));
  const others = blocks.filter((b) => !isWorld(b) && !isPrivate(b) && !isWithin(b, meant));
  return [...wide, ...others];
}

/** Those who are meant, and whom no block admits. */
export function notAdmitted(blocks: readonly string[], meant: readonly string[]): string[] {
  return meant.filter((block) => !isWithin(block, blocks));
}
