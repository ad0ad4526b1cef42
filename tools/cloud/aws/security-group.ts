import { autoName, awsId } from "../ids";
import { awsProvider, OBSERVED, type ResourceModel } from "../model";
import { having, interfaces, T } from "../queries";
import { EC2_ERRORS, refuseWhileUsed, requireUnique, requireVpc, textOf } from "../refusals";

export const securityGroup: ResourceModel = {
  type: T.securityGroup,
  sources: {
    schema: awsProvider("ec2/vpc_security_group"),
    create: EC2_ERRORS,
    delete: EC2_ERRORS,
    latency: OBSERVED,
  },
  exclusive: [["name", "namePrefix"]],
  immutable: ["name", "namePrefix", "vpcId", "description"],
  autoNamed: "name",
  taggable: true,
  simulate: ({ seed, name, inputs }) => ({
    id: awsId("sg", seed),
    outputs: { name: textOf(inputs, "name") || autoName(name, seed) },
  }),
  refuseCreate(request, view) {
    const { vpcId, name } = request.inputs;
    requireVpc(view, vpcId);
    const message = `InvalidGroup.Duplicate: The security group '${String(name)}' already exists`;
    requireUnique(view, request, ["vpcId", "name"], message);
  },
  refuseDelete({ id }, view) {
    const referring = having(view, T.rule, "referencedSecurityGroupId", id).filter(
      ({ inputs }) => inputs["securityGroupId"] !== id,
    );
    const inTheWay = interfaces(view).filter(({ groups }) => groups.includes(id));
    refuseWhileUsed(
      `resource ${id}`,
      referring.map((rule) => rule.id),
      inTheWay,
    );
  },
  latency: [3, 2],
};
