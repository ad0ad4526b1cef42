/** How the real Kubernetes provider fails when its cluster is gone (pulumi-kubernetes: provider.go). */

const WAY_OUT =
  'If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

/** Whether the user lets objects of an unreachable cluster be forgotten. */
export function canDeleteUnreachable(): boolean {
  return process.env["PULUMI_K8S_DELETE_UNREACHABLE"] === "true";
}

/** The error of an operation on something in a cluster that is gone. */
export function unreachable(operation: "read" | "delete", type: string, cause: Error): Error {
  if (operation === "read") {
    return new Error(`failed to read resource state due to unreachable cluster. ${WAY_OUT}`);
  }
  if (type.endsWith(":Release")) {
    const reason = JSON.stringify(cause.message);
    return new Error(`can't delete Helm Release with unreachable cluster. Reason: ${reason}`);
  }
  return new Error(`configured Kubernetes cluster is unreachable. ${WAY_OUT}`);
}
