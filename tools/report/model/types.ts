/** A reader's picture of a stack: what is where, who may reach it, and who takes which role. */

/** A box around others. */
export type GroupKind =
  "vpc" | "publicSubnets" | "privateSubnets" | "nodeGroup" | "namespace" | "cluster" | "iam";

/** A thing in the picture. */
export type NodeKind =
  | "caller"
  | "securityGroup"
  | "nodePort"
  | "loadBalancer"
  | "controlPlane"
  | "interfaces"
  | "machines"
  | "scalingGroup"
  | "service"
  | "pods"
  | "release"
  | "addOn"
  | "addOns"
  | "ingress"
  | "others"
  | "anyPod"
  | "serviceAccount"
  | "role";

/**
 * What an arrow means:
 *
 * - `reaches`: traffic from outside is let in;
 * - `admits`: a rule lets it in, but no way leads there;
 * - `routes`: traffic is passed on;
 * - `configures`: the one tells the other what to do;
 * - `assumes`: the one takes the role;
 * - `permits`: the role may do this to the other.
 */
export type EdgeKind = "reaches" | "admits" | "routes" | "configures" | "assumes" | "permits";

interface Part {
  /** Stable: of the kind and the name, never of a generated id. */
  readonly id: string;
  readonly label: string;
  /** Short facts, a line each. */
  readonly details: readonly string[];
  /** The box that it is in; undefined at the top. */
  readonly group?: string;
  /** Not made by this stack: by the one whose cluster it uses, or by Kubernetes itself. */
  readonly isForeign: boolean;
  /** The resources that it stands for. */
  readonly urns: readonly string[];
}

export interface DiagramGroup extends Part {
  readonly kind: GroupKind;
}

export interface DiagramNode extends Part {
  readonly kind: NodeKind;
}

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** What goes along it: a port, a way to take a role, the actions that are permitted. */
  readonly label: string;
  readonly isForeign: boolean;
  readonly urns: readonly string[];
}

/** Which side of a stack a picture shows: its traffic, or its rights in AWS. */
export type View = "reach" | "rights";

/** Groups, nodes and edges in the order of their ids; each edge joins two of the nodes. */
export interface Diagram {
  readonly stack: string;
  /** The stack whose cluster this one uses. */
  readonly clusterStack?: string;
  readonly groups: readonly DiagramGroup[];
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
  /** How many of the stack's own resources the picture stands for, of how many. */
  readonly drawn: number;
  readonly total: number;
}
