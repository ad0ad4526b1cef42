import { isJson, unless, type Rules } from "./rules";
import type { Props } from "./types";

const DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
];
const RULE_SOURCES = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];
const ROUTE_TARGETS = ["gatewayId", "natGatewayId", "networkInterfaceId", "transitGatewayId"];

const ingressRule: Rules = {
  required: ["securityGroupId", "ipProtocol"],
  exclusive: [RULE_SOURCES],
  immutable: ["securityGroupId"],
  taggable: true,
  check: ({ ipProtocol, fromPort, toPort }) =>
    ipProtocol === "-1" || ipProtocol === undefined
      ? []
      : unless(
          typeof fromPort === "number" && typeof toPort === "number" && fromPort <= toPort,
          "fromPort",
          `protocol ${ipProtocol as string} needs fromPort <= toPort`,
        ),
};

const launchTemplate: Rules = {
  exclusive: [
    ["name", "namePrefix"],
    ["vpcSecurityGroupIds", "securityGroupNames"],
  ],
  immutable: ["name", "namePrefix"],
  autoNamed: "name",
  taggable: true,
  check: ({ userData, metadataOptions }) => [
    ...unless(
      typeof userData !== "string" || /^[A-Za-z0-9+/]*={0,2}$/.test(userData),
      "userData",
      "InvalidUserData.Malformed: user data must be in base64",
    ),
    ...unless(
      ["required", "optional", undefined].includes(
        (metadataOptions as { httpTokens?: string } | undefined)?.httpTokens,
      ),
      "metadataOptions.httpTokens",
      "must be required or optional",
    ),
  ],
};

const cluster: Rules = {
  required: ["roleArn", "vpcConfig"],
  immutable: [
    "name",
    "roleArn",
    "bootstrapSelfManagedAddons",
    "encryptionConfig",
    "kubernetesNetworkConfig.serviceIpv4Cidr",
  ],
  deleteFirst: true,
  autoNamed: "name",
  taggable: true,
  check: ({ name, vpcConfig }) => {
    const { subnetIds, endpointPrivateAccess, endpointPublicAccess } = (vpcConfig ?? {}) as {
      subnetIds?: unknown[];
      endpointPrivateAccess?: boolean;
      endpointPublicAccess?: boolean;
    };
    return [
      ...unless(
        name === undefined || /^[0-9A-Za-z][\w-]{0,99}$/.test(name as string),
        "name",
        "a cluster's name has 1 to 100 letters, digits, - and _, and begins with no sign",
      ),
      ...unless(
        subnetIds === undefined || subnetIds.length >= 2,
        "vpcConfig.subnetIds",
        "InvalidParameterException: subnets specified must be in at least two different AZs",
      ),
      ...unless(
        endpointPublicAccess !== false || endpointPrivateAccess === true,
        "vpcConfig.endpointPublicAccess",
        "InvalidParameterException: public and private access cannot both be off",
      ),
    ];
  },
};

const nodeGroup: Rules = {
  required: ["clusterName", "nodeRoleArn", "scalingConfig", "subnetIds"],
  exclusive: [
    ["nodeGroupName", "nodeGroupNamePrefix"],
    ["launchTemplate", "remoteAccess"],
    ["launchTemplate", "diskSize"],
  ],
  immutable: [
    "clusterName",
    "nodeGroupName",
    "nodeRoleArn",
    "subnetIds",
    "instanceTypes",
    "amiType",
    "capacityType",
    "diskSize",
    "remoteAccess",
    "launchTemplate.id",
    "launchTemplate.name",
  ],
  autoNamed: "nodeGroupName",
  taggable: true,
  check: ({ scalingConfig }) => {
    const { minSize, desiredSize, maxSize } = scalingConfig as Record<string, number | undefined>;
    if (minSize === undefined || desiredSize === undefined || maxSize === undefined) return [];
    const isOrdered = minSize <= desiredSize && desiredSize <= maxSize && maxSize >= 1;
    const reason = "InvalidParameterException: minSize <= desiredSize <= maxSize must hold";
    return unless(isOrdered, "scalingConfig", reason);
  },
};

const key: Rules = {
  taggable: true,
  check: ({ deletionWindowInDays: days }) =>
    unless(
      days === undefined || ((days as number) >= 7 && (days as number) <= 30),
      "deletionWindowInDays",
      "expected deletionWindowInDays to be in the range (7 - 30)",
    ),
};

const logGroup: Rules = {
  exclusive: [["name", "namePrefix"]],
  immutable: ["name", "namePrefix"],
  autoNamed: "name",
  taggable: true,
  check: ({ retentionInDays }) =>
    unless(
      retentionInDays === undefined || DAYS.includes(retentionInDays as number),
      "retentionInDays",
      `expected one of ${DAYS.join(", ")}`,
    ),
};

/** Name and prefix exclude each other, wherever there are both. */
const named = { exclusive: [["name", "namePrefix"]], autoNamed: "name" };

/** The rules of the resources of AWS. */
export const AWS_RULES: Readonly<Record<string, Rules>> = {
  "aws:ec2/vpc:Vpc": { required: ["cidrBlock"], immutable: ["cidrBlock"], taggable: true },
  "aws:ec2/subnet:Subnet": {
    required: ["vpcId"],
    exclusive: [["availabilityZone", "availabilityZoneId"]],
    immutable: ["vpcId", "cidrBlock", "availabilityZone"],
    taggable: true,
  },
  "aws:ec2/internetGateway:InternetGateway": { taggable: true },
  "aws:ec2/routeTable:RouteTable": { required: ["vpcId"], immutable: ["vpcId"], taggable: true },
  "aws:ec2/route:Route": {
    required: ["routeTableId"],
    exclusive: [ROUTE_TARGETS, ["destinationCidrBlock", "destinationIpv6CidrBlock"]],
    immutable: ["routeTableId", "destinationCidrBlock"],
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    required: ["routeTableId"],
    exclusive: [["subnetId", "gatewayId"]],
    immutable: ["subnetId", "gatewayId"],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    ...named,
    immutable: ["name", "namePrefix", "vpcId", "description"],
    taggable: true,
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ingressRule,
  "aws:ec2/launchTemplate:LaunchTemplate": launchTemplate,
  "aws:iam/role:Role": {
    ...named,
    required: ["assumeRolePolicy"],
    immutable: ["name", "namePrefix", "path"],
    taggable: true,
    check: isJson("assumeRolePolicy"),
  },
  "aws:iam/rolePolicy:RolePolicy": {
    ...named,
    required: ["role", "policy"],
    immutable: ["role", "name"],
    check: isJson("policy"),
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    required: ["role", "policyArn"],
    immutable: ["role", "policyArn"],
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    required: ["url", "clientIdLists"],
    immutable: ["url"],
    taggable: true,
  },
  "aws:kms/key:Key": key,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:eks/cluster:Cluster": cluster,
  "aws:eks/nodeGroup:NodeGroup": nodeGroup,
  "aws:eks/addon:Addon": {
    required: ["clusterName", "addonName"],
    immutable: ["clusterName", "addonName"],
    deleteFirst: true,
    taggable: true,
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    required: ["clusterName", "namespace", "serviceAccount", "roleArn"],
    immutable: ["clusterName", "namespace", "serviceAccount"],
    deleteFirst: true,
    taggable: true,
  },
} satisfies Record<string, Rules & { check?(inputs: Props): unknown }>;
