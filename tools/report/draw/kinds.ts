/** What the parts of a picture are called, what they mean, and which colours they have. */
import type { EdgeKind, GroupKind, NodeKind } from "../model/diagram";

/** Families of parts; each has its own colours. */
type Family = "outside" | "entrance" | "machine" | "workload" | "identity";

interface Kind {
  readonly caption: string;
  /** One sentence for a reader who meets it for the first time. */
  readonly meaning: string;
}

export const NODE_KINDS: Readonly<Record<NodeKind, Kind & { readonly family: Family }>> = {
  caller: {
    caption: "Caller",
    meaning: "Someone who sends requests from these addresses.",
    family: "outside",
  },
  securityGroup: {
    caption: "Security group",
    meaning: "An AWS firewall: it drops traffic that no rule admits.",
    family: "entrance",
  },
  nodePort: {
    caption: "Node port",
    meaning: "A port that is open on every node, whichever node runs the pod.",
    family: "entrance",
  },
  loadBalancer: {
    caption: "Load balancer",
    meaning: "A stable AWS address that spreads requests over its targets.",
    family: "entrance",
  },
  controlPlane: {
    caption: "EKS control plane",
    meaning: "The Kubernetes API server and its database, which AWS runs.",
    family: "machine",
  },
  interfaces: {
    caption: "Network interfaces",
    meaning: "The control plane's addresses in your network, for the nodes to call.",
    family: "machine",
  },
  machines: {
    caption: "EC2 instances",
    meaning: "The machines of the node group, on which the pods run.",
    family: "machine",
  },
  scalingGroup: {
    caption: "Auto Scaling group",
    meaning: "Starts and terminates machines until their number is the desired one.",
    family: "machine",
  },
  service: {
    caption: "Service",
    meaning: "A stable name and address in front of pods that come and go.",
    family: "workload",
  },
  pods: {
    caption: "Pod",
    meaning: "One or more containers that run together on a node.",
    family: "workload",
  },
  release: {
    caption: "Helm release",
    meaning: "An installed chart: its pods and everything they need.",
    family: "workload",
  },
  addOn: {
    caption: "EKS add-on",
    meaning: "A part of Kubernetes that EKS installs in kube-system.",
    family: "workload",
  },
  addOns: {
    caption: "EKS add-ons",
    meaning: "Parts of Kubernetes that EKS installs in kube-system.",
    family: "workload",
  },
  ingress: {
    caption: "Ingress",
    meaning: "Rules that map hosts and paths to Services.",
    family: "workload",
  },
  others: {
    caption: "Services and pods",
    meaning: "Services inside the cluster that no arrow leads to, drawn as one.",
    family: "workload",
  },
  anyPod: {
    caption: "Pods",
    meaning: "Any pod that can get the node's credentials, whatever program it runs.",
    family: "identity",
  },
  serviceAccount: {
    caption: "Service account",
    meaning: "The identity that Kubernetes gives to a pod.",
    family: "workload",
  },
  role: {
    caption: "IAM role",
    meaning: "Rights in AWS, for the principals that its trust policy names.",
    family: "identity",
  },
};

export const GROUP_KINDS: Readonly<Record<GroupKind, Kind>> = {
  vpc: { caption: "VPC", meaning: "Your own network in AWS." },
  publicSubnets: {
    caption: "Public subnets",
    meaning: "Parts of the network, one per zone, with a route to the Internet.",
  },
  privateSubnets: {
    caption: "Private subnets",
    meaning: "Parts of the network, one per zone, without such a route.",
  },
  nodeGroup: { caption: "Node group", meaning: "Machines of one kind that EKS manages." },
  namespace: { caption: "Namespace", meaning: "A part of the cluster with its own names." },
  cluster: { caption: "Cluster", meaning: "A Kubernetes cluster that no stack here created." },
  iam: { caption: "IAM", meaning: "The AWS service that decides who may do what." },
};

interface Arrow extends Kind {
  readonly verb: string;
  /** The verb after a security group, which passes on what it admits. */
  readonly gateVerb?: string;
}

export const EDGE_KINDS: Readonly<Record<EdgeKind, Arrow>> = {
  reaches: {
    caption: "Reaches",
    meaning: "A rule admits traffic from outside.",
    verb: "reaches",
    gateVerb: "admits it to",
  },
  admits: {
    caption: "Is admitted, without a route",
    meaning: "A rule would admit the traffic, but no route leads there.",
    verb: "is admitted to, but has no route to,",
    gateVerb: "would admit it to",
  },
  forwards: {
    caption: "Forwards",
    meaning: "kubectl port-forward carries the traffic through the API server.",
    verb: "forwards to",
  },
  routes: { caption: "Routes", meaning: "Passes traffic on.", verb: "routes to" },
  configures: {
    caption: "Configures",
    meaning: "Sets the other part up; no traffic takes this way.",
    verb: "configures",
  },
  assumes: { caption: "Assumes", meaning: "Acts with the rights of the role.", verb: "assumes" },
  permits: {
    caption: "May change",
    meaning: "The role's policy allows these actions.",
    verb: "may change",
  },
};
