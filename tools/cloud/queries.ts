/** Questions that the models ask of the cloud, and the words in which they refuse. */
import type { CloudResource, CloudView, EksCluster, Props } from "./types";

/** Short names of the types that models name besides their own. */
export const T = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  gateway: "aws:ec2/internetGateway:InternetGateway",
  routeTable: "aws:ec2/routeTable:RouteTable",
  route: "aws:ec2/route:Route",
  eip: "aws:ec2/eip:Eip",
  nat: "aws:ec2/natGateway:NatGateway",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  rule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  template: "aws:ec2/launchTemplate:LaunchTemplate",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  oidc: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  key: "aws:kms/key:Key",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  cluster: "aws:eks/cluster:Cluster",
  nodeGroup: "aws:eks/nodeGroup:NodeGroup",
  addon: "aws:eks/addon:Addon",
  accessEntry: "aws:eks/accessEntry:AccessEntry",
  accessPolicy: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  podIdentity: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  namespace: "kubernetes:core/v1:Namespace",
  service: "kubernetes:core/v1:Service",
  pod: "kubernetes:core/v1:Pod",
  deployment: "kubernetes:apps/v1:Deployment",
  ingress: "kubernetes:networking.k8s.io/v1:Ingress",
  release: "kubernetes:helm.sh/v3:Release",
  // What AWS makes by itself, and Pulumi never sees.
  hiddenInterface: "hidden:networkInterface",
  hiddenGroup: "hidden:securityGroup",
  hiddenBalancer: "hidden:loadBalancer",
} as const;

/** A refusal of the cloud, in its own words. */
export class CloudError extends Error {
  /** @param passes whether waiting helps: what is in the way is about to go by itself */
  constructor(
    message: string,
    readonly passes = false,
  ) {
    super(message);
  }
}

/**
 * Refuses unless a condition holds.
 * @throws CloudError with the message
 */
export function requireOrRefuse(condition: unknown, message: string): asserts condition {
  if (!condition) throw new CloudError(message);
}

/** The resources of a type that have a value in an input. */
export function having(
  view: CloudView,
  type: string,
  input: string,
  value: unknown,
): CloudResource[] {
  return view.ofType(type).filter(({ inputs }) => inputs[input] === value);
}

/** A network interface that AWS made. */
export interface Interface {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly groups: readonly string[];
  /** What it was made for: key of a resource. */
  readonly owner: string;
  readonly isPublic: boolean;
  readonly description: string;
  /** When it goes by itself: milliseconds since 1970. */
  readonly until?: number;
}

/** The interfaces that AWS has made. */
export function interfaces(view: CloudView): Interface[] {
  return view.ofType(T.hiddenInterface).map(({ inputs }) => inputs as unknown as Interface);
}

/** What a resource is known by as an owner. */
export function keyOf({ urn, id }: { urn: string; id: string }): string {
  return `${urn} ${id}`;
}

/** Names of the AWS-managed policies that a role has. */
export function policiesOf(view: CloudView, role: unknown): string[] {
  return having(view, T.attachment, "role", role).map(({ inputs }) =>
    (inputs["policyArn"] as string).split("/").at(-1)!,
  );
}

/** The role whose ARN this is. */
export function roleByArn(view: CloudView, arn: unknown): CloudResource | undefined {
  return view.ofType(T.role).find(({ outputs }) => outputs["arn"] === arn);
}

/** Where a resource of Kubernetes is: its kind's objects in the same cluster. */
export function inPlace(view: CloudView, type: string, place: string | undefined): CloudResource[] {
  return view.ofType(type).filter((resource) => resource.place === place);
}

/** How many nodes a cluster has that should run. */
export function countNodes(view: CloudView, clusterName: unknown): number {
  return view
    .ofType(T.nodeGroup)
    .filter(({ outputs }) => outputs["clusterName"] === clusterName)
    .map(({ outputs }) => (outputs["scalingConfig"] as { desiredSize: number }).desiredSize)
    .reduce((sum, size) => sum + size, 0);
}

/** Whether the VPC CNI works: it gives nodes their interfaces, and takes them back. */
export function hasCni(view: CloudView, cluster: CloudResource): boolean {
  if (cluster.inputs["bootstrapSelfManagedAddons"] !== false) return true;
  const addon = having(view, T.addon, "clusterName", cluster.id).find(
    ({ inputs }) => inputs["addonName"] === "vpc-cni",
  );
  const roleArn = addon?.inputs["serviceAccountRoleArn"];
  if (!addon || roleArn === undefined) return addon !== undefined;
  const role = roleByArn(view, roleArn);
  return policiesOf(view, role?.id).includes("AmazonEKS_CNI_Policy");
}

/** A type that Kubernetes has, not AWS. */
export function isKubernetes(type: string): boolean {
  return type.startsWith("kubernetes:");
}

/** The metadata of an object. */
export function metadataOf(inputs: Props): { name?: string; namespace?: string } {
  return inputs["metadata"] ?? {};
}

/** The EKS clusters, however they were made, each with what AWS says of it. */
export function eksClusters(view: CloudView): EksCluster[] {
  return [
    ...view.ofType("eks:index:Cluster").map((resource) => ({
      resource,
      facts: resource.outputs["eksCluster"] as Props,
    })),
    ...view.ofType(T.cluster).map((resource) => ({ resource, facts: resource.outputs })),
  ];
}

/** The EKS cluster at a place; undefined if it is gone, or the place is not on EKS. */
export function clusterAt(view: CloudView, place: string | undefined): EksCluster | undefined {
  return eksClusters(view).find(({ facts }) => facts["arn"] === place);
}

/** The VPC of the cluster at a place. */
export function vpcAt(view: CloudView, place: string | undefined): string | undefined {
  const cluster = clusterAt(view, place);
  return (cluster?.facts["vpcConfig"] as { vpcId?: string } | undefined)?.vpcId;
}

/** The type in a URN. */
export function typeInUrn(urn: string): string {
  return urn.split("::")[2]!.split("$").at(-1)!;
}

/** The logical name in a URN. */
export function nameInUrn(urn: string): string {
  return urn.split("::").at(-1)!;
}
