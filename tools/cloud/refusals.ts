/** Refusals that several models share. */
import { CloudError, having, requireOrRefuse, T, type Interface } from "./queries";
import type { CloudResource, CloudView, CreateRequest, Props } from "./types";

/** EC2's codes and messages. */
export const EC2_ERRORS =
  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html";

export function requireVpc(view: CloudView, vpcId: unknown): void {
  const message = `InvalidVpcID.NotFound: The vpc ID '${String(vpcId)}' does not exist`;
  requireOrRefuse(view.find(T.vpc, vpcId), message);
}

export function requireSubnet(view: CloudView, id: unknown): CloudResource {
  const subnet = view.find(T.subnet, id);
  const message = `InvalidSubnetID.NotFound: The subnet ID '${String(id)}' does not exist`;
  requireOrRefuse(subnet, message);
  return subnet;
}

export function requireSecurityGroup(view: CloudView, id: unknown): void {
  const found = view.find(T.securityGroup, id) ?? view.find(T.hiddenGroup, id);
  const message = `InvalidGroup.NotFound: The security group '${String(id)}' does not exist`;
  requireOrRefuse(found, message);
}

export function requireRole(view: CloudView, name: unknown): void {
  const message = `NoSuchEntity: The role with name ${String(name)} cannot be found.`;
  requireOrRefuse(view.find(T.role, name), message);
}

export function requireCluster(view: CloudView, name: unknown): CloudResource {
  const cluster = view.find(T.cluster, name);
  const message = `ResourceNotFoundException: No cluster found for name: ${String(name)}.`;
  requireOrRefuse(cluster, message);
  return cluster;
}

/** Refuses what has the same inputs as another resource of its type. */
export function requireUnique(
  view: CloudView,
  { type, inputs, id }: CreateRequest & { readonly id?: string },
  by: readonly string[],
  message: string,
): void {
  const isTaken = view
    .ofType(type)
    .some((other) => other.id !== id && by.every((key) => other.inputs[key] === inputs[key]));
  requireOrRefuse(!isTaken, message);
}

/** Refuses with DependencyViolation; waiting helps if only interfaces that go soon are in the way. */
export function refuseWhileUsed(
  what: string,
  blockers: readonly string[],
  inTheWay: readonly Interface[],
): void {
  if (blockers.length === 0 && inTheWay.length === 0) return;
  const all = [...blockers, ...inTheWay.map(({ description }) => description)];
  const isPassing = blockers.length === 0 && inTheWay.every(({ until }) => until !== undefined);
  throw new CloudError(
    `DependencyViolation: ${what} has dependencies and cannot be deleted: ${[...new Set(all)].join("; ")}`,
    isPassing,
  );
}

/** Ids of the resources of a type that have a value in an input. */
export function idsHaving(view: CloudView, type: string, input: string, value: unknown): string[] {
  return having(view, type, input, value).map(({ id }) => id);
}

/** An input as text; empty if it is none. */
export function textOf(inputs: Props, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}
