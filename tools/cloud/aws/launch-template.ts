import { arn, autoName, awsId } from "../ids";
import { awsProvider, OBSERVED, type ResourceModel } from "../model";
import { T } from "../queries";
import { EC2_ERRORS, requireUnique, textOf } from "../refusals";
import { unless } from "../rules";

export const launchTemplate: ResourceModel = {
  type: T.template,
  sources: {
    schema: awsProvider("ec2/ec2_launch_template"),
    create: EC2_ERRORS,
    update: awsProvider("ec2/ec2_launch_template"),
    latency: OBSERVED,
  },
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
  simulate: ({ seed, name, inputs, provider }, view) => {
    const id = awsId("lt", seed);
    return {
      id,
      outputs: {
        name: textOf(inputs, "name") || autoName(name, seed),
        latestVersion: 1,
        defaultVersion: 1,
        arn: arn("ec2", view.regionOf(provider), `launch-template/${id}`),
      },
    };
  },
  // Each update is a new version, whose number is known when it is there.
  unknownOnUpdate: ["latestVersion"],
  updateOutputs: ({ outputs }) => ({ latestVersion: (outputs["latestVersion"] as number) + 1 }),
  refuseCreate(request, view) {
    const message =
      "InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use.";
    requireUnique(view, request, ["name"], message);
  },
  latency: [6, 1],
};
