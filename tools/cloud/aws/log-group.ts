import { arn, autoName } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { requireOrRefuse, T } from "../queries";
import { textOf } from "../refusals";
import { unless } from "../rules";
import type { CloudResource, Effects } from "../types";
import { controlPlaneLogGroup, putLogGroup, writesLogs } from "./control-plane";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
  3288, 3653,
];

/** A log group that EKS writes to comes back by itself when somebody deletes it. */
function putBack({ id, outputs }: CloudResource, cloud: Effects): void {
  putLogGroup(cloud, id, (outputs["arn"] as string).split(":")[3]!);
}

export const logGroup: ResourceModel = {
  type: T.logGroup,
  sources: {
    schema: awsProvider("logs/group"),
    create:
      "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
    effects: "terraform-aws-modules/terraform-aws-eks issues 2763 and 2446",
  },
  exclusive: [["name", "namePrefix"]],
  immutable: ["name", "namePrefix", "logGroupClass"],
  autoNamed: "name",
  taggable: true,
  check: ({ retentionInDays }) =>
    unless(
      retentionInDays === undefined || DAYS.includes(retentionInDays as number),
      "retentionInDays",
      `expected one of ${DAYS.join(", ")}`,
    ),
  simulate: ({ seed, name, inputs, provider }, view) => {
    const id = textOf(inputs, "name") || autoName(name, seed);
    return {
      id,
      outputs: { name: id, arn: arn("logs", view.regionOf(provider), `log-group:${id}`) },
    };
  },
  refuseCreate({ inputs: { name } }, view) {
    const message = "ResourceAlreadyExistsException: The specified log group already exists";
    requireOrRefuse(!view.find(T.logGroup, name), message);
  },
  // The control plane of a cluster that is still there goes on writing.
  afterDelete(group, cloud) {
    const isWritten = cloud
      .ofType(T.cluster)
      .some((cluster) => writesLogs(cluster) && group.id === controlPlaneLogGroup(cluster.id));
    if (isWritten) putBack(group, cloud);
  },
  // Events that arrive after the cluster's end: EKS's service-linked role creates the group again.
  leak: putBack,
};
