/** An EKS cluster in moto, as the program creates one; a test changes what it tests. */
import { request } from "node:http";
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  AuthorizeSecurityGroupIngressCommand,
  EC2Client,
  RegisterImageCommand,
  type IpPermission,
} from "@aws-sdk/client-ec2";
import { CreateClusterCommand, CreateNodegroupCommand, EKSClient } from "@aws-sdk/client-eks";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { irsaTrust, serviceTrust, type PolicyDocument } from "../../../components/iam";
import { useMoto } from "../cluster";
import { CLUSTER, ME } from "./look";
import { serve } from "./pages";

const ACCOUNT = "123456789012";

/** Differences from what the program creates. */
export interface EksChange {
  readonly version?: string;
  readonly publicAccessCidrs?: string[];
  readonly endpointPrivateAccess?: boolean;
  readonly sizes?: { minSize: number; desiredSize: number; maxSize: number };
  readonly image?: string;
  readonly withoutTemplate?: boolean;
  readonly withoutGroup?: boolean;
  /** Rules of the cluster's own group. @default all traffic from ME */
  readonly rules?: IpPermission[];
  /** Rules of the nodes' group. @default none */
  readonly nodeRules?: IpPermission[];
  readonly clusterPolicies?: string[];
  readonly nodePolicies?: string[];
  readonly nodeInline?: PolicyDocument;
}

/** What was created. */
interface MadeEks {
  readonly autoScalingGroup: string;
  readonly issuer: string;
  readonly nodeGroup: string;
  readonly subnet: string;
}

/** All traffic from somewhere. */
export function allTraffic(block: string): IpPermission {
  return { IpProtocol: "-1", IpRanges: [{ CidrIp: block }] };
}

/** One TCP port from somewhere. */
export function port(number: number, block: string): IpPermission {
  return { IpProtocol: "tcp", FromPort: number, ToPort: number, IpRanges: [{ CidrIp: block }] };
}

const VARIABLES = {
  AWS_ACCESS_KEY_ID: "a-key-of-tests",
  AWS_SECRET_ACCESS_KEY: "a-secret-of-tests",
  AWS_REGION: "us-east-1",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
};

/** Lets the SDK, here and in what a test starts, ask moto; gives what makes a cluster there. */
export function useEks() {
  const moto = useMoto();
  const before_ = new Map<string, string | undefined>();
  beforeEach(() => {
    const wanted = { ...VARIABLES, AWS_ENDPOINT_URL: moto().endpoint };
    for (const [name, value] of Object.entries(wanted)) {
      before_.set(name, process.env[name]);
      process.env[name] = value;
    }
  });
  afterEach(() => {
    for (const [name, value] of before_) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  return { moto, make, role, inline };
}

const region = { region: "us-east-1" };

/** Creates a role. @returns its ARN */
export async function role(
  name: string,
  trust: PolicyDocument,
  policies: readonly string[] = [],
): Promise<string> {
  const iam = new IAMClient(region);
  await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  for (const policy of policies) {
    const PolicyArn = `arn:aws:iam::aws:policy/${policy}`;
    await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
  }
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

/** Adds an inline policy to a role. */
async function inline(name: string, policy: string, document: PolicyDocument): Promise<void> {
  const command = new PutRolePolicyCommand({
    RoleName: name,
    PolicyName: policy,
    PolicyDocument: JSON.stringify(document),
  });
  await new IAMClient(region).send(command);
}

/** The trust of a service account, as the program writes it. */
export function trustOf(issuer: string, account: string): PolicyDocument {
  const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer}`;
  return irsaTrust(arn, issuer, { namespace: "kube-system", name: account });
}

async function securityGroup(
  ec2: EC2Client,
  VpcId: string,
  name: string,
  rules: IpPermission[],
): Promise<string> {
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId }),
  );
  if (rules.length > 0) {
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: rules }));
  }
  return GroupId;
}

/** Changes the number of instances of an Auto Scaling group. */
export async function scale(group: string, size: number): Promise<void> {
  await new AutoScalingClient(region).send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: group, DesiredCapacity: size }),
  );
}

async function make(change: EksChange = {}): Promise<MadeEks> {
  const ec2 = new EC2Client(region);
  const eks = new EKSClient(region);
  const version = change.version ?? "1.36";
  const roleArn = await role(
    "cluster-role",
    serviceTrust("eks.amazonaws.com"),
    change.clusterPolicies ?? ["AmazonEKSClusterPolicy"],
  );
  const nodePolicies = change.nodePolicies ?? [
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryReadOnly",
  ];
  const nodeRole = await role("node-role", serviceTrust("ec2.amazonaws.com"), nodePolicies);
  if (change.nodeInline) await inline("node-role", "more", change.nodeInline);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const VpcId = Vpc!.VpcId!;
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.0.0.0/20" }));
  const subnet = Subnet!.SubnetId!;
  const access = await securityGroup(ec2, VpcId, "access", change.rules ?? [allTraffic(ME)]);
  const firewall = await securityGroup(ec2, VpcId, "firewall", change.nodeRules ?? []);
  const { cluster } = await eks.send(
    new CreateClusterCommand({
      name: CLUSTER,
      version,
      roleArn,
      resourcesVpcConfig: {
        subnetIds: [subnet],
        securityGroupIds: [access],
        publicAccessCidrs: change.publicAccessCidrs ?? [ME],
        endpointPublicAccess: true,
        endpointPrivateAccess: change.endpointPrivateAccess ?? true,
      },
    }),
  );
  const issuer = cluster!.identity!.oidc!.issuer!.replace("https://", "");
  if (change.withoutGroup) return { autoScalingGroup: "", issuer, nodeGroup: "", subnet };
  const { ImageId } = await ec2.send(
    new RegisterImageCommand({
      Name: change.image ?? `amazon-eks-node-al2023-x86_64-standard-${version}-v20261101`,
    }),
  );
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: "nodes",
      LaunchTemplateData: { ImageId, SecurityGroupIds: [firewall] },
    }),
  );
  const launchTemplate = { id: LaunchTemplate!.LaunchTemplateId!, version: "1" };
  const sizes = change.sizes ?? { minSize: 2, desiredSize: 3, maxSize: 4 };
  const { nodegroup } = await eks.send(
    new CreateNodegroupCommand({
      clusterName: CLUSTER,
      nodegroupName: "nodes",
      nodeRole,
      subnets: [subnet],
      scalingConfig: sizes,
      ...(!change.withoutTemplate && { launchTemplate }),
    }),
  );
  // moto names a group that it does not create.
  const autoScalingGroup = nodegroup!.resources!.autoScalingGroups![0]!.name!;
  await new AutoScalingClient(region).send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: autoScalingGroup,
      MinSize: sizes.minSize,
      MaxSize: sizes.maxSize,
      DesiredCapacity: sizes.desiredSize,
      VPCZoneIdentifier: subnet,
      LaunchTemplate: { LaunchTemplateId: launchTemplate.id, Version: "1" },
    }),
  );
  return { autoScalingGroup, issuer, nodeGroup: "nodes", subnet };
}

/**
 * A stand-in for what moto lacks, EKS's pod identity associations: answers their requests with
 * the given associations, and passes all others on to moto. `replace` changes an answer of moto's.
 */
export async function standIn(
  moto: string,
  associations: readonly { serviceAccount: string; roleArn: string }[],
  replace: (body: string, path: string) => string = (body) => body,
): Promise<void> {
  const { port: own } = await serve((question, response) => {
    const path = question.url ?? "/";
    const one = /pod-identity-associations\/a-(\d+)/.exec(path)?.[1];
    if (path.includes("/pod-identity-associations")) {
      const wanted = new URL(path, moto).searchParams.get("serviceAccount");
      const all = associations.map((each, i) => ({ ...each, associationId: `a-${i}` }));
      const answer =
        one === undefined
          ? { associations: all.filter((each) => each.serviceAccount === wanted) }
          : { association: all[Number(one)] };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
      return;
    }
    const { hostname, port: at } = new URL(moto);
    const onward = request(
      { hostname, port: at, path, method: question.method, headers: question.headers },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          const body = replace(Buffer.concat(chunks).toString("utf8"), path);
          response.writeHead(answer.statusCode ?? 500, {
            "content-type": answer.headers["content-type"] ?? "",
          });
          response.end(body);
        });
      },
    );
    question.pipe(onward);
  });
  process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${own}`;
}
