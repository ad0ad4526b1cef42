/** What the parts of a picture are called, what they mean, and which colours they have. */
import type { EdgeKind, GroupKind, NodeKind } from "../model/diagram";

/** Families of parts; each has its own colours. */
type Family = "outside" | "entrance" | "machine" | "workload" | "identity";

interface Kind {
  readonly caption: string;
  /** One sentence for a reader who meets it for the first time. */
  readonly meaning: string;
}

const kind = (caption: string, family: Family, meaning: string) => ({ caption, family, meaning });

export const NODE_KINDS: Readonly<Record<NodeKind, Kind & { readonly family: Family }>> = {
  caller: kind("Caller", "outside", "Someone who sends requests from these addresses."),
  securityGroup: kind(
    "Security group",
    "entrance",
    "An AWS firewall: it drops traffic that no rule admits.",
  ),
  nodePort: kind(
    "Node port",
    "entrance",
    "A port that is open on every node, whichever node runs the pod.",
  ),
  loadBalancer: kind(
    "Load balancer",
    "entrance",
    "A stable AWS address that spreads requests over its targets.",
  ),
  controlPlane: kind(
    "EKS control plane",
    "machine",
    "The Kubernetes API server and its database, which AWS runs.",
  ),
  interfaces: kind(
    "Network interfaces",
    "machine",
    "The control plane's addresses in your network, for the nodes to call.",
  ),
  machines: kind(
    "EC2 instances",
    "machine",
    "The machines of the node group, on which the pods run.",
  ),
  scalingGroup: kind(
    "Auto Scaling group",
    "machine",
    "Starts and terminates machines until their number is the desired one.",
  ),
  service: kind(
    "Service",
    "workload",
    "A stable name and address in front of pods that come and go.",
  ),
  pods: kind("Pod", "workload", "One or more containers that run together on a node."),
  release: kind(
    "Helm release",
    "workload",
    "An installed chart: its pods and everything they need.",
  ),
  addOn: kind("EKS add-on", "workload", "A part of Kubernetes that EKS installs in kube-system."),
  addOns: kind("EKS add-ons", "workload", "Parts of Kubernetes that EKS installs in kube-system."),
  ingress: kind("Ingress", "workload", "Rules that map hosts and paths to Services."),
  others: kind(
    "Services and pods",
    "workload",
    "Services inside the cluster that no arrow leads to, drawn as one.",
  ),
  anyPod: kind(
    "Pods",
    "identity",
    "Any pod that can get the node's credentials, whatever program it runs.",
  ),
  serviceAccount: kind(
    "Service account",
    "workload",
    "The identity that Kubernetes gives to a pod.",
  ),
  role: kind(
    "IAM role",
    "identity",
    "Rights in AWS, for the principals that its trust policy names.",
  ),
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
