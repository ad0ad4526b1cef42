/** Messages that pages quote are those of the real programs, and facts seen on real parts are told. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const DOCS = join(__dirname, "..", "..", "..", "docs");

/** Text as a reader sees it: lines joined, cells of a table unpadded. */
function textOf(page: string): string {
  return readFileSync(join(DOCS, page), "utf8").replaceAll(/\s+/g, " ");
}

interface Case {
  readonly page: string;
  /** What was seen, and where. */
  readonly source: string;
  readonly says: readonly RegExp[];
  readonly never?: RegExp;
}

const CASES: readonly Case[] = [
  {
    page: "exercises/2-autoscaler.md",
    source: "cluster-autoscaler 1.34 to 1.36 on a real API server and moto's Auto Scaling group",
    says: [
      /`cannot be removed`: `student-bc-svc\/jenkins is not replicated`/,
      /`failed to refresh cached credentials, no EC2 IMDS role found`/,
      /again after 5 minutes/,
      /for an hour at most \(`--blocking-system-pod-distruption-timeout`/,
    ],
    never: /is not suitable for removal/,
  },
  {
    page: "exercises/5-loadbalancer.md",
    source: "cloud-provider-aws 1.36.2 on moto: the rules are in the group with the cluster's tag",
    says: [/opens the node port in the cluster's own security group/],
    never: /opens the node port in the nodes' security group/,
  },
  {
    page: "exercises/6-ingress.md",
    source: "F5's chart 2.6.4 and the AWS Load Balancer Controller's 3.5.0, installed by Helm",
    says: [
      /`301` to `https:\/\/`/,
      /schemas that it loads from `raw\.githubusercontent\.com`/,
      /the 12 of \[F5's chart\].* stay, and so do the 7 of the \[AWS Load Balancer Controller's\]/,
    ],
  },
];

describe("the docs: facts observed on real parts", () => {
  for (const { page, source, says, never } of CASES) {
    it(`${page}: ${source}`, () => {
      const text = textOf(page);
      for (const pattern of says) assert.match(text, pattern);
      if (never) assert.doesNotMatch(text, never);
    });
  }
});
