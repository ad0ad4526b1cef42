/**
 * EKS's own controller of Services of type LoadBalancer, the real one of cloud-provider-aws, on moto's
 * imitation of AWS: with the network, the groups and the instance that a node of the program's has.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  AssociateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RegisterImageCommand,
  RunInstancesCommand,
  type IpPermission,
  type Tag,
} from "@aws-sdk/client-ec2";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { isInstalled, program } from "../cluster/installed";
import { Moto, noMotoBecause } from "../cluster/moto";
import { Daemon } from "../cluster/processes";
import type { ControlPlane } from "../cluster/cluster";

const REGION = "us-east-1";
const CREDENTIALS = { accessKeyId: "a-key-of-tests", secretAccessKey: "a-secret-of-tests" };

/** Why the controller cannot be started; undefined if it can. */
export function noCloudControllerBecause(): string | undefined {
  if (isInstalled("cloud-controller")) return noMotoBecause();
  return "no AWS cloud controller: run bash tests/real/setup.sh cloud-controller";
}

/** A Network Load Balancer in moto. */
export interface Balancer {
  readonly name: string;
  readonly host: string;
  readonly type: string;
  /** Tags of the load balancer, its listeners and its target groups. */
  readonly tags: Readonly<Record<string, string>>[];
  /** Port of the balancer, and the port of the node that it sends to. */
  readonly ports: readonly { readonly port: number; readonly nodePort: number }[];
  readonly targets: readonly string[];
}

/** An AWS account in moto, with one instance. */
export class Cloud {
  readonly ec2: EC2Client;
  readonly elb: ElasticLoadBalancingV2Client;
  private controller: Daemon | undefined;

  private constructor(
    readonly moto: Moto,
    private readonly cluster: string,
    readonly subnetBlocks: readonly string[],
    private readonly made: {
      vpc: string;
      subnet: string;
      instance: string;
      clusterGroup: string;
      nodeGroup: string;
    },
  ) {
    const options = { region: REGION, endpoint: moto.endpoint, credentials: CREDENTIALS };
    this.ec2 = new EC2Client(options);
    this.elb = new ElasticLoadBalancingV2Client(options);
  }

  /** Starts moto, and creates a node's network and groups there. */
  static async start(cluster: string): Promise<Cloud> {
    const moto = await Moto.start();
    const client = { region: REGION, endpoint: moto.endpoint, credentials: CREDENTIALS };
    const blocks = ["10.0.0.0/20", "10.0.16.0/20"];
    return new Cloud(moto, cluster, blocks, await makeNode(new EC2Client(client), cluster, blocks));
  }

  /** The node's provider id. */
  get providerID(): string {
    return `aws:///${REGION}a/${this.made.instance}`;
  }

  /** Starts the controller. */
  control(plane: ControlPlane): void {
    const config = join(plane.directory, "cloud.conf");
    const { vpc, subnet } = this.made;
    const services = ["EC2", "Elastic Load Balancing", "Elastic Load Balancing v2", "KMS"];
    const overrides = services.map(
      (service, i) =>
        `[ServiceOverride "${i}"]\nService=${service}\nRegion=${REGION}\nURL=${this.moto.endpoint}\nSigningRegion=${REGION}\n`,
    );
    const lines = [`Zone=${REGION}a`, `VPC=${vpc}`, `SubnetID=${subnet}`];
    const global = ["[Global]", ...lines, `KubernetesClusterID=${this.cluster}`, ""];
    writeFileSync(config, `${global.join("\n")}\n${overrides.join("")}`);

    this.controller = Daemon.start(
      "the AWS cloud controller",
      program("cloud-controller", "aws-cloud-controller-manager"),
      [
        `--kubeconfig=${plane.kubeconfig}`,
        "--cloud-provider=aws",
        `--cloud-config=${config}`,
        `--cluster-name=${this.cluster}`,
        "--controllers=service-lb-controller",
        "--leader-elect=false",
        "--secure-port=0",
        "--webhook-bind-address=127.0.0.1",
        "--webhook-secure-port=0",
        "--configure-cloud-routes=false",
        "--v=2",
      ],
      join(plane.directory, "cloud-controller.log"),
      {
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        AWS_REGION: REGION,
        AWS_ENDPOINT_URL: this.moto.endpoint,
        AWS_EC2_METADATA_DISABLED: "true",
      },
    );
  }

  /** The last lines that the controller wrote. */
  get lastWords(): string {
    return this.controller?.lastWords ?? "";
  }

  /** All load balancers. */
  async balancers(): Promise<Balancer[]> {
    const { LoadBalancers = [] } = await this.elb.send(new DescribeLoadBalancersCommand({}));
    return Promise.all(
      LoadBalancers.map(async (balancer) => {
        const of = { LoadBalancerArn: balancer.LoadBalancerArn };
        const { TargetGroups = [] } = await this.elb.send(new DescribeTargetGroupsCommand(of));
        const { Listeners = [] } = await this.elb.send(new DescribeListenersCommand(of));
        const arns = [
          balancer.LoadBalancerArn!,
          ...Listeners.map((each) => each.ListenerArn!),
          ...TargetGroups.map((each) => each.TargetGroupArn!),
        ];
        const { TagDescriptions = [] } = await this.elb.send(
          new DescribeTagsCommand({ ResourceArns: arns }),
        );
        const targets = await Promise.all(
          TargetGroups.map(({ TargetGroupArn }) =>
            this.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
          ),
        );
        const portOf = (arn: string | undefined): number =>
          TargetGroups.find((each) => each.TargetGroupArn === arn)?.Port ?? 0;
        return {
          name: balancer.LoadBalancerName!,
          host: balancer.DNSName!,
          type: balancer.Type!,
          tags: TagDescriptions.map(({ Tags = [] }) =>
            Object.fromEntries(Tags.map((tag) => [tag.Key!, tag.Value!])),
          ),
          ports: Listeners.map((each) => ({
            port: each.Port!,
            nodePort: portOf(each.DefaultActions?.[0]?.TargetGroupArn),
          })),
          targets: targets
            .flatMap(({ TargetHealthDescriptions = [] }) => TargetHealthDescriptions)
            .map((each) => each.Target!.Id!),
        };
      }),
    );
  }

  /** Target groups, also those without a load balancer. */
  async targetGroups(): Promise<string[]> {
    const { TargetGroups = [] } = await this.elb.send(new DescribeTargetGroupsCommand({}));
    return TargetGroups.map((each) => each.TargetGroupName!);
  }

  /** The rules of the cluster's own group and of the nodes' group. */
  async rules(): Promise<{ cluster: IpPermission[]; nodes: IpPermission[] }> {
    const of = async (GroupId: string): Promise<IpPermission[]> => {
      const command = new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] });
      return (await this.ec2.send(command)).SecurityGroups![0]!.IpPermissions ?? [];
    };
    return { cluster: await of(this.made.clusterGroup), nodes: await of(this.made.nodeGroup) };
  }

  /** The instance behind the node. */
  get instance(): string {
    return this.made.instance;
  }

  async stop(): Promise<void> {
    await this.controller?.stop();
    await this.moto.stop();
  }
}

/** A VPC with two public subnets, EKS's group for the cluster, the nodes' group, and an instance. */
async function makeNode(ec2: EC2Client, cluster: string, blocks: readonly string[]) {
  const tagged = (kind: string, ...Tags: Tag[]) => [{ ResourceType: kind, Tags }] as never;
  const owned = { Key: `kubernetes.io/cluster/${cluster}`, Value: "owned" };
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const VpcId = Vpc!.VpcId!;
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway!.InternetGatewayId!;
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId: GatewayId }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable!.RouteTableId!;
  const DestinationCidrBlock = "0.0.0.0/0";
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId }));
  const subnets: string[] = [];
  for (const [i, CidrBlock] of blocks.entries()) {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId,
        CidrBlock,
        AvailabilityZone: `${REGION}${"ab"[i]}`,
        TagSpecifications: tagged("subnet", owned, { Key: "kubernetes.io/role/elb", Value: "1" }),
      }),
    );
    const SubnetId = Subnet!.SubnetId!;
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    subnets.push(SubnetId);
  }
  const group = async (GroupName: string, ...tags: Tag[]): Promise<string> => {
    const TagSpecifications = tags.length > 0 ? tagged("security-group", ...tags) : undefined;
    const group = { GroupName, Description: GroupName, VpcId, TagSpecifications };
    return (await ec2.send(new CreateSecurityGroupCommand(group))).GroupId!;
  };
  const clusterGroup = await group(`eks-cluster-sg-${cluster}`, owned);
  const nodeGroup = await group("nodes");
  const { ImageId } = await ec2.send(new RegisterImageCommand({ Name: "a node's image" }));
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId,
      MinCount: 1,
      MaxCount: 1,
      InstanceType: "t3.large",
      SubnetId: subnets[0],
      SecurityGroupIds: [clusterGroup, nodeGroup],
      TagSpecifications: tagged("instance", owned),
    }),
  );
  const instance = Instances![0]!.InstanceId!;
  return { vpc: VpcId, subnet: subnets[0]!, instance, clusterGroup, nodeGroup };
}
