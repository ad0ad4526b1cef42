import { arn, autoName, awsId, hex } from "../ids";
import { awsProvider, OBSERVED, type PricedItem, type ResourceModel } from "../model";
import { releaseOwned } from "../owned";
import { PRICES } from "../prices";
import { having, isKubernetes, policiesOf, requireOrRefuse, roleByArn, T } from "../queries";
import { requireSecurityGroup } from "../refusals";
import { unless } from "../rules";
import type { CloudView, CreateRequest, Handler, Props } from "../types";
import { refuseClusterUpdate, zonesOfSubnets } from "./cluster-updates";
import { isGroupHeld, lacksClusterPolicy, makeControlPlane } from "./control-plane";

/** https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html */
const PUBLIC_BLOCKS = 40;

interface VpcConfig {
  readonly vpcId?: string;
  readonly subnetIds?: string[];
  readonly securityGroupIds?: string[];
  readonly publicAccessCidrs?: unknown[];
  readonly endpointPrivateAccess?: boolean;
  readonly endpointPublicAccess?: boolean;
}

/** Makes the cluster's endpoint, issuer and own security group. */
export const simulateCluster: Handler = ({ seed, name, inputs, provider }, view) => {
  const region = view.regionOf(provider);
  const clusterName = (inputs["name"] as string | undefined) ?? autoName(name, seed);
  const unique = hex(seed, 32).toUpperCase();
  const vpcConfig = (inputs["vpcConfig"] ?? {}) as VpcConfig;
  const subnet = view.find(T.subnet, vpcConfig.subnetIds?.[0]);
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

/** An hour of a control plane. */
export function priceControlPlane(): PricedItem[] {
  return [{ item: "EKS control plane", quantity: 1, unitPerHour: PRICES.controlPlane }];
}

function refuseCreate({ inputs }: CreateRequest, view: CloudView): void {
  requireOrRefuse(
    !view.find(T.cluster, inputs["name"]),
    `ResourceInUseException: Cluster already exists with name: ${String(inputs["name"])}`,
  );
  const role = roleByArn(view, inputs["roleArn"]);
  requireOrRefuse(
    role,
    `InvalidParameterException: roleArn, ${String(inputs["roleArn"])}, does not exist`,
  );
  requireOrRefuse(
    policiesOf(view, role.id).includes("AmazonEKSClusterPolicy"),
    "InvalidParameterException: The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please ensure the following policy is attached: arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
  );
  const { subnetIds = [], securityGroupIds = [] } = inputs["vpcConfig"] as VpcConfig;
  requireOrRefuse(
    new Set(zonesOfSubnets(subnetIds, view)).size >= 2,
    "InvalidParameterException: Subnets specified must be in at least two different AZs",
  );
  for (const id of securityGroupIds) requireSecurityGroup(view, id);
}

export const cluster: ResourceModel = {
  type: T.cluster,
  sources: {
    schema: awsProvider("eks/cluster"),
    create: `${awsProvider("eks/cluster")}, its retries; https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html`,
    update:
      "https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html and network-reqs.html; the words: rancher/rancher issue 43316, aws/aws-cdk issue 30886",
    delete:
      "https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html; gruntwork-io/cloud-nuke issue 148",
    effects:
      "https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html; @pulumi/aws, eks.Cluster: roleArn",
    latency: OBSERVED,
    price: "https://aws.amazon.com/eks/pricing/",
  },
  required: ["roleArn", "vpcConfig"],
  immutable: [
    "name",
    "roleArn",
    "bootstrapSelfManagedAddons",
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
    "kubernetesNetworkConfig.ipFamily",
    "kubernetesNetworkConfig.serviceIpv4Cidr",
  ],
  deleteFirst: true,
  autoNamed: "name",
  taggable: true,
  check: ({ name, vpcConfig }) => {
    const { subnetIds, publicAccessCidrs, endpointPrivateAccess, endpointPublicAccess } =
      (vpcConfig ?? {}) as VpcConfig;
    return [
      ...unless(
        name === undefined || /^[0-9A-Za-z][\w-]{0,99}$/.test(name as string),
        "name",
        "a cluster's name has 1 to 100 letters, digits, - and _, and begins with no sign",
      ),
      ...unless(
        subnetIds === undefined || subnetIds.length >= 2,
        "vpcConfig.subnetIds",
        "InvalidParameterException: subnets specified must be in at least two different AZs",
      ),
      ...unless(
        endpointPublicAccess !== false || endpointPrivateAccess === true,
        "vpcConfig.endpointPublicAccess",
        "InvalidParameterException: public and private access cannot both be off",
      ),
      ...unless(
        (publicAccessCidrs ?? []).length <= PUBLIC_BLOCKS,
        "vpcConfig.publicAccessCidrs",
        `InvalidParameterException: a public endpoint takes ${PUBLIC_BLOCKS} blocks of addresses at most`,
      ),
    ];
  },
  simulate: simulateCluster,
  refuseCreate,
  refuseUpdate: refuseClusterUpdate,
  refuseDelete({ id, inputs }, view) {
    requireOrRefuse(
      inputs["deletionProtection"] !== true,
      `InvalidRequestException: Cannot delete cluster ${id}: deletion protection is enabled`,
    );
    requireOrRefuse(
      having(view, T.nodeGroup, "clusterName", id).length === 0,
      "ResourceInUseException: Cluster has nodegroups attached",
    );
  },
  afterChange: makeControlPlane,
  afterDelete(resource, cloud) {
    const inside = cloud.all().filter(({ place }) => place === resource.outputs["arn"]);
    // The cluster's objects go with it; load balancers that they had stay, with nobody to delete them.
    for (const object of inside.filter(({ type }) => isKubernetes(type))) cloud.drop(object);
    const { clusterSecurityGroupId, vpcId } = resource.outputs["vpcConfig"] as {
      clusterSecurityGroupId: string;
      vpcId: string;
    };
    const isHeld = isGroupHeld(clusterSecurityGroupId, cloud);
    releaseOwned(resource, cloud, lacksClusterPolicy(resource, cloud));
    if (isHeld) cloud.putHidden(T.hiddenGroup, clusterSecurityGroupId, { vpcId, owner: "" });
  },
  latency: [540, 150],
  price: priceControlPlane,
};
