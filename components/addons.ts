import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { KNOWN_ADDONS } from "./catalog";
import type { Tags } from "./tags";
import type { EksClusterInfo } from "./target-cluster";
import { type Arguments, isMap } from "./validation";
import { WorkloadIdentity, WorkloadRole, type ServiceAccountArgs } from "./workload-role";

/** An EKS add-on besides the three that every cluster has. */
export interface AddonOptions {
  /**
   * Name of the add-on, such as `"aws-ebs-csi-driver"`: `aws eks describe-addon-versions`. Plain.
   * VPC CNI, kube-proxy and CoreDNS are the component's own.
   */
  name: string;
  /**
   * Version, such as `"v1.60.0-eksbuild.1"`.
   * Default: the one that EKS holds to be the default for the cluster's version, when it is created.
   */
  version?: pulumi.Input<string>;
  /**
   * Configuration of the add-on, JSON of the schema that
   * `aws eks describe-addon-configuration` shows.
   * Default: the add-on's own defaults.
   */
  configurationValues?: pulumi.Input<string>;
  /**
   * The service account of the add-on that gets a role, with `policy` or `managedPolicy`.
   * Default: that of the add-on, if the catalog knows it: aws-ebs-csi-driver, aws-efs-csi-driver,
   * amazon-cloudwatch-observability; else none, and no role.
   */
  serviceAccount?: ServiceAccountArgs;
  /**
   * What the role may do, an IAM policy document in JSON; instead of `managedPolicy`.
   * Default: none.
   */
  policy?: pulumi.Input<string>;
  /**
   * What the role may do: the name, with its path, of a policy that AWS manages, such as
   * `"service-role/AmazonEBSCSIDriverPolicy"`, or an ARN.
   * Default: that for the add-on, if the catalog knows it.
   */
  managedPolicy?: pulumi.Input<string>;
  /**
   * How the service account takes the role: irsa or podIdentity, which adds the add-on
   * eks-pod-identity-agent.
   * Default: irsa.
   */
  by?: WorkloadIdentity;
}

/** Add-ons that every cluster has, in the order in which the nodes need them. */
const OWN = ["vpc-cni", "kube-proxy", "coredns"];

const AGENT = "eks-pod-identity-agent";

/** What all add-ons of a cluster share. */
export interface AddonContext {
  /** The component's name, with which those of its children begin. */
  readonly name: string;
  readonly cluster: Pick<EksClusterInfo, "clusterName" | "oidcProviderArn" | "oidcIssuer">;
  readonly tags?: Tags;
  readonly parent: pulumi.Resource;
}

/** An add-on; what the cluster has of it already is taken over. */
export function createAddon(
  { name, cluster, tags, parent }: AddonContext,
  { name: addonName, version, configurationValues }: AddonOptions,
  dependsOn: pulumi.Resource[],
  serviceAccountRoleArn?: pulumi.Input<string>,
): aws.eks.Addon {
  return new aws.eks.Addon(
    `${name}-${addonName}`,
    {
      addonName,
      addonVersion: version,
      clusterName: cluster.clusterName,
      configurationValues,
      serviceAccountRoleArn,
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      tags,
    },
    { parent, dependsOn },
  );
}

/** The VPC CNI, with a role of its own, so that the nodes' role need not have its rights. */
export function createVpcCni(context: AddonContext, dependsOn: pulumi.Resource[]): aws.eks.Addon {
  const { name, cluster, tags, parent } = context;
  const role = new WorkloadRole(
    `${name}-vpc-cni`,
    {
      cluster,
      serviceAccount: { namespace: "kube-system", name: "aws-node" },
      managedPolicy: "AmazonEKS_CNI_Policy",
      tags,
    },
    { parent },
  );
  return createAddon(context, { name: "vpc-cni" }, [...dependsOn, role], role.arn);
}

/** Add-ons that are asked for; their pods need nodes, which `dependsOn` names. */
export function createAddons(
  context: AddonContext,
  addons: readonly AddonOptions[],
  dependsOn: pulumi.Resource[],
): Map<string, aws.eks.Addon> {
  const created = new Map<string, aws.eks.Addon>();
  const isAgent = ({ name }: AddonOptions) => name === AGENT;
  const needsAgent = addons.some(({ by }) => by === "podIdentity") && !addons.some(isAgent);
  // The agent first: it serves the others their roles.
  const agents = needsAgent ? [{ name: AGENT }] : addons.filter(isAgent);
  for (const addon of [...agents, ...addons.filter((each) => !isAgent(each))]) {
    const agent = created.get(AGENT);
    const role = createRole(context, addon);
    const before = [...dependsOn, ...(agent ? [agent] : []), ...(role ? [role] : [])];
    const arn = addon.by === "podIdentity" ? undefined : role?.arn;
    created.set(addon.name, createAddon(context, addon, before, arn));
  }
  return created;
}

function createRole(
  { name, cluster, tags, parent }: AddonContext,
  addon: AddonOptions,
): WorkloadRole | undefined {
  const known = KNOWN_ADDONS[addon.name];
  const { serviceAccount = known?.serviceAccount, policy, by } = addon;
  const managedPolicy =
    policy === undefined ? (addon.managedPolicy ?? known?.managedPolicy) : undefined;
  if (!serviceAccount || (policy === undefined && managedPolicy === undefined)) return undefined;
  return new WorkloadRole(
    `${name}-${addon.name}`,
    { cluster, serviceAccount, policy, managedPolicy, by, tags },
    { parent },
  );
}

/** Reports all that is wrong with the add-ons that are asked for. */
export function checkAddons(problems: Arguments, addons: AddonOptions[] | undefined): void {
  problems.checkPlain("addons", addons, Array.isArray, "a list of add-ons");
  if (!Array.isArray(addons)) return;
  addons.forEach((addon, i) => {
    const path = `addons[${i}]`;
    if (!isMap(addon)) problems.add(path, addon, "an add-on, with a name");
    else checkAddon(problems, path, addon, addons.findIndex(({ name }) => name === addon.name) < i);
  });
}

function checkAddon(
  problems: Arguments,
  path: string,
  { name, policy, managedPolicy, serviceAccount, by, configurationValues }: AddonOptions,
  isRepeated: boolean,
): void {
  const isName = (text: unknown) => typeof text === "string" && /^[a-z0-9][a-z0-9_-]*$/.test(text);
  const allowed = "the name of an EKS add-on, such as aws-ebs-csi-driver";
  if (name === undefined) problems.add(`${path}.name`, name, allowed);
  problems.checkPlain(`${path}.name`, name, isName, allowed);
  if (OWN.includes(name)) {
    problems.add(`${path}.name`, name, `none of ${OWN.join(", ")}: the component has these`);
  }
  if (isRepeated) problems.add(`${path}.name`, name, "each add-on once");
  problems.choice(`${path}.by`, by, Object.values(WorkloadIdentity));
  problems.check(`${path}.configurationValues`, configurationValues, isJson, "a text of JSON");
  if (policy !== undefined && managedPolicy !== undefined) {
    problems.add(`${path}.policy`, policy, "nothing beside managedPolicy");
  }
  const known = KNOWN_ADDONS[name];
  const hasPolicy = policy !== undefined || managedPolicy !== undefined;
  if (serviceAccount !== undefined && !hasPolicy && !known) {
    problems.add(`${path}.serviceAccount`, serviceAccount, "only with policy or managedPolicy");
  }
  if (serviceAccount === undefined && (hasPolicy || by !== undefined) && !known) {
    problems.add(`${path}.serviceAccount`, undefined, "the service account that gets the role");
  }
}

function isJson(text: unknown): boolean {
  try {
    return typeof text === "string" && isMap(JSON.parse(text));
  } catch {
    return false;
  }
}
