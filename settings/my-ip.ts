import ipaddr from "ipaddr.js";
import { isPublicAddress } from "./cidr";
import { askingCommand, type CommandContext } from "./edits";
import { ProgramError } from "./problems";

/** Amazon's own service that answers with the caller's public IPv4 address. */
const SERVICE = "https://checkip.amazonaws.com";

/**
 * Looks up your public address.
 * @returns a block of this one address, such as 203.0.113.7/32
 * @throws Error if there is no answer, or none that can be your address
 */
export async function lookUpMyCidr(): Promise<string> {
  const response = await fetch(SERVICE, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  const answer = (await response.text()).trim();
  if (!ipaddr.IPv4.isValidFourPartDecimal(answer)) throw new Error("it answered no IPv4 address");
  // A proxy may answer with what it sees; EKS would refuse that, a quarter of an hour later.
  if (!isPublicAddress(answer)) {
    throw new Error(`it answered ${answer}, which is not a public address`);
  }
  return `${answer}/32`;
}

/**
 * Looks up your public address, for a stack that names no callers.
 * @throws ProgramError if it cannot be looked up, with the setting that replaces it
 */
export async function findMyCidr(context: CommandContext): Promise<string> {
  try {
    return await lookUpMyCidr();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProgramError(
      `Your public address could not be looked up at ${SERVICE} (${reason}); nothing was created.\n` +
        `  fix: ${askingCommand("allowedCidrs", context)}\n` +
        `  It asks for the block: your public IPv4 address, which a browser shows at ${SERVICE}, and /32.`,
    );
  }
}
