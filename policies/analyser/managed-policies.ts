import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What policies/generate/managed-policies.ts makes: AWS's managed policies that can be attached. */
export interface ManagedPolicies {
  /** What it was made from: `moto 5.2.5`. */
  source: string;
  /** The day on which AWS last changed one of them. */
  date: string;
  /** The documents by name. */
  documents: Record<string, unknown>;
}

export const MANAGED_FILE = join(__dirname, "../data/managed-policies.json.br");

let known: ManagedPolicies | undefined;

/** AWS's managed policies; read when the first one is asked for, which takes some 20 ms. */
export function readManagedPolicies(): ManagedPolicies {
  // Loaded here, as it takes longer than all of the analyser: few documents attach a managed policy.
  const { brotliDecompressSync } = process.getBuiltinModule("node:zlib");
  known ??= JSON.parse(
    brotliDecompressSync(readFileSync(MANAGED_FILE)).toString(),
  ) as ManagedPolicies;
  return known;
}

/** The name of a managed policy, without partition, account and path. */
export function policyName(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** Whether AWS owns the policy: `arn:aws-cn:iam::aws:policy/...`. */
export function isAwsManaged(arn: string): boolean {
  return /^arn:[^:]+:iam::aws:policy\//.test(arn);
}

/** The document of one of AWS's managed policies; undefined for one newer than the list. */
export function managedDocument(arn: string): unknown {
  if (!isAwsManaged(arn)) return undefined;
  const { documents } = readManagedPolicies();
  const name = policyName(arn);
  return Object.hasOwn(documents, name) ? documents[name] : undefined;
}
