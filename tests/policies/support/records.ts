import { type ResourceRecord } from "../../../policies/resources";

/** A resource as a test or a documentation page writes it: the URN follows from the rest. */
export type Brief = Pick<ResourceRecord, "type" | "name" | "props"> & Partial<ResourceRecord>;

/** The URN of a resource of the test stack. */
export function toUrn(type: string, name: string): string {
  return `urn:pulumi:dev::test::${type}::${name}`;
}

/** Whole records of brief ones. */
export function records(briefs: readonly Brief[]): ResourceRecord[] {
  return briefs.map((brief) => ({ urn: toUrn(brief.type, brief.name), ...brief }));
}

/** A policy document of statements. */
export function doc(...statements: object[]): object {
  return { Version: "2012-10-17", Statement: statements };
}

/** A statement that allows. */
export function allow(action: unknown, resource: unknown = "*", condition?: unknown): object {
  return {
    Effect: "Allow",
    Action: action,
    Resource: resource,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

/** The ids of findings, each once, in order. */
export function ids(findings: readonly { rule: string }[]): string[] {
  return [...new Set(findings.map((found) => found.rule))].sort();
}
