import { ACCOUNT, arn, autoName, awsId, hex } from "./ids";
import type { Handler, Props } from "./types";

function kubeconfigOf(clusterName: string, endpoint: string, certificate: string): Props {
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

const cluster: Handler = ({ urn, name, inputs, provider }, around) => {
  const region = around.regionOf(provider);
  const clusterName = (inputs["name"] as string | undefined) ?? autoName(name, urn);
  const unique = hex(urn, 32).toUpperCase();
  const issuer = `oidc.eks.${region}.amazonaws.com/id/${unique}`;
  const endpoint = `https://${unique}.gr7.${region}.eks.amazonaws.com`;
  const certificate = Buffer.from(`simulated certificate authority of ${clusterName}`).toString(
    "base64",
  );
  const kubeconfig = kubeconfigOf(clusterName, endpoint, certificate);
  return {
    id: clusterName,
    outputs: {
      kubeconfig,
      kubeconfigJson: JSON.stringify(kubeconfig),
      oidcIssuer: issuer,
      oidcProviderUrl: `https://${issuer}`,
      oidcProviderArn: `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer}`,
      eksCluster: {
        name: clusterName,
        arn: arn("eks", region, `cluster/${clusterName}`),
        endpoint,
        version: inputs["version"],
        certificateAuthority: { data: certificate },
        kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16", ipFamily: "ipv4" },
        vpcConfig: {
          vpcId: inputs["vpcId"],
          clusterSecurityGroupId: awsId("sg", `${urn} made by EKS`),
        },
      },
    },
  };
};

const managedNodeGroup: Handler = ({ urn, name, inputs, provider }, around) => {
  const owner = around.byUrn(inputs["cluster"] as string);
  const clusterName = (owner?.outputs["eksCluster"] as { name: string } | undefined)?.name ?? "";
  const nodeGroupName = autoName(name, urn);
  const resource = `nodegroup/${clusterName}/${nodeGroupName}/${hex(urn, 8)}`;
  return {
    id: `${clusterName}:${nodeGroupName}`,
    outputs: {
      nodeGroup: {
        clusterName,
        nodeGroupName,
        arn: arn("eks", around.regionOf(provider), resource),
        resources: [
          {
            autoscalingGroups: [{ name: `eks-${nodeGroupName}-${hex(urn, 8)}` }],
            remoteAccessSecurityGroupId: "",
          },
        ],
      },
    },
  };
};

/** The components of @pulumi/eks that the program uses. */
export const EKS_RESOURCES: Record<string, Handler> = {
  "eks:index:Cluster": cluster,
  "eks:index:ManagedNodeGroup": managedNodeGroup,
};
