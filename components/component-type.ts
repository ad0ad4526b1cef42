import * as pulumi from "@pulumi/pulumi";

/** The type of a component: the token that the package's schema has for its class. */
export const componentType = (name: string): string => `eks-exercises-components:index:${name}`;

/** Options of a component, which takes over the one that release 0.1.0 registered by another type. */
export function withFormerType(
  name: string,
  opts: pulumi.ComponentResourceOptions | undefined,
): pulumi.ComponentResourceOptions {
  return pulumi.mergeOptions(opts, { aliases: [{ type: `eks-exercises:components:${name}` }] });
}
