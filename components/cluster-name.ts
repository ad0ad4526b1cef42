import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** Characters of a cluster's name (EKS API reference, CreateCluster). */
export const MAX_CLUSTER_NAME = 100;

/** Hexadecimal digits that Pulumi adds to a name. */
const DIGITS = 7;

/**
 * Names a cluster as Pulumi names resources: its logical name and seven hexadecimal digits. They are
 * a digest of all that tells it from others, so that no two names that are cut are the same.
 */
export function nameCluster(
  name: string,
  parent: pulumi.Resource | undefined,
): pulumi.Output<string> {
  const scope = [organization(), pulumi.getProject(), pulumi.getStack()];
  // As an output the URN would depend on the parent's children, and so this cluster on itself.
  const parentUrn = new Promise<string>((resolve) => {
    if (parent) parent.urn.apply(resolve);
    else resolve("");
  });
  return pulumi.output(parentUrn).apply((urn) => {
    const identity = [...scope, urn, name].join("/");
    const digest = createHash("sha256").update(identity).digest("hex").slice(0, DIGITS);
    const readable = name.replace(/[^0-9A-Za-z_-]+/g, "-").replace(/^[_-]+/, "");
    return `${readable.slice(0, MAX_CLUSTER_NAME - DIGITS - 1) || "eks"}-${digest}`;
  });
}

/** The organization; a unit test with mocks may have none (pulumi.runtime.setMocks). */
function organization(): string {
  try {
    return pulumi.getOrganization();
  } catch {
    return "";
  }
}
