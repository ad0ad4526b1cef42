import { createHash } from "node:crypto";

/** The account that the simulated cloud belongs to: AWS's own example number. */
export const ACCOUNT = "123456789012";

/** Hexadecimal digits that are always the same for the same seed. */
export function hex(seed: string, digits: number): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, digits);
}

/** An id as AWS writes them, such as vpc-0a1b2c3d4e5f67890. */
export function awsId(prefix: string, seed: string): string {
  return `${prefix}-0${hex(seed, 16)}`;
}

/** A name as Pulumi makes them up: the logical name and seven digits. */
export function autoName(name: string, seed: string): string {
  return `${name}-${hex(seed, 7)}`;
}

/** An ARN in the simulated account. */
export function arn(service: string, region: string, resource: string): string {
  return `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;
}

/** A public address for documentation (RFC 5737), the same for the same seed. */
export function publicAddress(seed: string): string {
  return `198.51.100.${1 + (parseInt(hex(seed, 4), 16) % 254)}`;
}
