/** What AWS refuses to create: taken names, what is not there, and nodes that could not join. */
import type { CreateRequest, Props, Surroundings } from "./types";
import { demand, having, hasCni, nodesOf, policiesOf, roleByArn, T } from "./world";

type Refusal = (request: CreateRequest, around: Surroundings) => void;

const vpcExists: Refusal = ({ inputs: { vpcId } }, around) =>
  demand(
    around.find(T.vpc, vpcId),
    `InvalidVpcID.NotFound: The vpc ID '${String(vpcId)}' does not exist`,
  );

function uniqueBy(type: string, inputs: readonly string[], message: (inputs: Props) => string) {
  const refusal: Refusal = (request, around) => {
    const taken = around
      .ofType(type)
      .some((other) => inputs.every((input) => other.inputs[input] === request.inputs[input]));
    demand(!taken, message(request.inputs));
  };
  return refusal;
}

function roleExists(input: string): Refusal {
  return ({ inputs }, around) =>
    demand(
      around.find(T.role, inputs[input]),
      `NoSuchEntity: The role with name ${String(inputs[input])} cannot be found.`,
    );
}

const clusterExists: Refusal = ({ inputs: { clusterName } }, around) =>
  demand(
    around.find(T.cluster, clusterName),
    `ResourceNotFoundException: No cluster found for name: ${String(clusterName)}.`,
  );

const subnet: Refusal = (request, around) => {
  vpcExists(request, around);
  const { vpcId, cidrBlock } = request.inputs;
  const conflict = having(around, T.subnet, "vpcId", vpcId).some(
    ({ inputs }) => inputs["cidrBlock"] === cidrBlock,
  );
  demand(
    !conflict,
    `InvalidSubnet.Conflict: The CIDR '${String(cidrBlock)}' conflicts with another subnet`,
  );
};

const route: Refusal = (request, around) => {
  const { routeTableId, gatewayId } = request.inputs;
  const table = around.find(T.routeTable, routeTableId);
  const gateway = around.find(T.gateway, gatewayId);
  demand(table, `InvalidRouteTableID.NotFound: The routeTable ID '${String(routeTableId)}'`);
  demand(
    gateway,
    `InvalidGatewayID.NotFound: The gateway ID '${String(gatewayId)}' does not exist`,
  );
  demand(
    gateway.inputs["vpcId"] === table.inputs["vpcId"],
    `InvalidParameterValue: route table ${table.id} and network gateway ${gateway.id} belong to different networks`,
  );
  uniqueBy(
    T.route,
    ["routeTableId", "destinationCidrBlock"],
    () => "RouteAlreadyExists",
  )(request, around);
};

const groupExists = (around: Surroundings, id: unknown): void =>
  demand(
    around.find(T.securityGroup, id) ?? around.find(T.hiddenGroup, id),
    `InvalidGroup.NotFound: The security group '${String(id)}' does not exist`,
  );

const rule: Refusal = (request, around) => {
  groupExists(around, request.inputs["securityGroupId"]);
  uniqueBy(
    T.rule,
    ["securityGroupId", "ipProtocol", "fromPort", "toPort", "cidrIpv4"],
    ({ cidrIpv4 }) =>
      `InvalidPermission.Duplicate: the specified rule "peer: ${String(cidrIpv4)}" already exists`,
  )(request, around);
};

const cluster: Refusal = ({ inputs }, around) => {
  demand(
    !around.find(T.cluster, inputs["name"]),
    `ResourceInUseException: Cluster already exists with name: ${String(inputs["name"])}`,
  );
  const role = roleByArn(around, inputs["roleArn"]);
  demand(role, `InvalidParameterException: Role with arn: ${String(inputs["roleArn"])} not found`);
  demand(
    policiesOf(around, role.id).includes("AmazonEKSClusterPolicy"),
    `UnauthorizedOperation: role ${role.id} has no AmazonEKSClusterPolicy, so EKS cannot make its network interfaces`,
  );
  const { subnetIds, securityGroupIds = [] } = inputs["vpcConfig"] as {
    subnetIds: string[];
    securityGroupIds?: string[];
  };
  const zones = subnetIds.map((id) => {
    const found = around.find(T.subnet, id);
    demand(found, `InvalidSubnetID.NotFound: The subnet ID '${id}' does not exist`);
    return found.inputs["availabilityZone"];
  });
  demand(
    new Set(zones).size >= 2,
    "InvalidParameterException: Subnets specified must be in at least two different AZs",
  );
  for (const id of securityGroupIds) groupExists(around, id);
};

/** What EKS refuses beside a launch template, and what it refuses in one. */
function templateRefusals(inputs: Props, template: Props): void {
  if (template["imageId"] !== undefined) {
    for (const given of ["amiType", "version", "releaseVersion"]) {
      demand(
        inputs[given] === undefined,
        `InvalidParameterException: You cannot specify ${given} when the launch template names an AMI (imageId)`,
      );
    }
    demand(
      template["userData"] !== undefined,
      "NodeCreationFailure: Instances failed to join the kubernetes cluster: the launch template names an AMI, so EKS adds no user data, and it has none of its own",
    );
  }
  demand(
    inputs["instanceTypes"] === undefined || template["instanceType"] === undefined,
    "InvalidParameterException: instance types are in the launch template and in the node group; keep one",
  );
  for (const refused of ["iamInstanceProfile", "hibernationOptions", "instanceMarketOptions"]) {
    demand(
      template[refused] === undefined,
      `InvalidParameterException: Launch template should not specify ${refused} for a managed node group`,
    );
  }
}

const nodeGroup: Refusal = (request, around) => {
  clusterExists(request, around);
  const { inputs } = request;
  const owner = around.find(T.cluster, inputs["clusterName"])!;
  const failed = "NodeCreationFailure: Instances failed to join the kubernetes cluster: ";
  const role = roleByArn(around, inputs["nodeRoleArn"]);
  demand(role, `InvalidParameterException: ${String(inputs["nodeRoleArn"])} does not exist`);
  demand(
    policiesOf(around, role.id).includes("AmazonEKSWorkerNodePolicy"),
    `${failed}role ${role.id} has no AmazonEKSWorkerNodePolicy`,
  );
  demand(hasCni(around, owner), `${failed}container runtime network not ready: no VPC CNI`);
  for (const id of inputs["subnetIds"] as string[]) {
    demand(around.find(T.subnet, id), `InvalidSubnetID.NotFound: The subnet ID '${id}'`);
    const table = having(around, T.association, "subnetId", id)[0]?.inputs["routeTableId"];
    const isRouted = having(around, T.route, "routeTableId", table).length > 0;
    demand(table !== undefined && isRouted, `${failed}subnet ${id} has no way to the Internet`);
  }
  const templateId = (inputs["launchTemplate"] as { id?: string } | undefined)?.id;
  if (templateId === undefined) return;
  const template = around.find(T.template, templateId);
  demand(template, `InvalidLaunchTemplateId.NotFound: '${templateId}'`);
  templateRefusals(inputs, template.inputs);
  const groups = template.inputs["vpcSecurityGroupIds"] as string[] | undefined;
  const { clusterSecurityGroupId } = owner.outputs["vpcConfig"] as {
    clusterSecurityGroupId: string;
  };
  demand(
    groups === undefined || groups.includes(clusterSecurityGroupId),
    `${failed}the launch template lists security groups, but not the cluster's own, ${clusterSecurityGroupId}`,
  );
};

const addon: Refusal = (request, around) => {
  clusterExists(request, around);
  const { clusterName, addonName } = request.inputs;
  uniqueBy(
    T.addon,
    ["clusterName", "addonName"],
    () => `ResourceInUseException: Addon already exists: ${String(addonName)}`,
  )(request, around);
  demand(
    addonName !== "coredns" || nodesOf(around, clusterName) > 0,
    "waiting for EKS Add-On (coredns) create: unexpected state 'DEGRADED': InsufficientNumberOfReplicas: there are no nodes for its pods",
  );
};

/** What AWS refuses to create, by type. */
export const AWS_REFUSALS: Readonly<Record<string, Refusal>> = {
  [T.subnet]: subnet,
  [T.gateway]: (request, around) => {
    vpcExists(request, around);
    const isTaken = having(around, T.gateway, "vpcId", request.inputs["vpcId"]).length > 0;
    demand(!isTaken, "InvalidParameterValue: Network already has an internet gateway attached");
  },
  [T.routeTable]: vpcExists,
  [T.route]: route,
  [T.association]: uniqueBy(
    T.association,
    ["subnetId"],
    () => "Resource.AlreadyAssociated: the specified association conflicts with an existing one",
  ),
  [T.securityGroup]: (request, around) => {
    vpcExists(request, around);
    uniqueBy(
      T.securityGroup,
      ["vpcId", "name"],
      ({ name }) => `InvalidGroup.Duplicate: The security group '${String(name)}' already exists`,
    )(request, around);
  },
  [T.rule]: rule,
  [T.template]: uniqueBy(
    T.template,
    ["name"],
    () => "InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use.",
  ),
  [T.role]: uniqueBy(
    T.role,
    ["name"],
    ({ name }) => `EntityAlreadyExists: Role with name ${String(name)} already exists.`,
  ),
  [T.rolePolicy]: roleExists("role"),
  [T.attachment]: roleExists("role"),
  [T.oidc]: uniqueBy(
    T.oidc,
    ["url"],
    ({ url }) => `EntityAlreadyExists: Provider with url ${String(url)} already exists.`,
  ),
  [T.logGroup]: (request, around) => {
    const { name } = request.inputs;
    const isTaken = [T.logGroup, T.hiddenLogGroup].some((type) => around.find(type, name));
    demand(!isTaken, `ResourceAlreadyExistsException: The specified log group already exists`);
  },
  [T.cluster]: cluster,
  [T.nodeGroup]: nodeGroup,
  [T.addon]: addon,
  [T.podIdentity]: (request, around) => {
    clusterExists(request, around);
    uniqueBy(
      T.podIdentity,
      ["clusterName", "namespace", "serviceAccount"],
      () => "ResourceInUseException: Association already exists",
    )(request, around);
  },
};
