import * as pulumi from "@pulumi/pulumi";

/** Tags of AWS. */
export type Tags = pulumi.Input<{ [key: string]: pulumi.Input<string> }>;

/** Adds a resource's own tags to those of a whole component. */
export function mergeTags(tags: Tags | undefined, own: Tags | undefined): Tags | undefined {
  if (tags === undefined || own === undefined) return own ?? tags;
  return pulumi.all([tags, own]).apply(([common, special]) => ({ ...common, ...special }));
}
