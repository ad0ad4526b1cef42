/** Exercise 1, step 3: kubectl is connected to the cluster that the stack is on. */
import { define } from "../check";
import { failed, passed } from "../result";
import { connect } from "../kubeconfig";

export const connected = define(
  "kubectl-connected",
  "kubectl is connected to the stack's cluster",
  [1, 3],
  async ({ connection, target }) => {
    const { chosen, version, elsewhere } = await connection.connected();
    if (elsewhere !== undefined) {
      return failed({
        expected: `the API server of ${target.eks?.clusterName}: ${elsewhere}`,
        seen: `context ${chosen.context} leads to ${chosen.server}`,
        likelyCause: "the current context is of another cluster, or of an earlier one of that name",
        lookCloser: `${connect(target)}; then kubectl config current-context`,
      });
    }
    return passed(`context ${chosen.context}, ${chosen.server}, Kubernetes ${version.text}`);
  },
);
