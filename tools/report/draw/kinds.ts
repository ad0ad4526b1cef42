/** What the parts of a picture are called, what they are, and to which family of colours they belong. */
import type { EdgeKind, GroupKind, NodeKind } from "../model/diagram";

/** Families of parts, each with a colour of its own. */
export type Family = "outside" | "entrance" | "machine" | "workload" | "identity";

interface Kind {
  readonly caption: string;
  /** One sentence for a reader who meets it for the first time. */
  readonly meaning: string;
}

export const NODE_KINDS: Readonly<Record<NodeKind, Kind & { readonly family: Family }>> = {
  caller: {
    caption: "Caller",
    meaning: "Whoever sends a request, told by the addresses it may come from.",
    family: "outside",
  },
  securityGroup: {
    caption: "Security group",
    meaning: "A firewall of AWS: what none of its rules admits is dropped.",
    family: "entrance",
  },
  nodePort: {
    caption: "Node port",
    meaning: "A port that is open on every node, whichever of them runs the pod.",
    family: "entrance",
  },
  loadBalancer: {
    caption: "Load balancer",
    meaning: "An address of AWS that stays, and spreads requests over what stands behind it.",
    family: "entrance",
  },
  controlPlane: {
    caption: "EKS control plane",
    meaning: "The Kubernetes API server and its database, which AWS runs for you.",
    family: "machine",
  },
  interfaces: {
    caption: "Network interfaces",
    meaning: "Where the control plane stands in your network, so that nodes can call it.",
    family: "machine",
  },
  machines: {
    caption: "EC2 instances",
    meaning: "The machines of the node group, on which the pods run.",
    family: "machine",
  },
  scalingGroup: {
    caption: "Auto Scaling group",
    meaning:
      "AWS's own count of the machines: it starts and ends them to match the number asked for.",
    family: "machine",
  },
  service: {
    caption: "Service",
    meaning: "A name and an address that stay, before pods that come and go.",
    family: "workload",
  },
  pods: {
    caption: "Pod",
    meaning: "One or more containers that run together on a node.",
    family: "workload",
  },
  release: {
    caption: "Helm release",
    meaning: "A chart as installed: its pods, and all that they need.",
    family: "workload",
  },
  addOn: {
    caption: "EKS add-on",
    meaning: "A part of Kubernetes that EKS installs, and keeps current, in kube-system.",
    family: "workload",
  },
  addOns: {
    caption: "EKS add-ons",
    meaning: "Parts of Kubernetes that EKS installs, and keeps current, in kube-system.",
    family: "workload",
  },
  ingress: {
    caption: "Ingress",
    meaning: "Rules that say which Service a request for a host or a path belongs to.",
    family: "workload",
  },
  others: {
    caption: "Services and pods",
    meaning: "Services inside the cluster that no arrow leads to, told as one.",
    family: "workload",
  },
  anyPod: {
    caption: "Pods",
    meaning: "Any pod that gets at the node's credentials, whatever program it runs.",
    family: "identity",
  },
  serviceAccount: {
    caption: "Service account",
    meaning: "The identity that Kubernetes gives to a pod.",
    family: "workload",
  },
  role: {
    caption: "IAM role",
    meaning: "Rights in AWS, for whoever its trust policy lets take it.",
    family: "identity",
  },
};

export const GROUP_KINDS: Readonly<Record<GroupKind, Kind>> = {
  vpc: { caption: "Network", meaning: "Your own network in AWS." },
  publicSubnets: {
    caption: "Public subnets",
    meaning: "Parts of the network, one in each zone, with a route to the Internet.",
  },
  privateSubnets: {
    caption: "Private subnets",
    meaning: "Parts of the network, one in each zone, without such a route.",
  },
  nodeGroup: { caption: "Node group", meaning: "Machines of one kind, as many as are needed." },
  namespace: { caption: "Namespace", meaning: "A part of the cluster with names of its own." },
  cluster: { caption: "Cluster", meaning: "A Kubernetes cluster that this project did not make." },
  iam: { caption: "IAM", meaning: "AWS's directory of who may do what." },
};

interface Arrow extends Kind {
  readonly verb: string;
  /** Said of a security group, which passes on what it admits. */
  readonly gateVerb?: string;
}

export const EDGE_KINDS: Readonly<Record<EdgeKind, Arrow>> = {
  reaches: {
    caption: "reaches",
    meaning: "Traffic from outside that is let in.",
    verb: "reaches",
    gateVerb: "lets it through to",
  },
  admits: {
    caption: "has leave, but no route",
    meaning: "A rule would let it in, but nothing leads there.",
    verb: "has leave, but no route, to",
    gateVerb: "would let it through to",
  },
  routes: { caption: "passes to", meaning: "Traffic that is passed on inside.", verb: "passes to" },
  configures: {
    caption: "tells",
    meaning: "The one says what the other is to do; no traffic goes this way.",
    verb: "tells",
  },
  assumes: {
    caption: "takes",
    meaning: "The one acts with the rights of the role.",
    verb: "takes",
  },
  permits: {
    caption: "may change",
    meaning: "The role's policy lets it do this.",
    verb: "may change",
  },
};
