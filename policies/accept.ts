import { ComponentResource, type CustomResourceOptions, mergeOptions } from "@pulumi/pulumi";
import { ACCEPTED_TYPE } from "./accepted-type";
import { type Exception } from "./exceptions";

/** An exception that the program itself states: all but the resource, which the code names beside it. */
export type Acceptance = Omit<Exception, "resource">;

/**
 * Accepts findings on a resource in code, beside the resource. Pass the result as its options:
 *
 * ```ts
 * new aws.iam.RolePolicy("legacy-jobs", { ... }, acceptFindings("legacy-jobs", {
 *   rule: "unscoped-write", action: "ec2:TerminateInstances",
 *   reason: "Goes with ticket 7", expires: "2027-01-31",
 * }));
 * ```
 *
 * It registers a component of no cost that the resource depends on, so that the policy pack reads it
 * first. The pack reports each acceptance that covers a finding, with its reason.
 *
 * @param resource - the name of the resource, as its constructor has it
 * @param accepted - one acceptance, or several
 * @param options - further options of the resource
 */
export function acceptFindings(
  resource: string,
  accepted: Acceptance | readonly Acceptance[],
  options: CustomResourceOptions = {},
): CustomResourceOptions {
  const list: readonly Acceptance[] = Array.isArray(accepted) ? accepted : [accepted as Acceptance];
  const exceptions = list.map((one): Exception => ({ ...one, resource }));
  const component = new Accepted(resource, { exceptions });
  return mergeOptions(options, { dependsOn: [component] });
}

class Accepted extends ComponentResource {
  constructor(resource: string, args: { exceptions: Exception[] }) {
    super(ACCEPTED_TYPE, `${resource}-accepted`, args);
    this.registerOutputs({});
  }
}
