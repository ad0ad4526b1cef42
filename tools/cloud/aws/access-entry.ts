import { arn, hex } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { requireOrRefuse, T } from "../queries";
import { requireCluster, requireUnique, textOf } from "../refusals";

/** Prefixes of groups that Kubernetes and AWS keep for themselves. */
const RESERVED = /^(amazon|aws|eks|iam|system):/;

/** Lets an IAM principal into a cluster. */
export const accessEntry: ResourceModel = {
  type: T.accessEntry,
  sources: {
    schema: awsProvider("eks/access_entry"),
    create: "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html",
  },
  required: ["clusterName", "principalArn"],
  immutable: ["clusterName", "principalArn", "type"],
  deleteFirst: true,
  taggable: true,
  simulate: ({ inputs, provider, seed }, view) => {
    const principalArn = textOf(inputs, "principalArn");
    const clusterName = textOf(inputs, "clusterName");
    const account = principalArn.split(":")[4];
    const [kind, name] = principalArn.split(":").at(-1)!.split("/");
    const resource = `access-entry/${clusterName}/${kind}/${account}/${name}/${hex(seed, 8)}`;
    return {
      id: `${clusterName}:${principalArn}`,
      outputs: {
        accessEntryArn: arn("eks", view.regionOf(provider), resource),
        type: inputs["type"] ?? "STANDARD",
        userName: inputs["userName"] ?? principalArn,
      },
    };
  },
  refuseCreate(request, view) {
    const { clusterName, kubernetesGroups = [] } = request.inputs;
    requireCluster(view, clusterName);
    const taken =
      "ResourceInUseException: The specified access entry resource is already in use on this cluster.";
    requireUnique(view, request, ["clusterName", "principalArn"], taken);
    const reserved = (kubernetesGroups as string[]).find((group) => RESERVED.test(group));
    requireOrRefuse(
      reserved === undefined,
      `InvalidParameterException: The kubernetes group name ${reserved} is invalid: its prefix is reserved`,
    );
  },
};
