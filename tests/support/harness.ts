/**
 * The one harness of the tests: the program, or some components of it, through Pulumi's mock
 * runtime, on the strict simulated cloud. A type or function that the cloud does not know throws.
 */
import assert from "node:assert/strict";
import program = require("../../index");
import { SimulatedCloud } from "../../tools/cloud";
import type { RecordedResource, RunResult, StackState } from "../../tools/rehearse/records";
import { run } from "../../tools/rehearse/run";

export { MY_ADDRESS } from "../../tools/shared/network";

/** Short names of the types that the tests ask for. */
export const TYPES = {
  accessEntry: "aws:eks/accessEntry:AccessEntry",
  accessPolicy: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  addon: "aws:eks/addon:Addon",
  association: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  awsProvider: "pulumi:providers:aws",
  cluster: "eks:index:Cluster",
  deployment: "kubernetes:apps/v1:Deployment",
  eip: "aws:ec2/eip:Eip",
  ingress: "kubernetes:networking.k8s.io/v1:Ingress",
  ingressRule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  key: "aws:kms/key:Key",
  kubernetesProvider: "pulumi:providers:kubernetes",
  launchTemplate: "aws:ec2/launchTemplate:LaunchTemplate",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  managedNodeGroup: "eks:index:ManagedNodeGroup",
  namespace: "kubernetes:core/v1:Namespace",
  natGateway: "aws:ec2/natGateway:NatGateway",
  pod: "kubernetes:core/v1:Pod",
  release: "kubernetes:helm.sh/v3:Release",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  route: "aws:ec2/route:Route",
  routeTable: "aws:ec2/routeTable:RouteTable",
  routeTableAssociation: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  service: "kubernetes:core/v1:Service",
  subnet: "aws:ec2/subnet:Subnet",
  vpc: "aws:ec2/vpc:Vpc",
  vpcEndpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
} as const;

export type TypeName = keyof typeof TYPES;

/** A finished run, and queries on it. Names are logical names. */
export class Run {
  constructor(readonly result: RunResult) {}

  get resources(): readonly RecordedResource[] {
    return this.result.resources;
  }

  get outputs(): Record<string, unknown> {
    return this.result.outputs;
  }

  all(type: TypeName): RecordedResource[] {
    return this.resources.filter((resource) => resource.type === TYPES[type]);
  }

  /** The only resource of a type, or the resource of that name. */
  one(type: TypeName, name?: string): RecordedResource {
    const found = this.all(type).filter((r) => name === undefined || r.name === name);
    const names = this.all(type).map((r) => r.name);
    assert.equal(found.length, 1, `one ${type} ${name ?? ""}, of ${names.join(", ") || "none"}`);
    return found[0]!;
  }

  component(kind: string, name?: string): RecordedResource {
    const type = `eks-exercises-components:index:${kind}`;
    const found = this.resources.filter(
      (r) => r.type === type && (name === undefined || r.name === name),
    );
    assert.equal(found.length, 1, `one component ${kind} ${name ?? ""}`);
    return found[0]!;
  }

  byUrn(urn: string | undefined): RecordedResource {
    const found = this.resources.find((resource) => resource.urn === urn);
    assert.ok(found, `a resource ${urn}`);
    return found;
  }

  /** The resources that a resource depends on, directly or not, in the engine's sense. */
  needs(resource: RecordedResource): RecordedResource[] {
    const seen = new Set<RecordedResource>();
    const visit = (next: RecordedResource): void => {
      const urns = [...next.dependencies, next.parent, next.provider];
      for (const urn of urns) {
        const found = this.resources.find((r) => r.urn === urn);
        if (!found || seen.has(found)) continue;
        seen.add(found);
        visit(found);
      }
    };
    visit(resource);
    return [...seen];
  }
}

/** A stack's configuration: sections and values as the stack file has them. */
export type Config = Record<string, unknown>;

/** Options of a run besides its configuration. */
export interface Surroundings {
  readonly stack?: string;
  readonly preview?: boolean;
  readonly cloud?: SimulatedCloud;
  readonly stacks?: ReadonlyMap<string, StackState>;
  readonly region?: string;
  readonly secretKeys?: readonly string[];
}

const PROJECT = "eks-exercises";

/** A configuration as Pulumi passes it: full keys, structured values as JSON. */
export function rawConfig(config: Config, region = "us-east-1"): Record<string, string> {
  const entries = Object.entries({ name: "student", ...config }).map(([key, value]) => [
    `${PROJECT}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return { "aws:region": region, ...(Object.fromEntries(entries) as Record<string, string>) };
}

/** Runs a test's own program; the result has its errors. */
export async function attempt(
  program: () => unknown,
  config: Config,
  around: Surroundings = {},
): Promise<Run> {
  const { stack = "test", cloud = new SimulatedCloud(), region, ...rest } = around;
  return new Run(
    await run({
      organization: "organization",
      project: PROJECT,
      stack,
      config: rawConfig(config, region),
      program,
      cloud,
      ...rest,
    }),
  );
}

/** Runs the real program; the result has its errors. */
export async function attemptStack(config: Config, around?: Surroundings): Promise<Run> {
  return attempt(program, config, around);
}

/** Runs the real program, which must succeed. */
export async function runStack(config: Config, around?: Surroundings): Promise<Run> {
  return succeeded(await attemptStack(config, around));
}

/** Runs components that a test creates, which must succeed. */
export async function runComponents(make: () => unknown, around?: Surroundings): Promise<Run> {
  return succeeded(await attempt(make, {}, around));
}

function succeeded(done: Run): Run {
  const [error] = done.result.errors;
  if (error) throw error;
  return done;
}

/** Runs a stack as another stack on the cluster of exercise-cluster, as exercises 2 to 6 do. */
export async function runOnSharedCluster(config: Config, around?: Surroundings): Promise<Run> {
  return runStack({ cluster: { stack: "exercise-cluster" }, ...config }, await shared(around));
}

/** The options of a stack that uses the cluster of exercise-cluster. */
export async function shared(around: Surroundings = {}): Promise<Surroundings> {
  const cloud = new SimulatedCloud();
  const stack = "exercise-cluster";
  const cluster = await runStack({ cluster: { create: {} }, sockShop: {} }, { stack, cloud });
  const stacks = new Map([[`organization/${PROJECT}/${stack}`, cluster.result.state]]);
  return { cloud, stacks, ...around };
}

/** Reads a value deep within properties: `at(service, "inputs.spec.ports.0.nodePort")`. */
export function at(from: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], from);
}
