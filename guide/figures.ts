/**
 * Every figure that the guide writes in a sentence: computed from the program, or from a source that
 * the page links, or an estimate that says so. A number that none of these explains fails the tests.
 */
import { INSTANCE_TYPES } from "../settings/instance-types";
import { KUBERNETES, SOCK_SHOP_IMAGES } from "../settings/versions";
import { chapterDemand, JENKINS, SOCK_SHOP } from "../settings/workloads";
import { PRICES } from "../rehearsal/prices";
import type { Facts } from "./facts";

/** A figure as the guide writes it. */
export interface Figure {
  /** The words around it, so that the same number elsewhere is not taken for it. */
  readonly phrase: string;
  /** Where it is from: computed; an address that the page links; or an estimate. */
  readonly from: "program" | "estimate" | `https://${string}`;
}

const LIFECYCLE = "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html";

/** All figures of the guide. */
export function figures(facts: Facts): Figure[] {
  return [
    ...fromProgram(facts).map((phrase): Figure => ({ phrase, from: "program" })),
    ...FROM_SOURCES.map(([phrase, from]): Figure => ({ phrase, from })),
    ...ESTIMATES.map((phrase): Figure => ({ phrase, from: "estimate" })),
  ];
}

function fromProgram(facts: Facts): string[] {
  return [];
}

const FROM_SOURCES: readonly (readonly [string, `https://${string}`])[] = [];
const ESTIMATES: readonly string[] = [];
