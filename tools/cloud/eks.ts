import { ACCOUNT, arn, autoName, awsId, hex } from "./ids";
import type { EksCluster, Handler, Props, Surroundings } from "./types";

/** Configuration of kubectl for a cluster, as @pulumi/eks makes it. */
export function kubeconfigOf(clusterName: string, endpoint: string, certificate: string): Props {
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

/** The cluster itself, as the component of @pulumi/eks makes it. */
const awsCluster: Handler = ({ seed, name, inputs, provider }, around) => {
  const region = around.regionOf(provider);
  const clusterName = (inputs["name"] as string | undefined) ?? autoName(name, seed);
  const unique = hex(seed, 32).toUpperCase();
  const vpcConfig = (inputs["vpcConfig"] ?? {}) as { vpcId?: string; subnetIds?: string[] };
  const subnet = around.find("aws:ec2/subnet:Subnet", vpcConfig.subnetIds?.[0]);
  const authority = Buffer.from(`simulated certificate authority of ${clusterName}`);
  return {
    id: clusterName,
    outputs: {
      name: clusterName,
      arn: arn("eks", region, `cluster/${clusterName}`),
      endpoint: `https://${unique}.gr7.${region}.eks.amazonaws.com`,
      status: "ACTIVE",
      certificateAuthority: { data: authority.toString("base64") },
      identities: [
        { oidcs: [{ issuer: `https://oidc.eks.${region}.amazonaws.com/id/${unique}` }] },
      ],
      kubernetesNetworkConfig: {
        serviceIpv4Cidr: "172.20.0.0/16",
        ipFamily: "ipv4",
        ...(inputs["kubernetesNetworkConfig"] as Props | undefined),
      },
      vpcConfig: {
        ...vpcConfig,
        vpcId: vpcConfig.vpcId ?? subnet?.inputs["vpcId"],
        clusterSecurityGroupId: awsId("sg", `${seed} made by EKS`),
      },
    },
  };
};

const openIdConnectProvider: Handler = ({ inputs }) => {
  const host = (inputs["url"] as string).replace("https://", "");
  const id = `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}`;
  return { id, outputs: { arn: id, url: host } };
};

const awsNodeGroup: Handler = ({ seed, name, inputs, provider }, around) => {
  const clusterName = inputs["clusterName"] as string;
  const nodeGroupName = (inputs["nodeGroupName"] as string | undefined) ?? autoName(name, seed);
  const resource = `nodegroup/${clusterName}/${nodeGroupName}/${hex(seed, 8)}`;
  return {
    id: `${clusterName}:${nodeGroupName}`,
    outputs: {
      clusterName,
      nodeGroupName,
      arn: arn("eks", around.regionOf(provider), resource),
      status: "ACTIVE",
      resources: [
        {
          autoscalingGroups: [{ name: `eks-${nodeGroupName}-${hex(seed, 8)}` }],
          remoteAccessSecurityGroupId: "",
        },
      ],
    },
  };
};

/** The component of @pulumi/eks in one piece, as the rehearsal sees it: without its children. */
const cluster: Handler = (request, around) => {
  const { id, outputs = {} } = awsCluster(
    { ...request, inputs: { ...request.inputs, vpcConfig: { vpcId: request.inputs["vpcId"] } } },
    around,
  );
  const eksCluster = { ...outputs, version: request.inputs["version"] } as unknown as Props & {
    endpoint: string;
    certificateAuthority: { data: string };
    identities: [{ oidcs: [{ issuer: string }] }];
  };
  const oidcProviderUrl = eksCluster.identities[0].oidcs[0].issuer;
  const oidcIssuer = oidcProviderUrl.replace("https://", "");
  const kubeconfig = kubeconfigOf(id, eksCluster.endpoint, eksCluster.certificateAuthority.data);
  return {
    id,
    outputs: {
      kubeconfig,
      kubeconfigJson: JSON.stringify(kubeconfig),
      oidcIssuer,
      oidcProviderUrl,
      oidcProviderArn: `arn:aws:iam::${ACCOUNT}:oidc-provider/${oidcIssuer}`,
      eksCluster,
    },
  };
};

const managedNodeGroup: Handler = (request, around) => {
  const owner = around.byUrn(request.inputs["cluster"] as string);
  const clusterName = (owner?.outputs["eksCluster"] as { name: string } | undefined)?.name ?? "";
  const { id, outputs } = awsNodeGroup(
    { ...request, inputs: { ...request.inputs, clusterName } },
    around,
  );
  return { id, outputs: { nodeGroup: outputs } };
};

/** The components of @pulumi/eks that the program uses, and what they are made of. */
export const EKS_RESOURCES: Record<string, Handler> = {
  "eks:index:Cluster": cluster,
  "eks:index:ManagedNodeGroup": managedNodeGroup,
  "aws:eks/cluster:Cluster": awsCluster,
  "aws:eks/nodeGroup:NodeGroup": awsNodeGroup,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": openIdConnectProvider,
};

/** A managed node group, however it was made. */
export interface NodeGroupFacts {
  readonly clusterName: string;
  readonly nodeGroupName: string;
  readonly desiredSize: number;
}

/** The managed node groups of all clusters. */
export function nodeGroups(around: Surroundings): NodeGroupFacts[] {
  const components = around.ofType("eks:index:ManagedNodeGroup").map(({ outputs }) => ({
    ...(outputs["nodeGroup"] as Props),
    scalingConfig: outputs["scalingConfig"],
  }));
  const own = around.ofType("aws:eks/nodeGroup:NodeGroup").map(({ outputs }) => outputs);
  return [...components, ...own].map((group) => {
    const { clusterName, nodeGroupName, scalingConfig } = group as unknown as NodeGroupFacts & {
      scalingConfig: { desiredSize: number };
    };
    return { clusterName, nodeGroupName, desiredSize: scalingConfig.desiredSize };
  });
}

/** The clusters of EKS, however they were made, each with what AWS says of it. */
export function eksClusters(around: Surroundings): EksCluster[] {
  return [
    ...around.ofType("eks:index:Cluster").map((resource) => ({
      resource,
      facts: resource.outputs["eksCluster"] as Props,
    })),
    ...around
      .ofType("aws:eks/cluster:Cluster")
      .map((resource) => ({ resource, facts: resource.outputs })),
  ];
}
