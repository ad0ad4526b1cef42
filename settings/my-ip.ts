import ipaddr from "ipaddr.js";
import * as pulumi from "@pulumi/pulumi";
import { checkCidr } from "./cidr";

/** Amazon's own service that answers with the caller's public IPv4 address. */
const SERVICE = "https://checkip.amazonaws.com";

/**
 * Finds out your public address.
 * @returns a block of this one address, such as 203.0.113.7/32
 * @throws pulumi.RunError when it cannot be found out, with the setting that replaces it
 */
export async function findMyCidr(): Promise<string> {
  let answer: string;
  try {
    const response = await fetch(SERVICE, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    answer = (await response.text()).trim();
    if (!ipaddr.IPv4.isValidFourPartDecimal(answer)) throw new Error("it answered no IPv4 address");
    // A proxy may answer with what it sees; EKS would refuse that, a quarter of an hour later.
    if (checkCidr("", `${answer}/32`, { allowWorld: false, mustBePublic: true })) {
      throw new Error(`it answered ${answer}, which is not a public address`);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new pulumi.RunError(
      `Your public address could not be found out from ${SERVICE} (${reason}); nothing was created.\n` +
        "  fix: pulumi config set --path 'allowedCidrs[0]' YOUR.PUBLIC.IP.ADDRESS/32",
    );
  }
  return `${answer}/32`;
}
