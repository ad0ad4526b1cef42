import type { StackState } from "../../tools/rehearse/records";
import { attemptStack } from "../support/harness";

/** What a stack is told whose cluster's outputs are encrypted with another passphrase. */
export async function unreadableCluster(): Promise<string> {
  const outputs = { clusterName: "c", region: "us-east-1", kubeconfig: { ciphertext: "x" } };
  const stacks = new Map<string, StackState>([
    ["organization/eks-exercises/exercise-cluster", { outputs, secretOutputNames: [] }],
  ]);
  const config = { cluster: { stack: "exercise-cluster" }, jenkins: { service: "NodePort" } };
  const { result } = await attemptStack(config, { stack: "exercise-nodeport", stacks });
  return result.errors.map(({ message }) => message).join("\n");
}
