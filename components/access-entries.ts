import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "./tags";
import { type Arguments, isMap } from "./validation";

/** Access of an IAM principal to a cluster, besides that of its creator, who is its administrator. */
export interface AccessEntryOptions {
  /**
   * ARN of the IAM role or user, such as `"arn:aws:iam::123456789012:role/team"`; of a role, not of
   * a session of it. One entry for each: the creator's is there already.
   */
  principalArn: pulumi.Input<string>;
  /**
   * An access policy of EKS, such as `"AmazonEKSViewPolicy"`, `"AmazonEKSEditPolicy"`,
   * `"AmazonEKSAdminPolicy"` or, for the whole cluster, `"AmazonEKSClusterAdminPolicy"`
   * (EKS user guide, "Review access policy permissions"). Whether there is one is to be known now.
   * Default: none.
   */
  policy?: pulumi.Input<string>;
  /**
   * Namespaces that `policy` is for; known now whether there are any.
   * Default: the whole cluster.
   */
  namespaces?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Kubernetes groups of the principal, for RoleBindings of your own. None begins with `amazon:`,
   * `aws:`, `eks:`, `iam:` or `system:` (EKS API reference, CreateAccessEntry).
   * Default: none.
   */
  kubernetesGroups?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Creates an access entry for each name, with its policy. */
export function createAccessEntries(
  name: string,
  entries: Readonly<Record<string, AccessEntryOptions>>,
  { clusterName, tags }: { readonly clusterName: pulumi.Input<string>; readonly tags?: Tags },
  parent: pulumi.Resource,
): void {
  const { partition } = aws.getPartitionOutput({}, { parent });
  for (const [key, { principalArn, policy, namespaces, kubernetesGroups }] of Object.entries(
    entries,
  )) {
    const entry = new aws.eks.AccessEntry(
      `${name}-entry-${key}`,
      { clusterName, principalArn, kubernetesGroups, tags },
      { parent },
    );
    if (policy === undefined) continue;
    new aws.eks.AccessPolicyAssociation(
      `${name}-entry-${key}`,
      {
        clusterName,
        principalArn: entry.principalArn,
        policyArn: pulumi.interpolate`arn:${partition}:eks::aws:cluster-access-policy/${policy}`,
        accessScope: namespaces ? { type: "namespace", namespaces } : { type: "cluster" },
      },
      { parent },
    );
  }
}

/** The resources of an entry are named by its name. */
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_]{0,61}[A-Za-z0-9])?$/;
const PRINCIPAL = /^arn:[\w-]+:iam::\d{12}:(role|user)\/.+$/;
const RESERVED = /^(amazon|aws|eks|iam|system):/;

/** Reports all that is wrong with access entries. */
export function checkAccessEntries(
  problems: Arguments,
  entries: Readonly<Record<string, AccessEntryOptions>> | undefined,
): void {
  problems.checkPlain("accessEntries", entries, isMap, "a map of names to access entries");
  if (!isMap(entries)) return;
  for (const [name, entry] of Object.entries(entries)) {
    const path = `accessEntries.${name}`;
    if (!NAME.test(name)) problems.add(path, name, "a name of at most 63 letters, digits, - and _");
    if (isMap(entry)) checkEntry(problems, path, entry);
    else problems.add(path, entry, "an access entry, with a principalArn");
  }
}

function checkEntry(
  problems: Arguments,
  path: string,
  { principalArn, policy, namespaces, kubernetesGroups }: AccessEntryOptions,
): void {
  const allowed = "the ARN of an IAM role or user, such as arn:aws:iam::123456789012:role/team";
  if (principalArn === undefined) problems.add(`${path}.principalArn`, undefined, allowed);
  problems.check(`${path}.principalArn`, principalArn, (arn) => PRINCIPAL.test(arn), allowed);
  problems.check(
    `${path}.policy`,
    policy,
    (text) => /^Amazon\w+Policy$/.test(text),
    "the name of an access policy of EKS, such as AmazonEKSViewPolicy",
  );
  if (policy === undefined && kubernetesGroups === undefined) {
    problems.add(
      `${path}.policy`,
      undefined,
      "a policy or kubernetesGroups: else it can do nothing",
    );
  }
  if (policy === undefined && namespaces !== undefined) {
    problems.add(`${path}.namespaces`, namespaces, "only with policy");
  }
  const isList = (list: unknown) => Array.isArray(list) && list.length > 0;
  problems.check(`${path}.namespaces`, namespaces, isList, "a list of namespaces");
  problems.check(`${path}.kubernetesGroups`, kubernetesGroups, isList, "a list of groups");
  if (!Array.isArray(kubernetesGroups)) return;
  kubernetesGroups.forEach((group, i) => {
    const why = "a group that does not begin with amazon:, aws:, eks:, iam: or system:";
    problems.check(`${path}.kubernetesGroups[${i}]`, group, (text) => !RESERVED.test(text), why);
  });
}
