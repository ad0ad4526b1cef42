/** Clouds for the tests of what they refuse. */
import type { CloudResource } from "../../../tools/cloud";
import { T } from "../../../tools/cloud/queries";
import { StatefulCloud } from "../../../tools/cloud/stateful-cloud";

/** Inputs of a resource. */
export type Inputs = Record<string, unknown>;

/** A cloud whose time is set by hand. */
export function cloudAt(time: { now: number }) {
  const saved: CloudResource[][] = [];
  const store = {
    load: () => saved.at(-1) ?? [],
    save: (all: CloudResource[]) => saved.push(all),
  };
  const cloud = new StatefulCloud({ store, eniDelayMs: 100, now: () => time.now });
  const make = (type: string, name: string, inputs: Inputs, provider?: string) =>
    cloud.create({ urn: `urn:pulumi:s::p::${type}::${name}`, type, name, inputs, provider });
  const remove = ({ urn, id }: CloudResource) => cloud.delete(urn, id);
  return { cloud, make, remove };
}

/** A network with a cluster and two nodes, as little as will run. */
export function withNodes(time = { now: 0 }) {
  const { cloud, make, remove } = cloudAt(time);
  const vpc = make(T.vpc, "vpc", { cidrBlock: "10.0.0.0/16" });
  const subnets = ["a", "b"].map((zone, i) =>
    make(T.subnet, zone, {
      vpcId: vpc.id,
      cidrBlock: `10.0.${i}.0/24`,
      availabilityZone: zone,
      tags: { "kubernetes.io/role/elb": "1" },
    }),
  );
  const gateway = make(T.gateway, "gateway", { vpcId: vpc.id });
  const table = make(T.routeTable, "table", { vpcId: vpc.id });
  const routes = [
    make(T.route, "route", {
      routeTableId: table.id,
      gatewayId: gateway.id,
      destinationCidrBlock: "0.0.0.0/0",
    }),
    ...subnets.map(({ id }) => make(T.association, id, { routeTableId: table.id, subnetId: id })),
  ];
  const role = (name: string, policy: string) => {
    const made = make(T.role, name, { name, assumeRolePolicy: "{}" });
    const policyArn = `arn:aws:iam::aws:policy/${policy}`;
    return { made, attachment: make(T.attachment, name, { role: made.id, policyArn }) };
  };
  const clusterRole = role("cluster", "AmazonEKSClusterPolicy").made;
  const cluster = make(T.cluster, "cluster", {
    name: "c",
    roleArn: clusterRole.outputs["arn"],
    vpcConfig: { subnetIds: subnets.map(({ id }) => id) },
  });
  const nodeRole = role("node", "AmazonEKSWorkerNodePolicy").made;
  const nodeInputs = {
    clusterName: "c",
    nodeGroupName: "n",
    nodeRoleArn: nodeRole.outputs["arn"],
    subnetIds: subnets.map(({ id }) => id),
    scalingConfig: { minSize: 1, desiredSize: 2, maxSize: 3 },
  };
  const group = make(T.nodeGroup, "nodes", nodeInputs);
  const endpoint = cluster.outputs["endpoint"] as string;
  const provider = "urn:pulumi:s::p::pulumi:providers:kubernetes::k8s";
  cloud.configure(provider, { kubeconfig: JSON.stringify({ server: endpoint }) });
  const kubernetes = (type: string, name: string, inputs: Inputs) =>
    make(type, name, inputs, provider);
  const everything = { vpc, subnets, gateway, table, routes, cluster, group, nodeInputs };
  return { cloud, make, remove, kubernetes, ...everything };
}
