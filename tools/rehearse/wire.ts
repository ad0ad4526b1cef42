/** Reads the values of Pulumi's wire format: secrets, references to resources, unknowns. */
import * as pulumi from "@pulumi/pulumi";
import type { Props } from "../cloud";

const { specialSigKey, specialSecretSig, specialResourceSig, unknownValue } = pulumi.runtime;

/** What a secret is shown as. */
export const MASK = "[secret]";

/** What a value is shown as that is not known before the update. */
export const UNKNOWN = "[unknown]";

interface Signed {
  readonly [key: string]: unknown;
}

function signatureOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Signed)[specialSigKey]
    : undefined;
}

function decode(value: unknown, showSecret: (secret: unknown) => unknown): unknown {
  const again = (inner: unknown) => decode(inner, showSecret);
  const signature = signatureOf(value);
  if (signature === specialSecretSig) return showSecret((value as Signed)["value"]);
  if (signature === specialResourceSig) return (value as Signed)["urn"];
  if (value === unknownValue) return UNKNOWN;
  if (Array.isArray(value)) return value.map(again);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, again(inner)]));
}

/** Properties with their secrets in plain text: for the cloud, never for people. */
export function plain(wire: Props): Props {
  const reveal = (secret: unknown): unknown => decode(secret, reveal);
  return decode(wire, reveal) as Props;
}

/** Properties with their secrets redacted. */
export function redact(wire: Props): Props {
  return decode(wire, () => MASK) as Props;
}

/** Names of the properties that are, or hold, secrets. */
export function secretNames(wire: Props): string[] {
  return Object.keys(wire).filter(
    (key) => JSON.stringify(redact({ v: wire[key] })) !== JSON.stringify(plain({ v: wire[key] })),
  );
}
