/** A resource that is left in AWS or in the cluster, and how to remove it. */
import type { Aws } from "../shared/aws";
import type { Owner, Tags } from "./ownership";
import { belongsToAnother, isOwned } from "./ownership";

/** Something that is left. */
export interface Leftover {
  /** What it is, such as `security group`. */
  readonly kind: string;
  /** Its id or ARN in AWS. */
  readonly id: string;
  /** More that tells it from others: a name, a description, a state. */
  readonly detail?: string;
  /** Why it stays. */
  readonly why: string;
  /** A page that says so. */
  readonly source: string;
  /** USD a day; 0 if it costs nothing. */
  readonly perDay: number;
  /** The commands that remove it, in this order, as they are typed. Empty if AWS removes it itself. */
  readonly commands: readonly string[];
}

/** Why something stays, and the page that says so. */
export interface Reason {
  readonly why: string;
  readonly source: string;
}

const CUT_SHORT = {
  why: "Pulumi made it; a destroy that failed or was interrupted, or a lost state, leaves it",
  source: "docs/recover.md",
};

/** The reasons that several kinds share. */
export const REASONS = {
  cutShort: CUT_SHORT,
  /** EKS API reference, DeleteCluster. */
  controllerGone: {
    why: "a controller in the cluster made it for a Service or an Ingress; if the cluster goes first, nobody deletes it",
    source: "https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html",
  },
  eksMadeIt: {
    why: "EKS made it for the node group, and deletes it with the node group only",
    source: "https://docs.aws.amazon.com/eks/latest/userguide/delete-managed-node-group.html",
  },
} satisfies Record<string, Reason>;

/** What a look-up knows. */
export interface LookContext {
  readonly aws: Aws;
  readonly owner: Owner;
  /** The cluster's VPCs. */
  readonly vpcs: readonly string[];
}

/** Whether a resource in a VPC is the owner's: it is in the cluster's VPC, or its tags say so. */
export function isOwnedIn(context: LookContext, tags: Tags, vpc: string | undefined): boolean {
  const { owner, vpcs } = context;
  if (belongsToAnother(owner, tags)) return false;
  return isOwned(owner, tags) || (vpc !== undefined && vpcs.includes(vpc));
}

/** A word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command of the AWS CLI, as it is typed, with the cluster's region and profile. */
export function awsCommand(owner: Owner, ...words: readonly string[]): string {
  const where = ["--region", owner.region, ...(owner.profile ? ["--profile", owner.profile] : [])];
  return ["aws", ...words, ...where].map(shellWord).join(" ");
}
