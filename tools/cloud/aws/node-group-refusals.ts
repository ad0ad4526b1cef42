/** What EKS refuses of a managed node group, and nodes that could not join. */
import { having, hasCni, policiesOf, requireOrRefuse, roleByArn, T } from "../queries";
import { requireCluster } from "../refusals";
import type { CloudResource, CloudView, CreateRequest, Props } from "../types";

const FAILED = "NodeCreationFailure: Instances failed to join the kubernetes cluster: ";

/** @throws CloudError if EKS refuses the group, or its nodes could not join */
export function refuseNodeGroup({ inputs }: CreateRequest, view: CloudView): void {
  const cluster = requireCluster(view, inputs["clusterName"]);
  const role = roleByArn(view, inputs["nodeRoleArn"]);
  requireOrRefuse(
    role,
    `InvalidParameterException: ${String(inputs["nodeRoleArn"])} does not exist`,
  );
  requireOrRefuse(
    policiesOf(view, role.id).includes("AmazonEKSWorkerNodePolicy"),
    `${FAILED}role ${role.id} has no AmazonEKSWorkerNodePolicy`,
  );
  requireOrRefuse(
    hasCni(view, cluster),
    `${FAILED}container runtime network not ready: no VPC CNI`,
  );
  for (const id of inputs["subnetIds"] as string[]) requireRoutedSubnet(id, view);
  refuseTemplate(inputs, cluster, view);
}

function requireRoutedSubnet(id: string, view: CloudView): void {
  requireOrRefuse(view.find(T.subnet, id), `InvalidSubnetID.NotFound: The subnet ID '${id}'`);
  const table = having(view, T.association, "subnetId", id)[0]?.inputs["routeTableId"];
  const isRouted = having(view, T.route, "routeTableId", table).length > 0;
  requireOrRefuse(
    table !== undefined && isRouted,
    `${FAILED}subnet ${id} has no way to the Internet`,
  );
}

function refuseTemplate(inputs: Props, cluster: CloudResource, view: CloudView): void {
  const templateId = (inputs["launchTemplate"] as { id?: string } | undefined)?.id;
  if (templateId === undefined) return;
  const template = view.find(T.template, templateId);
  requireOrRefuse(template, `InvalidLaunchTemplateId.NotFound: '${templateId}'`);
  refuseBeside(inputs, template.inputs);
  const groups = template.inputs["vpcSecurityGroupIds"] as string[] | undefined;
  const { clusterSecurityGroupId } = cluster.outputs["vpcConfig"] as {
    clusterSecurityGroupId: string;
  };
  requireOrRefuse(
    groups === undefined || groups.includes(clusterSecurityGroupId),
    `${FAILED}the launch template lists security groups, but not the cluster's own, ${clusterSecurityGroupId}`,
  );
}

/** What EKS refuses beside a launch template, and what it refuses in one: launch-templates.html. */
function refuseBeside(inputs: Props, template: Props): void {
  if (template["imageId"] !== undefined) {
    for (const given of ["amiType", "version", "releaseVersion"]) {
      requireOrRefuse(
        inputs[given] === undefined,
        `InvalidParameterException: You cannot specify ${given} when the launch template names an AMI (imageId)`,
      );
    }
    requireOrRefuse(
      template["userData"] !== undefined,
      `${FAILED}the launch template names an AMI, so EKS adds no user data, and it has none of its own`,
    );
  }
  requireOrRefuse(
    inputs["instanceTypes"] === undefined || template["instanceType"] === undefined,
    "InvalidParameterException: instance types are in the launch template and in the node group; keep one",
  );
  for (const refused of ["iamInstanceProfile", "hibernationOptions", "instanceMarketOptions"]) {
    requireOrRefuse(
      template[refused] === undefined,
      `InvalidParameterException: Launch template should not specify ${refused} for a managed node group`,
    );
  }
}
