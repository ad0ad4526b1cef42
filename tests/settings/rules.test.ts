import assert from "node:assert/strict";
import type { Problem } from "../../settings/problems";
import { type Config } from "../support/harness";
import { KIND } from "../support/kubeconfigs";
import { CREATED, mendable, problemOf, settingsOf, SHARED, type Parsing } from "../support/parsing";

const SOURCES = "exactly one of create, stack, kubeconfig";
const SHARE = "pulumi config set --path cluster.stack exercise-cluster -s test";
const AMD64 =
  "t3.medium, t3.large, t3.xlarge, t3.2xlarge, t3a.medium, t3a.large, t3a.xlarge, m5.large, m5.xlarge, m6i.large, m6i.xlarge, m7i.large, m7i.xlarge";
const INSTANCE_TYPE = "cluster.create.nodes.instanceType";
const LARGE = `pulumi config set --path ${INSTANCE_TYPE} t3.large -s test`;
const REGION = {
  path: "aws:region",
  allowed: "an AWS region, such as us-east-1",
  fix: "pulumi config set aws:region us-east-1 -s test",
};

/** The command that sorts node counts. */
function inOrder(counts: Record<string, number>): string {
  const sorted = Object.values(counts).sort((a, b) => a - b);
  return Object.entries(counts)
    .flatMap(([name, count], i) =>
      sorted[i] === count
        ? []
        : `pulumi config set --path cluster.create.nodes.${name} ${sorted[i]} -s test`,
    )
    .join(" && ");
}

const nodes = (values: Config): Config => ({ cluster: { create: { nodes: values } } });

/** Each rule, broken alone. */
const BROKEN: [title: string, config: Config, problem: Problem, parsing?: Parsing][] = [
  ["has a cluster", { name: "a" }, { path: "cluster", allowed: SOURCES, fix: SHARE }],
  [
    "says where the cluster comes from",
    { cluster: {} },
    { path: "cluster", value: [], allowed: SOURCES, fix: SHARE },
  ],
  [
    "has one source of a cluster, not two",
    { cluster: { create: {}, stack: "exercise-cluster" } },
    {
      path: "cluster",
      value: ["create", "stack"],
      allowed: SOURCES,
      fix: "pulumi config rm --path cluster.stack -s test\n    or: pulumi config rm --path cluster.create -s test",
    },
  ],
  ...["test", "organization/eks-exercises/test"].map((value): [string, Config, Problem] => [
    `does not take its cluster from itself: ${value}`,
    { cluster: { stack: value } },
    {
      path: "cluster.stack",
      value,
      allowed: "the name of another stack: a stack cannot take its cluster from itself",
      fix: SHARE,
    },
  ]),
  ...[
    { minSize: 4, desiredSize: 3, maxSize: 5 },
    { minSize: 2, desiredSize: 5, maxSize: 4 },
    { minSize: 5, desiredSize: 4, maxSize: 3 },
  ].map((value): [string, Config, Problem] => [
    `has its node counts in order: ${Object.values(value).join(", ")}`,
    nodes(value),
    {
      path: "cluster.create.nodes",
      value,
      allowed: "minSize <= desiredSize <= maxSize",
      fix: inOrder(value),
    },
  ]),
  [
    "counts what is not set too: minSize 4 is more than desiredSize, which is 3",
    nodes({ minSize: 4 }),
    {
      path: "cluster.create.nodes",
      value: { minSize: 4, desiredSize: 3, maxSize: 4 },
      allowed: "minSize <= desiredSize <= maxSize",
      fix: "pulumi config set --path cluster.create.nodes.minSize 3 -s test && pulumi config set --path cluster.create.nodes.desiredSize 4 -s test",
    },
  ],
  [
    "has nodes that hold the pods",
    nodes({ instanceType: "t3.small" }),
    {
      path: INSTANCE_TYPE,
      value: "t3.small",
      allowed: `types that hold the chapter's pods on minSize nodes (2 x t3.small hold 22 of 24 pods, 2898 of 3676 MiB of memory that the chapter needs): ${AMD64}`,
      fix: LARGE,
    },
  ],
  [
    "has nodes of the architecture of SockShop's images",
    nodes({ instanceType: "m7g.large" }),
    {
      path: INSTANCE_TYPE,
      value: "m7g.large",
      allowed: `amd64 types, as SockShop's images are: ${AMD64}`,
      fix: LARGE,
    },
  ],
  ["has a region, to create a cluster in", CREATED, REGION, { region: undefined }],
  ...[
    ["us-east", "us-east-1"],
    ["us-east-1a", "us-east-1"],
    ["US-EAST-1", "us-east-1"],
    ["eu-west-1b", "eu-west-1"],
    ["eu-west-9", "eu-west-1"],
    ["", "us-east-1"],
    ["Virginia", "us-east-1"],
  ].map(([region, meant]): [string, Config, Problem, Parsing] => [
    `has a region that AWS has, which is not: ${JSON.stringify(region)}`,
    CREATED,
    { ...REGION, value: region, fix: `pulumi config set aws:region ${meant} -s test` },
    { region },
  ]),
  [
    "has an EKS cluster for the autoscaler",
    { ...KIND, autoscaler: {} },
    {
      path: "autoscaler",
      value: { permissions: "irsa" },
      allowed: "only with an EKS cluster: it changes the size of an Auto Scaling group",
      fix: "pulumi config rm autoscaler -s test",
    },
  ],
  [
    "has an EKS cluster for the controller alb",
    { ...KIND, ingress: { controller: "alb" } },
    {
      path: "ingress.controller",
      value: "alb",
      allowed: "nginx, ingress-nginx on a cluster that is not on EKS",
      fix: "pulumi config set --path ingress.controller nginx -s test",
    },
  ],
  [
    "has a shop where a new cluster has an ingress",
    { ...CREATED, ingress: {} },
    {
      path: "sockShop",
      allowed: "present, if a new cluster has an ingress: sock-shop-ingress routes to the shop",
      fix: "pulumi config set --path sockShop.nodePort 30001 -s test",
    },
  ],
  ...["ClusterIP", "LoadBalancer", "none", undefined].map((service): [string, Config, Problem] => [
    `has a node port with a service of type NodePort only: ${service ?? "none set"}`,
    { ...SHARED, jenkins: { service, nodePort: 32000 } },
    {
      path: "jenkins.nodePort",
      value: 32000,
      allowed: `nothing: a service of type ${service ?? "ClusterIP"} gets no node port`,
      fix: "pulumi config rm --path jenkins.nodePort -s test\n    or: pulumi config set --path jenkins.service NodePort -s test",
    },
  ]),
  [
    "has another port for Jenkins than for the shop: both set",
    {
      ...CREATED,
      sockShop: { nodePort: 31000 },
      jenkins: { service: "NodePort", nodePort: 31000 },
    },
    {
      path: "jenkins.nodePort",
      value: 31000,
      allowed: "another port than sockShop.nodePort (31000)",
      fix: "pulumi config set --path jenkins.nodePort 32000 -s test",
    },
  ],
  [
    "has another port for Jenkins than for the shop: Jenkins' own by default",
    { ...CREATED, sockShop: { nodePort: 32000 }, jenkins: { service: "NodePort" } },
    {
      path: "jenkins.nodePort",
      value: 32000,
      allowed: "another port than sockShop.nodePort (32000)",
      fix: "pulumi config set --path jenkins.nodePort 32001 -s test",
    },
  ],
  [
    "names the callers of a load balancer whose network nobody knows",
    { ...KIND, jenkins: { service: "LoadBalancer" } },
    {
      path: "allowedCidrs",
      allowed:
        "the blocks that may reach a load balancer outside EKS, such as kind's network: your address there cannot be looked up",
      fix: "pulumi config set --path 'allowedCidrs[0]' 172.18.0.0/16 -s test",
    },
  ],
];

/** What is near to breaking a rule, and breaks none. */
const KEPT: [title: string, config: Config, parsing?: Parsing][] = [
  ["a stack of the same name in another project", { cluster: { stack: "a/b/test" } }],
  ["node counts that are all the same", nodes({ minSize: 3, desiredSize: 3, maxSize: 3 })],
  ["a type that would be too small on fewer nodes", nodes({ instanceType: "t3.medium" })],
  ["regions of all partitions", CREATED, { region: "us-gov-west-1" }],
  ["another stack's cluster without a region: it is that stack's", SHARED, { region: undefined }],
  ["a cluster of kind without a region", KIND, { region: undefined }],
  ["an ingress on a cluster of kind, whose shop may be there", { ...KIND, ingress: {} }],
  ["an ingress on another stack's cluster", { ...SHARED, ingress: { controller: "alb" } }],
  [
    "the port of the shop for a service of Jenkins that has none",
    { ...CREATED, sockShop: { nodePort: 32000 }, jenkins: {} },
  ],
  [
    "a load balancer of kind for named callers",
    { ...KIND, jenkins: { service: "LoadBalancer" }, allowedCidrs: ["172.18.0.0/16"] },
  ],
  [
    "a NodePort service of kind without callers: no firewall is ours there",
    { ...KIND, jenkins: { service: "NodePort" } },
  ],
];

describe("settings: a stack", () => {
  for (const [title, config, problem, parsing] of BROKEN) {
    it(title, () => {
      const { fix, ...refused } = problem;
      assert.deepEqual(mendable(config, parsing), refused);
      assert.equal(problemOf(config, parsing).fix, fix);
    });
  }

  for (const [title, config, parsing] of KEPT) {
    it(`may have ${title}`, () => {
      assert.equal(settingsOf(config, parsing).name, "student");
    });
  }
});
