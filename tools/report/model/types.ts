/** A picture of a stack: what runs where, who can reach it, and who assumes which IAM role. */

/** A box around other parts. */
export type GroupKind =
  "vpc" | "publicSubnets" | "privateSubnets" | "nodeGroup" | "namespace" | "cluster" | "iam";

/** A part of the picture. */
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
 * - `reaches`: traffic from outside is admitted;
 * - `admits`: a rule admits the traffic, but there is no route;
 * - `forwards`: `kubectl port-forward` carries the traffic through the API server;
 * - `routes`: traffic is passed on;
 * - `configures`: one part configures the other;
 * - `assumes`: the part assumes the role;
 * - `permits`: the role may change the other part.
 */
export type EdgeKind =
  "reaches" | "admits" | "forwards" | "routes" | "configures" | "assumes" | "permits";

interface Part {
  /** Stable: made of kind and name, never of a generated id. */
  readonly id: string;
  readonly label: string;
  /** Short facts, one per line. */
  readonly details: readonly string[];
  /** The box around it; undefined at the top. */
  readonly group?: string;
  /** Whether the stack whose cluster is used, or Kubernetes, made it. */
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
  /** A port, a way to assume a role, or the permitted actions. */
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
