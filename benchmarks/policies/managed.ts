import { analyseDocument, RULES } from "../../policies/analyser";
import { expand } from "../../policies/analyser/classify-actions";
import { managedPolicies } from "./documents";

/** Runs the analyser over all of AWS's managed policies: what is found, what it costs, which are broadest. */

/** How many actions a document's findings come to, wildcards written out: a measure of breadth. */
function breadth(document: unknown): number {
  const findings = analyseDocument(document, { kind: "identity" });
  if (findings.some((f) => f.rule === "action-all" || f.rule === "not-action")) {
    return Number.POSITIVE_INFINITY;
  }
  const named = findings
    .filter((f) => f.level === "mandatory" && f.rule !== "privilege-escalation")
    .flatMap((f) => f.actions.map((action) => action.toLowerCase()));
  const written = named.flatMap((action) => (/[*?]/.test(action) ? [...expand(action)] : [action]));
  return new Set(written).size;
}

function main(): void {
  const documents = Object.entries(managedPolicies());
  const rules = new Map<string, number>();
  const times: [number, string][] = [];
  let clean = 0;
  let stopping = 0;
  for (const turn of ["cold", "warm"]) {
    times.length = 0;
    const started = performance.now();
    for (const [name, document] of documents) {
      const began = performance.now();
      const findings = analyseDocument(document, { kind: "identity" });
      times.push([performance.now() - began, name]);
      if (turn === "cold") continue;
      if (findings.length === 0) clean++;
      if (findings.some((f) => f.level === "mandatory")) stopping++;
      for (const rule of new Set(findings.map((f) => f.rule))) {
        rules.set(rule, (rules.get(rule) ?? 0) + 1);
      }
    }
    const seconds = (performance.now() - started) / 1000;
    const [slowest] = times.sort((a, b) => b[0] - a[0]);
    const rate = (documents.length / seconds).toFixed(0);
    console.log(
      `${turn}: ${documents.length} documents, ${rate} a second, slowest ${slowest?.[0].toFixed(1)} ms (${slowest?.[1]})`,
    );
  }
  console.log(`clean: ${clean}; with a mandatory finding: ${stopping}`);
  for (const { id } of RULES) if (rules.has(id)) console.log(`  ${id}: ${rules.get(id)}`);
  const broadest = documents.map(([name, document]) => [breadth(document), name] as const);
  broadest.sort((a, b) => b[0] - a[0] || a[1].localeCompare(b[1]));
  console.log("the ten broadest, by the actions that their mandatory findings come to:");
  for (const [count, name] of broadest.slice(0, 10)) {
    console.log(
      `  ${name}: ${count === Number.POSITIVE_INFINITY ? "everything, or all but what is named" : count}`,
    );
  }
}

main();
