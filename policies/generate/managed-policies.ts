import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { MANAGED_FILE, type ManagedPolicies } from "../analyser/managed-policies";

/**
 * Makes policies/data/managed-policies.json.br of .cache/managed-policies-details.json, which
 * benchmarks/policies/setup.sh takes from PyPI's moto: npx tsx policies/generate/managed-policies.ts
 */

/** What benchmarks/policies/managed.py writes. */
export interface Details {
  source: string;
  date: string;
  policies: Record<string, { path: string; document: { Statement: object | object[] } }>;
}

/** The policies that can be attached (those of service-linked roles cannot), without their Sids. */
export function makeManagedPolicies(details: Details): ManagedPolicies {
  const documents = Object.entries(details.policies)
    .filter(([, { path }]) => path !== "/aws-service-role/")
    .map(([name, { document }]) => {
      const statements = [document.Statement].flat().map((statement) => {
        const rest: Record<string, unknown> = { ...statement };
        delete rest.Sid;
        return rest;
      });
      return [name, { Version: "2012-10-17", Statement: statements }] as const;
    });
  return {
    source: details.source,
    date: details.date,
    documents: Object.fromEntries(documents),
  };
}

function main(): void {
  const details = JSON.parse(
    readFileSync(".cache/managed-policies-details.json", "utf8"),
  ) as Details;
  const made = makeManagedPolicies(details);
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24 };
  writeFileSync(MANAGED_FILE, brotliCompressSync(JSON.stringify(made), { params }));
  console.log(`${Object.keys(made.documents).length} policies of ${made.date} (${made.source})`);
}

if (require.main === module) main();
