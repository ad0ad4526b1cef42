import type { Props } from "../types";

/** Configuration of kubectl for a cluster, as @pulumi/eks makes it. */
export function makeKubeconfig(clusterName: string, endpoint: string, certificate: string): Props {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "kubernetes",
        cluster: { server: endpoint, "certificate-authority-data": certificate },
      },
    ],
    contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
    "current-context": "aws",
    users: [
      {
        name: "aws",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", clusterName],
          },
        },
      },
    ],
  };
}
