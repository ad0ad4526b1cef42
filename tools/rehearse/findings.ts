import { getRule } from "../../policies/analyser";
import { explain } from "../../policies/format";
import {
  analyseStack,
  isStopping,
  type PlacedFinding,
  type ResourceRecord,
} from "../../policies/resources";
import type { RecordedResource } from "./records";

/** What the policy pack finds in a stack. */
export interface StackFinding {
  readonly rule: string;
  readonly level: string;
  /** Logical name of the resource at fault. */
  readonly resource: string;
  readonly urn: string;
  readonly statement: string;
  readonly message: string;
  /** What it is, why it matters, what it lets through, what to write instead: a line each. */
  readonly explanation: readonly string[];
  /** Whether the engine would stop the preview for it. */
  readonly stops: boolean;
}

/**
 * Runs the policy pack on what a program registered: by the same functions that the engine calls
 * through the pack, not over the engine's protocol.
 */
export function findingsOf(resources: readonly RecordedResource[]): StackFinding[] {
  return analyseStack(policyRecords(resources)).map(finding);
}

/** What was recorded, as the policy pack reads it. */
export function policyRecords(resources: readonly RecordedResource[]): ResourceRecord[] {
  return resources.map(({ inputs, outputs, ...resource }) => ({
    ...resource,
    props: { ...inputs, ...outputs },
  }));
}

function finding(found: PlacedFinding): StackFinding {
  return {
    rule: found.rule,
    level: getRule(found.rule).level,
    resource: found.resource,
    urn: found.urn,
    statement: found.statement,
    message: found.message,
    explanation: explain(found),
    stops: isStopping(found),
  };
}
