/** What may be in the way of a cluster that is to be created: another of its name, and its remains. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { commandOf } from "./edits";
import { outputsOf, runtimeContext } from "./runtime";
import { MAX_NAME } from "./schema";

/** Where EKS writes the logs of a control plane. */
const logGroupOf = (clusterName: string): string => `/aws/eks/${clusterName}/cluster`;

/**
 * Looks for a cluster of this name, and for the log group of one that is gone: events that arrive late
 * make EKS create the group again after it was deleted (terraform-aws-modules/terraform-aws-eks issue
 * 2763), and creating it once more fails. Warns of what `up` will replace, or cannot create.
 * @returns the name of the log group, if it is there without a cluster
 */
export async function findLogGroupToImport(
  { name, clusterName }: { readonly name: string; readonly clusterName: string },
  region: string | undefined,
  provider: aws.Provider,
): Promise<string | undefined> {
  const context = runtimeContext();
  const { organization, project, stack } = context;
  const own = await outputsOf(`${organization}/${project}/${stack}`, context);
  const [clusters, groups] = await Promise.all([
    aws.eks.getClusters({}, { provider }),
    aws.cloudwatch.getLogGroups({ logGroupNamePrefix: logGroupOf(clusterName) }, { provider }),
  ]);
  const isThere = clusters.names.includes(clusterName);
  const up = typeof own["clusterName"] === "string" ? own["clusterName"] : undefined;
  const isElsewhere =
    region !== undefined && typeof own["region"] === "string" && own["region"] !== region;
  if (up !== undefined && (up !== clusterName || isElsewhere)) {
    const place = isElsewhere ? ` in ${own["region"] as string}` : "";
    const reason = isElsewhere
      ? "aws:region says where it is"
      : "its name comes from the setting name and the name of the stack";
    void pulumi.log.warn(
      `The cluster ${up}${place} is up, and will be replaced by ${clusterName}${isElsewhere ? ` in ${region}` : ""}, with all that is on it: ${reason}. Destroy it first, or change the setting back.`,
    );
  } else if (up === undefined && isThere) {
    const fix = commandOf([{ set: ["name"], to: `${name.slice(0, MAX_NAME - 2)}-2` }], context);
    void pulumi.log.warn(
      `A cluster ${clusterName} is in this account and region already. If an interrupted up of this stack made it, go on; ` +
        "if another copy of the project did, EKS refuses a second one (ResourceInUseException): choose another name.\n" +
        `  fix: ${fix}`,
    );
  }
  const logGroup = logGroupOf(clusterName);
  return !isThere && groups.logGroupNames.includes(logGroup) ? logGroup : undefined;
}
