/** What AWS makes for a resource by itself: network interfaces, security groups, load balancers. */
import { awsId } from "./ids";
import { having, keyOf, T, type Interface } from "./queries";
import type { CloudResource, Effects } from "./types";

/** Makes a network interface. */
export function putInterface(cloud: Effects, seed: string, nic: Interface): void {
  cloud.putHidden(T.hiddenInterface, awsId("eni", seed), { ...nic });
}

/**
 * Takes away what was made for a resource; its interfaces go a while later.
 * @param leaksInterfaces nobody gives the interfaces back: they stay
 */
export function releaseOwned(
  resource: CloudResource,
  cloud: Effects,
  leaksInterfaces = false,
): void {
  const owner = keyOf(resource);
  for (const type of [T.hiddenBalancer, T.hiddenGroup, T.hiddenInterface]) {
    for (const hidden of having(cloud, type, "owner", owner)) {
      if (type !== T.hiddenInterface) cloud.drop(hidden);
      else if (!leaksInterfaces) {
        const until = cloud.now() + cloud.eniDelayMs;
        cloud.putHidden(type, hidden.id, { ...hidden.inputs, isPublic: false, until });
      }
    }
  }
}
