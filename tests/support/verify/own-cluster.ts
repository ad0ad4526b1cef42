/** A stack that creates its cluster: EKS by moto, Kubernetes by the real API server. */
import { useLiveCluster } from "../cluster";
import { useEks, type EksChange } from "./eks";
import { fails, namedAsEks, type Looking, type Told } from "./look";

/** Sets both up for the tests of a suite. */
export function useOwnCluster() {
  const live = useLiveCluster();
  const { make, moto } = useEks();
  const stack = (more: object = {}): Looking => ({
    sections: { cluster: { create: {} }, ...more },
    kubeconfig: namedAsEks(live().kubeconfig),
  });
  /** Asserts that a check fails on a cluster with this change. */
  const failing = async (id: string, change: EksChange, told: Told): Promise<void> => {
    await make(change);
    await fails(id, stack(), told);
  };
  return { live, make, moto, stack, failing };
}
