/** Exercise 1: the cluster's version, its node group, its nodes and their image. */
import { define } from "../check";
import { failed, failing, passed, type Result } from "../result";
import type { EksTarget } from "../target";

export function awsCommand(eks: EksTarget | undefined, rest: string): string {
  return `aws eks ${rest} --region ${eks?.region}`;
}

export const clusterActive = define(
  "cluster-active",
  "the EKS cluster is there, of the version that is configured",
  [1, 2],
  async ({ eks: live, target }) => {
    const eks = target.eks!;
    const cluster = await live.describe();
    const lookCloser = awsCommand(eks, `describe-cluster --name ${eks.clusterName}`);
    const expected = `cluster ${eks.clusterName}, ACTIVE, of version ${eks.kubernetesVersion}`;
    const fail = failing(expected, lookCloser);
    if (!cluster) {
      return fail(
        `there is no cluster of that name in ${eks.region}`,
        "the stack is not up, or it is up in another region or account",
        { lookCloser: awsCommand(eks, "list-clusters") },
      );
    }
    const seen = `${cluster.status}, version ${cluster.version}`;
    if (cluster.status !== "ACTIVE") {
      const isOnItsWay = cluster.status === "CREATING" || cluster.status === "UPDATING";
      return fail(
        seen,
        isOnItsWay
          ? "EKS takes some 10 minutes to make it"
          : "EKS could not make or change it, or it is being deleted",
        { ...(isOnItsWay && { pendingReason: `the cluster is ${cluster.status}` }) },
      );
    }
    if (eks.kubernetesVersion !== undefined && cluster.version !== eks.kubernetesVersion) {
      return fail(
        seen,
        "the setting kubernetesVersion was changed, and pulumi up was not run since",
      );
    }
    return passed(seen);
  },
);

export const apiVersion = define(
  "api-version",
  "the API server is of the version that is configured",
  [1, 2],
  async ({ connection, target }) => {
    const { version, elsewhere } = await connection.connected();
    // Passes the gate, or says why the cluster is not asked.
    if (elsewhere !== undefined) await connection.kube.find(() => Promise.resolve(undefined));
    const wanted = target.eks?.kubernetesVersion;
    if (wanted !== undefined && version.minor !== wanted) {
      return failed({
        expected: `Kubernetes ${wanted}`,
        seen: `Kubernetes ${version.text}`,
        likelyCause: "kubectl is connected to another cluster, or the version was changed by hand",
        lookCloser: "kubectl version",
      });
    }
    return passed(`Kubernetes ${version.text}`);
  },
);

export const nodeGroupSize = define(
  "node-group-size",
  "the node group has the sizes that are configured: fewest, desired, most",
  [1, 5],
  async (context) => {
    const eks = context.target.eks!;
    const wanted = eks.nodes ?? { minSize: 2, desiredSize: 3, maxSize: 4 };
    const expected = `fewest ${wanted.minSize}, desired ${wanted.desiredSize}, most ${wanted.maxSize}`;
    const group = await context.eks.group();
    if (!group) {
      return failed({
        expected: `a node group with ${expected}`,
        seen: `the cluster ${eks.clusterName} has no node group`,
        likelyCause: "pulumi up did not end well, or the group was deleted",
        lookCloser: awsCommand(eks, `list-nodegroups --cluster-name ${eks.clusterName}`),
      });
    }
    const lookCloser = awsCommand(
      eks,
      `describe-nodegroup --cluster-name ${eks.clusterName} --nodegroup-name ${group.nodegroupName}`,
    );
    const fail = failing(expected, lookCloser);
    const { minSize, desiredSize = 0, maxSize } = group.scalingConfig ?? {};
    const seen = `fewest ${minSize}, desired ${desiredSize}, most ${maxSize}; ${group.status}`;
    if (minSize !== wanted.minSize || maxSize !== wanted.maxSize) {
      return fail(
        seen,
        "the sizes were changed by hand, or in the settings and pulumi up was not run since",
      );
    }
    // The autoscaler changes the desired size, within the limits.
    if (desiredSize < minSize || desiredSize > maxSize) {
      return fail(seen, "the desired size was set by hand");
    }
    const issue = group.health?.issues?.[0];
    if (issue) {
      return fail(
        `${issue.code}: ${issue.message}`,
        "the nodes could not be started, or could not join the cluster",
        { expected: `${expected}, without health issues` },
      );
    }
    return onItsWay(group.status, expected, seen, lookCloser) ?? passed(seen);
  },
);

function onItsWay(
  status: string | undefined,
  expected: string,
  seen: string,
  lookCloser: string,
): Result | undefined {
  const fail = failing(expected, lookCloser);
  if (status === "ACTIVE") return undefined;
  const isOnItsWay = status === "CREATING" || status === "UPDATING";
  return fail(
    seen,
    isOnItsWay ? "EKS is making or changing it" : "EKS could not make it, or it is being deleted",
    {
      expected: `${expected}; ACTIVE`,
      ...(isOnItsWay && { pendingReason: `the node group is ${status}` }),
    },
  );
}
