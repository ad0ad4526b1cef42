import { priceControlPlane, simulateCluster } from "../aws/cluster";
import { ACCOUNT } from "../ids";
import type { ResourceModel } from "../model";
import type { Props } from "../types";
import { makeKubeconfig } from "./kubeconfig";

type EksFacts = Props & {
  readonly endpoint: string;
  readonly certificateAuthority: { readonly data: string };
  readonly identities: readonly [{ readonly oidcs: readonly [{ readonly issuer: string }] }];
};

/** The component of @pulumi/eks in one piece, as the rehearsal sees it: without its children. */
export const cluster: ResourceModel = {
  type: "eks:index:Cluster",
  sources: { price: "https://aws.amazon.com/eks/pricing/" },
  simulate: (request, view) => {
    const vpcConfig = { vpcId: request.inputs["vpcId"] };
    const made = simulateCluster({ ...request, inputs: { ...request.inputs, vpcConfig } }, view);
    const { id, outputs = {} } = made;
    const eksCluster = { ...outputs, version: request.inputs["version"] } as unknown as EksFacts;
    const oidcProviderUrl = eksCluster.identities[0].oidcs[0].issuer;
    const oidcIssuer = oidcProviderUrl.replace("https://", "");
    const { endpoint, certificateAuthority } = eksCluster;
    const kubeconfig = makeKubeconfig(id, endpoint, certificateAuthority.data);
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
  },
  price: priceControlPlane,
};
