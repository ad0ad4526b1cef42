/** What the sandbox adds to the engine's output: what a user of AWS would have to find out. */
import type { CloudResource } from "../cloud";
import { keyOf, T } from "../cloud/queries";
import type { StatefulCloud } from "../cloud/stateful-cloud";
import type { StackStates } from "./stack-states";

/** The command that shows each leftover with its price and the command that removes it. */
const LOOK_IN_AWS = "npm run teardown -- --check";

/** What AWS has that no stack deletes any more, by id. */
export function findLeftovers(cloud: StatefulCloud): Map<string, string> {
  const all = cloud.inventory();
  const owners = new Set(all.map(keyOf));
  const left = all.flatMap((resource): [string, string][] => {
    const text = describeLeftover(resource, owners);
    return text === undefined ? [] : [[resource.id, text]];
  });
  return new Map(left);
}

function describeLeftover(
  { type, id, urn, inputs }: CloudResource,
  owners: ReadonlySet<string>,
): string | undefined {
  const isOrphan = !owners.has(String(inputs["owner"]));
  switch (type) {
    case T.hiddenInterface:
      if (inputs["status"] !== "available") return undefined;
      return `network interface ${id} of the VPC CNI, available: its subnet and its groups cannot go before it`;
    case T.hiddenGroup:
      return isOrphan ? `security group ${id}, which its VPC cannot go before` : undefined;
    case T.hiddenBalancer:
      return isOrphan
        ? `load balancer ${id}, billed: the cluster that would have deleted it is gone`
        : undefined;
    case T.logGroup:
      return urn.startsWith("urn:") || owners.has(clusterOf(id, owners))
        ? undefined
        : `log group ${id}, which EKS created again for events that came late`;
    default:
      return undefined;
  }
}

/** The key of the cluster that writes to a log group; empty if it is gone. */
function clusterOf(logGroup: string, owners: ReadonlySet<string>): string {
  const name = logGroup.split("/")[3];
  return (
    [...owners].find((key) => key.includes(`$${T.cluster}::`) && key.endsWith(` ${name}`)) ?? ""
  );
}

/** What to say of leftovers. */
export function leftoverNotice(leftovers: readonly string[]): string {
  return `AWS is left with what no stack deletes:
${leftovers.map((text) => `  ${text}`).join("\n")}
  on AWS: ${LOOK_IN_AWS} names the command that removes each
  here: npm run sandbox -- reset`;
}

/** What to say before the destroy of a cluster that other stacks are on; undefined if none is. */
export function sharedClusterNotice(stack: string, states: StackStates): string | undefined {
  const users = states.usersOf(stack);
  if (users.length === 0) return undefined;
  return `The cluster of ${stack} has objects of ${users.join(", ")}. They go with it, but not their load balancers and roles: AWS keeps and bills them.
  fix: ${users.map((user) => `npm run sandbox -- destroy -s ${user}`).join("\n       ")}`;
}

/** What to say if a cluster's endpoint does not admit the caller. */
export function closedEndpointNotice({ id, urn, outputs }: CloudResource, address: string): string {
  const { publicAccessCidrs } = outputs["vpcConfig"] as { publicAccessCidrs: string[] };
  const stack = urn.split("::")[0]!.split(":").at(-1)!;
  return `The endpoint of the cluster ${id} admits ${publicAccessCidrs.join(", ")}, and your address is ${address} now.
  fix: npm run sandbox -- up -s ${stack}, which admits it; then repeat the command
  not: PULUMI_K8S_DELETE_UNREACHABLE, which forgets objects that are still there. Their load balancers stay, billed.`;
}
